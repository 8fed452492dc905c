/* The signature alone: loading the key, which checks it, takes more stack. */
#include "probe.h"

#include <jwt_mint.h>

static jwt_rs256_key key;
static uint32_t words[JWT_RS256_SCRATCH_WORDS_2048];

int prepare(const struct inputs *in)
{
    return jwt_rs256_key_load_der(&key, jwt_bytes_from(in->rsa_der, in->rsa_der_len));
}

int operation(const struct inputs *in, struct output *out)
{
    const jwt_rs256_scratch scratch = {&key, words, JWT_RS256_SCRATCH_WORDS_2048};
    const jwt_signer signer = jwt_rs256_scratch_signer(&scratch);
    return jwt_sign(&signer, jwt_bytes_from(in->message, MESSAGE_LEN), out->bytes, sizeof out->bytes, &out->len);
}
