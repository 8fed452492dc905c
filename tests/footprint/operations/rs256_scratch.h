/* A key that is loaded, which takes more stack than to sign with it, and the scratch. */
#include "probe.h"

#include <jwt_mint.h>

static jwt_rs256_key key;
static uint32_t words[JWT_RS256_SCRATCH_WORDS_2048];

int prepare(const struct inputs *in)
{
    return jwt_rs256_key_load_der(&key, jwt_bytes_from(in->rsa_der, in->rsa_der_len));
}
