#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_es256_key key;
    jwt_es256_hedged hedged;
    jwt_status status = jwt_es256_key_load_raw(&key, jwt_bytes_from(in->ec_scalar, SCALAR_LEN));
    hedged.key = &key;
    hedged.entropy = jwt_bytes_from(in->secret, SECRET_LEN);
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_es256_hedged_signer(&hedged);
        status = jwt_sign(&signer, jwt_bytes_from(in->message, MESSAGE_LEN), out->bytes, sizeof out->bytes, &out->len);
    }
    jwt_es256_key_wipe(&key);
    return status;
}
