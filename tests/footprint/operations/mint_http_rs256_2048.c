#define RSA_DER(in) jwt_bytes_from((in)->rsa_der, (in)->rsa_der_len)
#include "mint_http_rs256.h"
