#define RSA_DER(in) jwt_bytes_from((in)->rsa_4096_der, (in)->rsa_4096_der_len)
#include "mint_http_rs256.h"
