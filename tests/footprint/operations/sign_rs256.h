/* A signature by the key whose DER is `RSA_DER(in)`: of what length, the files say that include this. */
#include "probe.h"

#include <jwt_mint.h>

int operation(const struct inputs *in, struct output *out)
{
    jwt_rs256_key key;
    jwt_status status = jwt_rs256_key_load_der(&key, RSA_DER(in));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_rs256_signer(&key);
        status = jwt_sign(&signer, jwt_bytes_from(in->message, MESSAGE_LEN), out->bytes, sizeof out->bytes, &out->len);
    }
    jwt_rs256_key_wipe(&key);
    return status;
}
