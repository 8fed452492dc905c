/*
 * Loads a key, mints a token and wipes the key, on a stack of its own; then prints the token and writes that stack, and
 * the wiped key, to a file.
 *
 *     residue es256|es256_hedged|rs256|rs256_scratch|hs256|hs256_verify|leak KEY_FILE DUMP_FILE
 *
 * `hs256_verify` mints elsewhere, and checks the token on that stack.
 * `leak` is es256, but for a copy of the key that it forgets on its stack: what looks for secrets must find that one.
 */
#define _GNU_SOURCE
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "jwt_mint.h"

enum { STACK_SIZE = 1 << 20, UNTOUCHED = 0xa5 };

static char file[65535];
static size_t file_len;
static char token[JWT_TOKEN_LEN_MAX + 1];
static const char *kind;
static jwt_status status;

/* What the caller owns, and wipes with the library's own functions. */
static struct {
    jwt_es256_key es256;
    jwt_rs256_key rs256;
    jwt_hs256_key hs256;
    uint8_t der[JWT_RS256_DER_SIZE_4096];
    uint32_t scratch[JWT_RS256_SCRATCH_WORDS_4096];
} keys;

static void mint(const jwt_signer *signer)
{
    jwt_claims claims;
    size_t len;
    memset(&claims, 0, sizeof claims);
    claims.subject = JWT_STR("device");
    claims.now = 1700000000;
    claims.lifetime = 3600;
    if (status == JWT_OK) {
        status = jwt_mint(&claims, signer, token, sizeof token, &len);
    }
}

static void load_hs256(void)
{
    status = jwt_hs256_key_load(&keys.hs256, jwt_bytes_from((const uint8_t *)file, file_len));
}

static void mint_hs256(void)
{
    const jwt_signer signer = jwt_hs256_signer(&keys.hs256);
    load_hs256();
    mint(&signer);
    jwt_hs256_key_wipe(&keys.hs256);
}

static void verify_hs256(void)
{
    const jwt_verifier verifier = jwt_hs256_verifier(&keys.hs256);
    uint8_t scratch[JWT_SCRATCH_SIZE(1024)];
    jwt_policy policy = {0};
    jwt_verified verified;
    size_t len;
    policy.now = 1700000000;
    load_hs256();
    if (status == JWT_OK) {
        status = jwt_verify(&verified, jwt_str_from(token), &verifier, 1, &policy, scratch, sizeof scratch, &len);
    }
    jwt_hs256_key_wipe(&keys.hs256);
}

static void forget(void)
{
    volatile uint8_t copy[sizeof keys.es256.scalar];
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = keys.es256.scalar[i];
    }
}

static void *work(void *unused)
{
    const jwt_str text = {file, file_len};
    size_t der_len;
    jwt_signer signer;
    if (strncmp(kind, "rs256", 5) == 0) {
        const jwt_rs256_scratch scratch = {&keys.rs256, keys.scratch, JWT_RS256_SCRATCH_WORDS_4096};
        status = jwt_rs256_key_load_pem(&keys.rs256, text, keys.der, sizeof keys.der, &der_len);
        signer = strcmp(kind, "rs256") == 0 ? jwt_rs256_signer(&keys.rs256) : jwt_rs256_scratch_signer(&scratch);
        mint(&signer);
        jwt_rs256_key_wipe(&keys.rs256);
    } else if (strcmp(kind, "hs256") == 0) {
        mint_hs256();
    } else if (strcmp(kind, "hs256_verify") == 0) {
        verify_hs256();
    } else {
        static const uint8_t entropy[32] = {1, 2, 3, 4};
        const jwt_es256_hedged hedged = {&keys.es256, {entropy, sizeof entropy}};
        status = jwt_es256_key_load_pem(&keys.es256, text);
        signer = strcmp(kind, "es256_hedged") == 0 ? jwt_es256_hedged_signer(&hedged) : jwt_es256_signer(&keys.es256);
        mint(&signer);
        if (strcmp(kind, "leak") == 0) {
            forget();
        }
        jwt_es256_key_wipe(&keys.es256);
    }
    return unused;
}

int main(int argc, char **argv)
{
    FILE *input = argc == 4 ? fopen(argv[2], "rb") : NULL;
    FILE *dump = argc == 4 ? fopen(argv[3], "wb") : NULL;
    void *stack = mmap(NULL, STACK_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    pthread_attr_t attributes;
    pthread_t thread;
    if (input == NULL || dump == NULL || stack == MAP_FAILED) {
        return 2;
    }
    kind = argv[1];
    file_len = fread(file, 1, sizeof file, input);
    memset(stack, UNTOUCHED, STACK_SIZE);
    if (strcmp(kind, "hs256_verify") == 0) {
        mint_hs256();
    }
    if (pthread_attr_init(&attributes) != 0 || pthread_attr_setstack(&attributes, stack, STACK_SIZE) != 0 ||
        pthread_create(&thread, &attributes, work, NULL) != 0 || pthread_join(thread, NULL) != 0) {
        return 2;
    }
    if (status != JWT_OK) {
        fprintf(stderr, "%s\n", jwt_status_name(status));
        return 1;
    }
    puts(token);
    return fwrite(stack, 1, STACK_SIZE, dump) == STACK_SIZE && fwrite(&keys, 1, sizeof keys, dump) == sizeof keys &&
                   fclose(dump) == 0
               ? 0
               : 2;
}
