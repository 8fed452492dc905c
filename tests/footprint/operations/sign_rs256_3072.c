#define RSA_DER(in) jwt_bytes_from((in)->rsa_3072_der, (in)->rsa_3072_der_len)
#include "sign_rs256.h"
