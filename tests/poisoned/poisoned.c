/*
 * Loads a key, signs and wipes the key, all with the secret bytes marked as undefined: Memcheck then names every branch and
 * every address that depends on them. Prints the signature.
 *
 *     poisoned es256|es256_hedged|rs256|rs256_scratch|hs256|hs256_verify|leak_by_branch|leak_by_address KEY_FILE
 *
 * The file holds a scalar, PKCS#1 DER of 2048 bits, or a shared secret. `es256_hedged` takes the scalar for entropy as well;
 * `hs256_verify` checks a token that was minted before the secret was marked, and prints nothing. What leaks does so on purpose.
 */
#include <stdio.h>
#include <string.h>

#include <valgrind/memcheck.h>

#include "../attacks/with_key.h"

static uint8_t file[4096];
static uint8_t signature[JWT_SIGNATURE_SIZE_MAX];
static size_t signature_len;

static void poison(jwt_bytes secret)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(secret.ptr, secret.len);
}

static jwt_status sign(const jwt_signer *signer)
{
    static const uint8_t message[200];
    return jwt_sign(signer, jwt_bytes_from(message, sizeof message), signature, sizeof signature, &signature_len);
}

static jwt_status es256(jwt_bytes raw)
{
    poison(raw);
    return with_es256(raw, sign);
}

static jwt_status es256_hedged(jwt_bytes raw)
{
    static uint8_t entropy[32];
    memcpy(entropy, raw.ptr, raw.len < sizeof entropy ? raw.len : sizeof entropy);
    poison(raw);
    poison(jwt_bytes_from(entropy, sizeof entropy));
    return with_es256_hedged(raw, jwt_bytes_from(entropy, sizeof entropy), sign);
}

/* A number of a DER but its first byte, which tells how long it is, and its last, which of a prime is odd. */
static void poison_number(jwt_bytes number)
{
    poison(jwt_bytes_from(number.ptr + 1, number.len - 2));
}

static jwt_status poison_rs256(jwt_bytes der)
{
    jwt_rs256_key key;
    const jwt_status status = jwt_rs256_key_load_der(&key, der);
    if (status != JWT_OK) {
        return status;
    }
    /* All but the modulus. */
    for (size_t i = 1; i < sizeof key.numbers / sizeof *key.numbers; i++) {
        poison_number(key.numbers[i]);
    }
    return JWT_OK;
}

static jwt_status rs256(jwt_bytes der)
{
    const jwt_status status = poison_rs256(der);
    return status == JWT_OK ? with_rs256(der, sign) : status;
}

static jwt_status rs256_scratch(jwt_bytes der)
{
    static uint32_t words[JWT_RS256_SCRATCH_WORDS_2048];
    const jwt_status status = poison_rs256(der);
    return status == JWT_OK ? with_rs256_in_scratch(der, words, sign) : status;
}

static jwt_status hs256(jwt_bytes secret)
{
    poison(secret);
    return with_hs256(secret, sign);
}

static const int64_t NOW = 1700000000;
static char token[512];

static jwt_status mint(const jwt_signer *signer)
{
    jwt_claims claims;
    size_t len;
    memset(&claims, 0, sizeof claims);
    claims.now = NOW;
    claims.lifetime = 3600;
    return jwt_mint(&claims, signer, token, sizeof token, &len);
}

static jwt_status hs256_verify(jwt_bytes secret)
{
    static uint8_t scratch[JWT_SCRATCH_SIZE(sizeof token)];
    const jwt_status status = with_hs256(secret, mint);
    poison(secret);
    return status == JWT_OK ? verify_by_hs256(secret, jwt_str_from(token), NOW, scratch, sizeof scratch) : status;
}

__attribute__((noinline)) static void leak_by_branch(jwt_bytes secret)
{
    static volatile int sum;
    poison(secret);
    if ((secret.ptr[0] & 1) != 0) {
        sum = sum + 1;
    }
}

__attribute__((noinline)) static void leak_by_address(jwt_bytes secret)
{
    static const volatile uint8_t table[256] = {1};
    poison(secret);
    (void)table[secret.ptr[0]];
}

int main(int argc, char **argv)
{
    FILE *input = argc == 3 ? fopen(argv[2], "rb") : NULL;
    jwt_status status = JWT_OK;
    if (input == NULL) {
        return 2;
    }
    const jwt_bytes key = jwt_bytes_from(file, fread(file, 1, sizeof file, input));
    if (strcmp(argv[1], "es256") == 0) {
        status = es256(key);
    } else if (strcmp(argv[1], "es256_hedged") == 0) {
        status = es256_hedged(key);
    } else if (strcmp(argv[1], "rs256") == 0) {
        status = rs256(key);
    } else if (strcmp(argv[1], "rs256_scratch") == 0) {
        status = rs256_scratch(key);
    } else if (strcmp(argv[1], "hs256") == 0) {
        status = hs256(key);
    } else if (strcmp(argv[1], "hs256_verify") == 0) {
        status = hs256_verify(key);
    } else if (strcmp(argv[1], "leak_by_branch") == 0) {
        leak_by_branch(key);
    } else {
        leak_by_address(key);
    }
    /* Public from here on. */
    (void)VALGRIND_MAKE_MEM_DEFINED(&status, sizeof status);
    (void)VALGRIND_MAKE_MEM_DEFINED(&signature_len, sizeof signature_len);
    (void)VALGRIND_MAKE_MEM_DEFINED(signature, sizeof signature);
    if (status != JWT_OK) {
        fprintf(stderr, "%s\n", jwt_status_name(status));
        return 1;
    }
    for (size_t i = 0; i < signature_len; i++) {
        printf("%02x", signature[i]);
    }
    puts("");
    return 0;
}
