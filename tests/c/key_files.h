/*
 * What each loader says of each file of tests/keys, PEM and DER alike.
 * X(file, jwt_es256_key, jwt_rs256_key, jwt_private_key, jwt_es256_public_key, jwt_rs256_public_key)
 */
#ifndef KEY_FILES_H
#define KEY_FILES_H

#include "keys.h"

#define DER_FILES(X)                                                                                                  \
    X(EC_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE,                 \
      KEY_IS_CERTIFICATE)                                                                                             \
    X(EC_P384, KEY_CURVE, KEY_ALGORITHM, KEY_CURVE, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                   \
    X(EC_P521, KEY_CURVE, KEY_ALGORITHM, KEY_CURVE, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                   \
    X(EC_PKCS8, OK, KEY_ALGORITHM, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                                \
    X(EC_PKCS8_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED)                  \
    X(EC_PKCS8_EXPLICIT, KEY_CURVE, KEY_ALGORITHM, KEY_CURVE, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                         \
    X(EC_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, OK, KEY_ALGORITHM)                                      \
    X(EC_PUBLIC_COMPRESSED, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_MALFORMED, KEY_ALGORITHM)                \
    X(EC_SEC1, OK, KEY_ALGORITHM, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                                 \
    X(EC_SEC1_COMPRESSED, OK, KEY_ALGORITHM, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                      \
    X(EC_SEC1_EXPLICIT, KEY_CURVE, KEY_ALGORITHM, KEY_CURVE, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                          \
    X(EC_SEC1_NO_PUBLIC, OK, KEY_ALGORITHM, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                       \
    X(EC_SEC1_PARAMETERS, OK, KEY_ALGORITHM, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                      \
    X(EC_SECP256K1, KEY_CURVE, KEY_ALGORITHM, KEY_CURVE, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                              \
    X(ED25519, KEY_ALGORITHM, KEY_ALGORITHM, KEY_ALGORITHM, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                           \
    X(RSA_1024, KEY_ALGORITHM, KEY_TOO_SMALL, KEY_TOO_SMALL, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                          \
    X(RSA_2048_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE, KEY_IS_CERTIFICATE,           \
      KEY_IS_CERTIFICATE)                                                                                             \
    X(RSA_2048_E3, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                             \
    X(RSA_2048_PKCS1, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_2048_PKCS8, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_2048_PSS, KEY_ALGORITHM, KEY_ALGORITHM, KEY_ALGORITHM, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                      \
    X(RSA_2048_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_ALGORITHM, OK)                                \
    X(RSA_2048_PUBLIC_PKCS1, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_ALGORITHM, OK)                          \
    X(RSA_2048_THREE_PRIMES, KEY_ALGORITHM, KEY_UNSUPPORTED, KEY_UNSUPPORTED, KEY_IS_PRIVATE, KEY_IS_PRIVATE)         \
    X(RSA_2056, KEY_ALGORITHM, KEY_UNSUPPORTED, KEY_UNSUPPORTED, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                      \
    X(RSA_3072_PKCS1, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_3072_PKCS8, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_3072_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_ALGORITHM, OK)                                \
    X(RSA_4096_PKCS1, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_4096_PKCS8, KEY_ALGORITHM, OK, OK, KEY_IS_PRIVATE, KEY_IS_PRIVATE)                                          \
    X(RSA_4096_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_IS_PUBLIC, KEY_ALGORITHM, OK)

/* These are encrypted in the manner of RFC 1421: they have no DER. Where a public key is looked for, two things are wrong
 * at once, and a loader may report either. */
#define PEM_ONLY_FILES(X)                                                                     \
    X(EC_SEC1_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_IS_PRIVATE, KEY_IS_PRIVATE) \
    X(RSA_2048_PKCS1_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_ENCRYPTED, KEY_IS_PRIVATE, KEY_IS_PRIVATE)

#define PEM_FILES(X) DER_FILES(X) PEM_ONLY_FILES(X)

#define ONE_MORE(file, a, b, c, d, e) +1
#define DER_FILE_COUNT (0 DER_FILES(ONE_MORE))
#define PEM_FILE_COUNT (0 PEM_FILES(ONE_MORE))

/** One file, and what a loader says of it. */
struct key_file {
    const char *name;
    const char *pem;
    size_t pem_len;
    const uint8_t *der;
    size_t der_len;
    int32_t expected;
};

#endif
