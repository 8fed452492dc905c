#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_rs256_public_key key;
    jwt_bytes payload;
    jwt_status status = jwt_rs256_public_key_load_der(&key, jwt_bytes_from(in->rsa_public, in->rsa_public_len));
    if (status == JWT_OK) {
        const jwt_verifier verifier = jwt_rs256_verifier(&key);
        status = jwt_verify_jws(&payload, jwt_str_from(in->jws_rs256), &verifier, 1, out->bytes, sizeof out->bytes,
                                &out->len);
        out->len = payload.len;
    }
    return status;
}
