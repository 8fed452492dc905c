/* A token by the key whose DER is `RSA_DER(in)`: of what length, the files say that include this. */
#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_rs256_key key;
    jwt_http_claims claims = {0};
    jwt_status status = jwt_rs256_key_load_der(&key, RSA_DER(in));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_rs256_signer(&key);
        claims.system_key = JWT_STR("0a1b2c3d4e5f60718293a4b5c6d7");
        claims.device = JWT_STR("my-device");
        claims.now = 1700000000;
        claims.lifetime = 3600;
        status = jwt_mint_http(&claims, &signer, (char *)out->bytes, sizeof out->bytes, &out->len);
    }
    jwt_rs256_key_wipe(&key);
    return status;
}
