/* jwt_verify_jws() */

#include "verifying.h"

static jwt_bytes payload;

static jwt_status verify(char *room, size_t room_size, size_t *room_len)
{
    return jwt_verify_jws(&payload, text_of(token, token_len), &verifier, 1, (uint8_t *)(void *)room, room_size,
                          room_len);
}

static void expect_jws(int32_t expected)
{
    size_t len = 7777;
    memset(&payload, 0x5a, sizeof payload);
    memset(scratch, 0x5a, sizeof scratch);
    CHECK_STATUS(expected, verify((char *)(void *)scratch, sizeof scratch, &len));
    if (expected != JWT_OK) {
        CHECK(len == 0);
        CHECK(harness_all(&payload, sizeof payload, 0));
        CHECK(harness_all(scratch, sizeof scratch, 0));
    }
}

/** Checks that a payload of any bytes comes out as it went in. */
static void expect_payload(const char *bytes, size_t len)
{
    forge_bytes(HS256_HEADER, sizeof HS256_HEADER - 1, bytes, len);
    expect_jws(JWT_OK);
    CHECK(payload.len == len && memcmp(payload.ptr, bytes, len) == 0);
}

static void payload_may_be_anything(void)
{
    static const char nasty[] = "\0\xff\xfe{\"exp\":1,\"exp\":1";
    size_t len;
    begin();
    for (len = 0; len < sizeof nasty; len++) {
        harness_note("length", len);
        expect_payload(nasty, len);
    }
    expect_payload("{\"exp\":0}", 9);
}

static void header_is_as_strict_as_a_tokens(void)
{
    begin();
    forge("{\"alg\":\"none\"}", "x");
    expect_jws(JWT_REJECT_ALGORITHM);
    forge("{\"alg\":\"HS256\",\"alg\":\"HS256\"}", "x");
    expect_jws(JWT_REJECT_DUPLICATE_NAME);
    forge("{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"]}", "x");
    expect_jws(JWT_REJECT_CRITICAL_HEADER);
    forge("{\"alg\":\"HS256\"", "x");
    expect_jws(JWT_REJECT_MALFORMED);
    forge("{\"alg\":\"HS256\"}", "x");
    token[token_len - 2] = token[token_len - 2] == 'A' ? 'B' : 'A';
    expect_jws(JWT_REJECT_SIGNATURE);
}

static void every_flipped_bit_is_refused(void)
{
    size_t i;
    unsigned bit;
    begin();
    for (i = 0; i < token_len; i++) {
        for (bit = 0; bit < 8; bit++) {
            size_t len;
            token[i] = (char)(token[i] ^ (1 << bit));
            CHECK(verify((char *)(void *)scratch, sizeof scratch, &len) <= JWT_REJECT_MALFORMED);
            CHECK(len == 0 && payload.ptr == NULL);
            token[i] = (char)(token[i] ^ (1 << bit));
        }
    }
    expect_jws(JWT_OK);
}

static void scratch_of_any_size_is_all_or_nothing(void)
{
    size_t len = 7777;
    begin();
    harness_sweep(verify, sizeof GOOD_PAYLOAD - 1, sizeof GOOD_PAYLOAD - 1);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, verify(NULL, 0, &len));
    CHECK(len == sizeof GOOD_PAYLOAD - 1 && payload.ptr == NULL);
}

static void null_pointers_are_refused(void)
{
    size_t len = 7777;
    jwt_str text;
    begin();
    text = text_of(token, token_len);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify_jws(NULL, text, &verifier, 1, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER,
                 jwt_verify_jws(&payload, text_of(NULL, 1), &verifier, 1, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify_jws(&payload, text, NULL, 1, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify_jws(&payload, text, &verifier, 1, NULL, 1, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verify_jws(&payload, text, &verifier, 1, scratch, sizeof scratch, NULL));
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, jwt_verify_jws(&payload, text, &verifier, 0, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_verify_jws(&payload, text, &verifier, 1, (uint8_t *)(void *)token, sizeof token, &len));
}

CASES(CASE(payload_may_be_anything), CASE(header_is_as_strict_as_a_tokens), CASE(every_flipped_bit_is_refused),
      CASE(scratch_of_any_size_is_all_or_nothing), CASE(null_pointers_are_refused));
