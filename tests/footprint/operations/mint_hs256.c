#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_hs256_key key;
    jwt_claims claims = {0};
    jwt_status status = jwt_hs256_key_load(&key, jwt_bytes_from(in->secret, SECRET_LEN));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_hs256_signer(&key);
        claims.subject = JWT_STR("my-device");
        claims.audience = JWT_STR("my-project");
        claims.now = 1700000000;
        claims.lifetime = 3600;
        status = jwt_mint(&claims, &signer, (char *)out->bytes, sizeof out->bytes, &out->len);
    }
    jwt_hs256_key_wipe(&key);
    return status;
}
