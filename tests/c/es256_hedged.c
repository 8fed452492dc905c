/* jwt_es256_hedged_signer() */

#include "fixtures.h"

static jwt_es256_key key;
static jwt_es256_hedged hedged;
static jwt_signer signer;
static uint8_t entropy[96];
static uint8_t first[JWT_ES256_SIGNATURE_LEN];
static uint8_t second[JWT_ES256_SIGNATURE_LEN];
static const uint8_t MESSAGE[] = {'s', 'a', 'm', 'p', 'l', 'e'};

static void begin(void)
{
    size_t i;
    for (i = 0; i < sizeof entropy; i++) {
        entropy[i] = (uint8_t)(i * 37 + 11);
    }
    (void)use_es256(&key);
    hedged.key = &key;
    hedged.entropy = jwt_bytes_from(entropy, 32);
    signer = jwt_es256_hedged_signer(&hedged);
}

static jwt_status sign(char *out, size_t out_size, size_t *out_len)
{
    return jwt_sign(&signer, BYTES_OF(MESSAGE), (uint8_t *)(void *)out, out_size, out_len);
}

static void sign_into(uint8_t *signature)
{
    size_t len = 7777;
    memset(signature, 0, JWT_ES256_SIGNATURE_LEN);
    CHECK_STATUS(JWT_OK, sign((char *)(void *)signature, JWT_ES256_SIGNATURE_LEN, &len));
    CHECK(len == JWT_ES256_SIGNATURE_LEN);
}

static int same_nonce(void)
{
    return memcmp(first, second, 32) == 0;
}

/** Checks a call that fails: zeros all over the output. */
static void expect_failure(int32_t status)
{
    char *out = harness_room(JWT_ES256_SIGNATURE_LEN);
    size_t len = 7777;
    CHECK_STATUS(status, sign(out, JWT_ES256_SIGNATURE_LEN, &len));
    CHECK(len == 0);
    CHECK(harness_all(out, JWT_ES256_SIGNATURE_LEN, 0));
    CHECK(harness_guards_hold(JWT_ES256_SIGNATURE_LEN));
    len = 7777;
    CHECK_STATUS(status, sign(NULL, 0, &len));
    CHECK(len == 0);
}

static void tokens_are_valid(void)
{
    static const size_t lens[] = {1, 16, 32, 96};
    jwt_mqtt_claims claims;
    size_t i;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    begin();
    for (i = 0; i < sizeof lens / sizeof lens[0]; i++) {
        char *out = harness_room(HARNESS_ROOM);
        size_t len = 0;
        harness_note("length", lens[i]);
        hedged.entropy.len = lens[i];
        CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &len));
        harness_token("ec_public", ES256_HEADER, "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700000060}", out, len);
    }
}

static void signature_is_another_than_without_entropy(void)
{
    begin();
    sign_into(first);
    signer = jwt_es256_signer(&key);
    sign_into(second);
    CHECK(!same_nonce());
}

static void same_bytes_give_the_same_signature(void)
{
    begin();
    sign_into(first);
    sign_into(second);
    CHECK(memcmp(first, second, sizeof first) == 0);
    /* It is the bytes that count, not where they are. */
    memmove(entropy + 32, entropy, 32);
    hedged.entropy.ptr = entropy + 32;
    sign_into(second);
    CHECK(memcmp(first, second, sizeof first) == 0);
}

static void first_and_last_byte_count(void)
{
    begin();
    sign_into(first);
    entropy[0] ^= 1;
    sign_into(second);
    CHECK(!same_nonce());
    entropy[0] ^= 1;
    entropy[31] ^= 1;
    sign_into(second);
    CHECK(!same_nonce());
}

static void length_counts_where_all_bytes_are_zero(void)
{
    size_t len;
    begin();
    memset(entropy, 0, sizeof entropy);
    signer = jwt_es256_signer(&key);
    sign_into(first);
    signer = jwt_es256_hedged_signer(&hedged);
    for (len = 1; len <= 3; len++) {
        harness_note("length", len);
        hedged.entropy.len = len;
        sign_into(second);
        CHECK(!same_nonce());
        memcpy(first, second, sizeof first);
    }
}

