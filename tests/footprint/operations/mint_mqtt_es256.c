#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_es256_key key;
    jwt_mqtt_claims claims = {0};
    jwt_status status = jwt_es256_key_load_raw(&key, jwt_bytes_from(in->ec_scalar, SCALAR_LEN));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_es256_signer(&key);
        claims.project = JWT_STR("my-project");
        claims.now = 1700000000;
        claims.lifetime = 3600;
        status = jwt_mint_mqtt(&claims, &signer, (char *)out->bytes, sizeof out->bytes, &out->len);
    }
    jwt_es256_key_wipe(&key);
    return status;
}
