/* Uses a signer of each algorithm, and the verifier of a secret, from the key's bytes to the wiped key. */
#ifndef WITH_KEY_H
#define WITH_KEY_H

#include <string.h>

#include "jwt_mint.h"

typedef jwt_status use_signer(const jwt_signer *signer);

static inline jwt_status with_es256(jwt_bytes raw, use_signer *use)
{
    jwt_es256_key key;
    jwt_status status = jwt_es256_key_load_raw(&key, raw);
    const jwt_signer signer = jwt_es256_signer(&key);
    if (status == JWT_OK) {
        status = use(&signer);
    }
    jwt_es256_key_wipe(&key);
    return status;
}

static inline jwt_status with_es256_hedged(jwt_bytes raw, jwt_bytes entropy, use_signer *use)
{
    jwt_es256_key key;
    const jwt_es256_hedged hedged = {&key, entropy};
    jwt_status status = jwt_es256_key_load_raw(&key, raw);
    const jwt_signer signer = jwt_es256_hedged_signer(&hedged);
    if (status == JWT_OK) {
        status = use(&signer);
    }
    jwt_es256_key_wipe(&key);
    return status;
}

static inline jwt_status with_rs256(jwt_bytes der, use_signer *use)
{
    jwt_rs256_key key;
    jwt_status status = jwt_rs256_key_load_der(&key, der);
    const jwt_signer signer = jwt_rs256_signer(&key);
    if (status == JWT_OK) {
        status = use(&signer);
    }
    jwt_rs256_key_wipe(&key);
    return status;
}

/* Of 2048 bits. */
static inline jwt_status with_rs256_in_scratch(jwt_bytes der, uint32_t words[JWT_RS256_SCRATCH_WORDS_2048], use_signer *use)
{
    jwt_rs256_key key;
    const jwt_rs256_scratch scratch = {&key, words, JWT_RS256_SCRATCH_WORDS_2048};
    jwt_status status = jwt_rs256_key_load_der(&key, der);
    const jwt_signer signer = jwt_rs256_scratch_signer(&scratch);
    if (status == JWT_OK) {
        status = use(&signer);
    }
    jwt_rs256_key_wipe(&key);
    return status;
}

static inline jwt_status with_hs256(jwt_bytes secret, use_signer *use)
{
    jwt_hs256_key key;
    jwt_status status = jwt_hs256_key_load(&key, secret);
    const jwt_signer signer = jwt_hs256_signer(&key);
    if (status == JWT_OK) {
        status = use(&signer);
    }
    jwt_hs256_key_wipe(&key);
    return status;
}

/* Checks a token, of which nothing is asked but that it is good now. */
static inline jwt_status verify_by_hs256(jwt_bytes secret, jwt_str token, int64_t now, uint8_t *scratch, size_t scratch_size)
{
    jwt_hs256_key key;
    jwt_verified verified;
    jwt_policy policy;
    size_t scratch_len;
    memset(&policy, 0, sizeof policy);
    policy.now = now;
    jwt_status status = jwt_hs256_key_load(&key, secret);
    const jwt_verifier verifier = jwt_hs256_verifier(&key);
    if (status == JWT_OK) {
        status = jwt_verify(&verified, token, &verifier, 1, &policy, scratch, scratch_size, &scratch_len);
    }
    jwt_hs256_key_wipe(&key);
    return status;
}

#endif
