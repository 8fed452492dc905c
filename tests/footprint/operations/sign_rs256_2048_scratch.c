#include "rs256_scratch.h"

int operation(const struct inputs *in, struct output *out)
{
    const jwt_rs256_scratch scratch = {&key, words, JWT_RS256_SCRATCH_WORDS_2048};
    const jwt_signer signer = jwt_rs256_scratch_signer(&scratch);
    return jwt_sign(&signer, jwt_bytes_from(in->message, MESSAGE_LEN), out->bytes, sizeof out->bytes, &out->len);
}
