/* Keys and signers that many cases take. */
#ifndef FIXTURES_H
#define FIXTURES_H

#include "harness.h"
#include "keys.h"

/** 2023-11-14T22:13:20Z. */
#define NOW 1700000000

#define ES256_HEADER "{\"alg\":\"ES256\",\"typ\":\"JWT\"}"
#define RS256_HEADER "{\"alg\":\"RS256\",\"typ\":\"JWT\"}"
#define HS256_HEADER "{\"alg\":\"HS256\",\"typ\":\"JWT\"}"

/** A secret of 32 bytes, and its name in a TOKEN line. */
#define SECRET "0123456789abcdef0123456789abcdef"
#define SECRET_KEY "hs256:3031323334353637383961626364656630313233343536373839616263646566"

#define BYTES_OF(array) jwt_bytes_from(array, sizeof(array))
#define TEXT_OF(array) text_of(array, sizeof(array) - 1)

static inline jwt_str text_of(const char *text, size_t len)
{
    jwt_str result;
    result.ptr = text;
    result.len = len;
    return result;
}

static inline jwt_bytes secret_bytes(const char *text, size_t len)
{
    return jwt_bytes_from((const uint8_t *)text, len);
}

static inline jwt_signer use_es256(jwt_es256_key *key)
{
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(key, BYTES_OF(KEY_EC_SEC1_DER)));
    return jwt_es256_signer(key);
}

static inline jwt_signer use_rs256(jwt_rs256_key *key)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(key, BYTES_OF(KEY_RSA_2048_PKCS8_DER)));
    return jwt_rs256_signer(key);
}

static inline jwt_signer use_hs256(jwt_hs256_key *key)
{
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(key, secret_bytes(SECRET, sizeof SECRET - 1)));
    return jwt_hs256_signer(key);
}

/** A secure element that answers at once, with numbers in range; counts its calls in an `unsigned`. */
static inline int32_t answer_at_once(void *context, const uint8_t *digest, size_t message_len, uint8_t *signature,
                                     size_t signature_size, size_t *signature_len)
{
    (void)digest;
    (void)message_len;
    *(unsigned *)context += 1;
    if (signature_size < 64) {
        return 1;
    }
    memset(signature, 1, 64);
    *signature_len = 64;
    return 0;
}

static inline jwt_signer use_quick(jwt_callback *callback, unsigned *calls)
{
    memset(callback, 0, sizeof *callback);
    callback->signature = JWT_SIGNATURE_ES256_RAW;
    callback->sign = answer_at_once;
    callback->context = calls;
    *calls = 0;
    return jwt_callback_signer(callback);
}

/** An address that is aligned for nothing. */
static inline void *misaligned(void *object)
{
    return (void *)((uintptr_t)object + 1);
}

#endif
