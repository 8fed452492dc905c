#include "rs256_scratch.h"

int operation(const struct inputs *in, struct output *out)
{
    const jwt_rs256_scratch scratch = {&key, words, JWT_RS256_SCRATCH_WORDS_2048};
    const jwt_signer signer = jwt_rs256_scratch_signer(&scratch);
    jwt_mqtt_claims claims = {0};
    (void)in;
    claims.project = JWT_STR("my-project");
    claims.now = 1700000000;
    claims.lifetime = 3600;
    return jwt_mint_mqtt(&claims, &signer, (char *)out->bytes, sizeof out->bytes, &out->len);
}