static void buffer_of_any_size_is_all_or_nothing(void)
{
    begin();
    harness_sweep(sign, JWT_ES256_SIGNATURE_LEN, JWT_ES256_SIGNATURE_LEN);
}

static void missing_parts_are_refused(void)
{
    begin();
    signer = jwt_es256_hedged_signer(NULL);
    expect_failure(JWT_ERR_POINTER);
    begin();
    signer = jwt_es256_hedged_signer((const jwt_es256_hedged *)misaligned(&hedged));
    expect_failure(JWT_ERR_POINTER);
    begin();
    memset(&hedged, 0, sizeof hedged);
    expect_failure(JWT_ERR_POINTER);
    begin();
    hedged.key = NULL;
    expect_failure(JWT_ERR_POINTER);
    begin();
    hedged.entropy.ptr = NULL;
    expect_failure(JWT_ERR_POINTER);
    begin();
    jwt_es256_key_wipe(&key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED);
}

static void no_entropy_is_not_taken_for_some(void)
{
    begin();
    hedged.entropy = jwt_bytes_from(entropy, 0);
    expect_failure(JWT_ERR_ENTROPY);
    hedged.entropy = jwt_bytes_from(NULL, 0);
    expect_failure(JWT_ERR_ENTROPY);
}

static void entropy_over_65535_bytes_is_refused(void)
{
    begin();
    hedged.entropy.len = 65536;
    expect_failure(JWT_ERR_TOO_LONG);
    hedged.entropy.len = SIZE_MAX;
    expect_failure(JWT_ERR_TOO_LONG);
}

/** Checks that 64 bytes of output at `out` are refused. */
static void expect_overlap(void *out)
{
    size_t len = 7777;
    CHECK_STATUS(JWT_ERR_OVERLAP, sign((char *)out, JWT_ES256_SIGNATURE_LEN, &len));
    CHECK(len == 0);
    CHECK(harness_all(out, JWT_ES256_SIGNATURE_LEN, 0));
}

static void output_over_what_is_read_is_refused(void)
{
    static union {
        size_t len;
        uint8_t bytes[3 * JWT_ES256_SIGNATURE_LEN];
        jwt_es256_key key;
        jwt_es256_hedged hedged;
    } place;
    uint8_t *const out = place.bytes + JWT_ES256_SIGNATURE_LEN;
    /* One byte of overlap at the entropy's end, then one at its start. */
    begin();
    hedged.entropy = jwt_bytes_from(out - 31, 32);
    expect_overlap(out);
    hedged.entropy = jwt_bytes_from(out + JWT_ES256_SIGNATURE_LEN - 1, 32);
    expect_overlap(out);
    begin();
    place.key = key;
    hedged.key = &place.key;
    expect_overlap(place.bytes);
    begin();
    place.hedged = hedged;
    signer = jwt_es256_hedged_signer(&place.hedged);
    expect_overlap(place.bytes);
    begin();
    hedged.entropy = jwt_bytes_from(place.bytes, sizeof place.len);
    CHECK_STATUS(JWT_ERR_OVERLAP, sign(NULL, 0, &place.len));
    CHECK(place.len == 0);
    /* What only touches is no overlap, nor is it where two are only read. */
    begin();
    hedged.entropy = jwt_bytes_from(out - 32, 32);
    CHECK_STATUS(JWT_OK, sign((char *)(void *)out, JWT_ES256_SIGNATURE_LEN, &place.len));
    hedged.entropy = jwt_bytes_from(out + JWT_ES256_SIGNATURE_LEN, 32);
    CHECK_STATUS(JWT_OK, sign((char *)(void *)out, JWT_ES256_SIGNATURE_LEN, &place.len));
    hedged.entropy = BYTES_OF(MESSAGE);
    sign_into(first);
}

CASES(CASE(tokens_are_valid), CASE(signature_is_another_than_without_entropy), CASE(same_bytes_give_the_same_signature),
      CASE(first_and_last_byte_count), CASE(length_counts_where_all_bytes_are_zero), CASE(buffer_of_any_size_is_all_or_nothing),
      CASE(missing_parts_are_refused), CASE(no_entropy_is_not_taken_for_some),
      CASE(entropy_over_65535_bytes_is_refused), CASE(output_over_what_is_read_is_refused));
