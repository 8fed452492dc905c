/* jwt_rs256_scratch_signer() */

#include "fixtures.h"

enum { GUARD = 4 };

static jwt_rs256_key key;
/* The scratch, and what lies over it or behind it. */
static union {
    uint32_t words[JWT_RS256_SCRATCH_WORDS_4096 + GUARD];
    uint8_t bytes[(JWT_RS256_SCRATCH_WORDS_4096 + GUARD) * 4];
    jwt_rs256_key key;
    jwt_rs256_scratch scratch;
} place;
static uint32_t *const words = place.words;
static jwt_rs256_scratch scratch;
static jwt_signer signer;
static uint8_t expected[JWT_SIGNATURE_SIZE_MAX];
static const uint8_t MESSAGE[] = {'s', 'a', 'm', 'p', 'l', 'e'};

static void use_scratch(size_t word_count)
{
    memset(&place, 0x5a, sizeof place);
    scratch.key = &key;
    scratch.words = words;
    scratch.word_count = word_count;
    signer = jwt_rs256_scratch_signer(&scratch);
}

static void load(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS8_DER)));
    use_scratch(JWT_RS256_SCRATCH_WORDS_2048);
}

static jwt_status sign(char *out, size_t out_size, size_t *out_len)
{
    return jwt_sign(&signer, BYTES_OF(MESSAGE), (uint8_t *)(void *)out, out_size, out_len);
}

/** Checks a call that fails: zeros all over the output. */
static void expect_failure(int32_t status)
{
    char *out = harness_room(JWT_SIGNATURE_SIZE_MAX);
    size_t len = 7777;
    CHECK_STATUS(status, sign(out, JWT_SIGNATURE_SIZE_MAX, &len));
    CHECK(len == 0);
    CHECK(harness_all(out, JWT_SIGNATURE_SIZE_MAX, 0));
    CHECK(harness_guards_hold(JWT_SIGNATURE_SIZE_MAX));
}

static void expect_same(jwt_bytes der, size_t word_count)
{
    char *out = harness_room(JWT_SIGNATURE_SIZE_MAX);
    const jwt_signer on_stack = jwt_rs256_signer(&key);
    size_t len = 0;
    size_t expected_len = 0;
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, der));
    CHECK_STATUS(JWT_OK, jwt_sign(&on_stack, BYTES_OF(MESSAGE), expected, sizeof expected, &expected_len));
    use_scratch(word_count);
    CHECK_STATUS(JWT_OK, sign(out, JWT_SIGNATURE_SIZE_MAX, &len));
    CHECK(len == expected_len);
    CHECK(memcmp(out, expected, len) == 0);
    CHECK(harness_all(words + word_count, GUARD * sizeof words[0], 0x5a));
    use_scratch(word_count - 1);
    expect_failure(JWT_ERR_SCRATCH);
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void signatures_are_those_made_on_the_stack(void)
{
    expect_same(BYTES_OF(KEY_RSA_2048_PKCS8_DER), JWT_RS256_SCRATCH_WORDS_2048);
    expect_same(BYTES_OF(KEY_RSA_3072_PKCS8_DER), JWT_RS256_SCRATCH_WORDS_3072);
    expect_same(BYTES_OF(KEY_RSA_4096_PKCS8_DER), JWT_RS256_SCRATCH_WORDS_4096);
}

static void length_is_told_without_the_scratch(void)
{
    size_t len = 0;
    load();
    CHECK_STATUS(JWT_OK, sign(NULL, 0, &len));
    CHECK(len == JWT_RS256_2048_SIGNATURE_LEN);
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void scratch_holds_zeros_afterwards(void)
{
    uint8_t *const der = place.bytes + sizeof place - sizeof KEY_RSA_2048_PKCS8_DER;
    char *out = harness_room(JWT_SIGNATURE_SIZE_MAX);
    const size_t size = JWT_RS256_SCRATCH_WORDS_2048 * sizeof words[0];
    size_t len = 0;
    load();
    CHECK_STATUS(JWT_OK, sign(out, JWT_SIGNATURE_SIZE_MAX, &len));
    CHECK(harness_all(words, size, 0));
    /* A key that changed since it was loaded: what it signs is held back. */
    use_scratch(JWT_RS256_SCRATCH_WORDS_2048);
    memcpy(der, KEY_RSA_2048_PKCS8_DER, sizeof KEY_RSA_2048_PKCS8_DER);
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, jwt_bytes_from(der, sizeof KEY_RSA_2048_PKCS8_DER)));
    der[sizeof KEY_RSA_2048_PKCS8_DER - 1] ^= 1;
    expect_failure(JWT_ERR_SIGNATURE);
    CHECK(harness_all(words, size, 0));
}

static void missing_parts_are_refused(void)
{
    load();
    signer = jwt_rs256_scratch_signer(NULL);
    expect_failure(JWT_ERR_POINTER);
    load();
    scratch.key = NULL;
    expect_failure(JWT_ERR_POINTER);
    load();
    scratch.words = NULL;
    expect_failure(JWT_ERR_POINTER);
    load();
    scratch.words = (uint32_t *)misaligned(words);
    expect_failure(JWT_ERR_POINTER);
    load();
    scratch.word_count = 0;
    expect_failure(JWT_ERR_SCRATCH);
    load();
    jwt_rs256_key_wipe(&key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED);
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void overlaps_are_refused(void)
{
    uint8_t *out = (uint8_t *)(void *)words;
    size_t len = 7777;
    load();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, BYTES_OF(MESSAGE), out, JWT_RS256_2048_SIGNATURE_LEN, &len));
    CHECK(len == 0);
    load();
    place.key = key;
    scratch.key = &place.key;
    expect_failure(JWT_ERR_OVERLAP);
    load();
    place.scratch = scratch;
    signer = jwt_rs256_scratch_signer(&place.scratch);
    expect_failure(JWT_ERR_OVERLAP);
    load();
    memcpy(place.bytes, KEY_RSA_2048_PKCS8_DER, sizeof KEY_RSA_2048_PKCS8_DER);
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, jwt_bytes_from(place.bytes, sizeof KEY_RSA_2048_PKCS8_DER)));
    scratch.words = words + 200;
    expect_failure(JWT_ERR_OVERLAP);
    CHECK(memcmp(place.bytes, KEY_RSA_2048_PKCS8_DER, sizeof KEY_RSA_2048_PKCS8_DER) == 0);
}

static void message_in_the_scratch_is_refused(void)
{
    uint8_t *const end = (uint8_t *)(void *)(words + JWT_RS256_SCRATCH_WORDS_2048);
    char *out = harness_room(JWT_SIGNATURE_SIZE_MAX);
    size_t len = 7777;
    load();
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_sign(&signer, jwt_bytes_from(end - 1, 24), (uint8_t *)out, JWT_SIGNATURE_SIZE_MAX, &len));
    CHECK(len == 0);
    CHECK(harness_all(out, JWT_SIGNATURE_SIZE_MAX, 0));
    CHECK(harness_all(end - 1, 24, 0x5a));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(end, 24), (uint8_t *)out, JWT_SIGNATURE_SIZE_MAX, &len));
    CHECK(harness_all(end, 24, 0x5a));
}

CASES(CASE(signatures_are_those_made_on_the_stack), CASE(length_is_told_without_the_scratch),
      CASE(scratch_holds_zeros_afterwards), CASE(missing_parts_are_refused), CASE(overlaps_are_refused),
      CASE(message_in_the_scratch_is_refused));
