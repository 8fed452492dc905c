/* The random numbers, which blind the arithmetic, are constants. The key is new, so that blinding is set up too. */
#include <mbedtls/rsa.h>
#include <mbedtls/sha256.h>

#include "heap.h"
#include "probe.h"
#include "rsa_internal.h"

int operation(const struct inputs *in, struct output *out)
{
    mbedtls_rsa_context key;
    uint8_t hash[32];
    mbedtls_rsa_init(&key);
    const int failed =
        mbedtls_rsa_parse_key(&key, in->rsa_pkcs1, in->rsa_pkcs1_len) != 0 || mbedtls_sha256(in->message, MESSAGE_LEN, hash, 0) != 0 ||
        mbedtls_rsa_pkcs1_sign(&key, no_random, NULL, MBEDTLS_MD_SHA256, sizeof hash, hash, out->bytes) != 0;
    out->len = 256;
    mbedtls_rsa_free(&key);
    return failed;
}
