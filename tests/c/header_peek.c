/* jwt_header_peek() */

#include "verifying.h"

static jwt_unverified_header header;

static jwt_status peek(char *room, size_t room_size, size_t *room_len)
{
    return jwt_header_peek(&header, text_of(token, token_len), (uint8_t *)(void *)room, room_size, room_len);
}

static int is(jwt_str text, const char *expected)
{
    return text.len == strlen(expected) && memcmp(text.ptr, expected, text.len) == 0;
}

static void expect_header(const char *json, const char *algorithm, const char *key_id)
{
    size_t len = 7777;
    forge(json, "not even JSON");
    CHECK_STATUS(JWT_OK, peek((char *)(void *)scratch, sizeof scratch, &len));
    CHECK(is(header.algorithm, algorithm));
    CHECK(key_id == NULL ? header.key_id.ptr == NULL && header.key_id.len == 0 : is(header.key_id, key_id));
}

static void expect_refusal(int32_t expected, const char *json)
{
    size_t len = 7777;
    forge(json, "{}");
    memset(&header, 0x5a, sizeof header);
    memset(scratch, 0x5a, sizeof scratch);
    CHECK_STATUS(expected, peek((char *)(void *)scratch, sizeof scratch, &len));
    CHECK(len == 0);
    CHECK(harness_all(&header, sizeof header, 0));
    CHECK(harness_all(scratch, sizeof scratch, 0));
}

static void algorithm_and_key_id_are_read_unchecked(void)
{
    expect_header("{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"device-7\"}", "ES256", "device-7");
    expect_header("{\"kid\":\"\",\"alg\":\"none\"}", "none", "");
    expect_header("{\"alg\":\"HS256\"}", "HS256", NULL);
    expect_header("{\"alg\":\"ES256\",\"kid\":\"\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9\"}", "ES256",
                  "\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9\xf0\x9f\x98\x80\xc3\xa9");
    expect_header("{\"alg\":\"\\u0048S256\",\"kid\":\"a\\/b+\\u00e9\\ud83d\\ude00\"}", "HS256",
                  "a/b+\xc3\xa9\xf0\x9f\x98\x80");
    /* The signature is nobody's. */
    memset(token + token_len - 43, 'A', 43);
    {
        size_t len = 0;
        CHECK_STATUS(JWT_OK, peek((char *)(void *)scratch, sizeof scratch, &len));
    }
}

static void headers_that_are_none_are_refused(void)
{
    size_t len = 7777;
    expect_refusal(JWT_REJECT_MALFORMED, "");
    expect_refusal(JWT_REJECT_MALFORMED, "{\"kid\":\"a\"}");
    expect_refusal(JWT_REJECT_MALFORMED, "{\"alg\":1}");
    expect_refusal(JWT_REJECT_MALFORMED, "{\"alg\":\"ES256\",\"kid\":7}");
    expect_refusal(JWT_REJECT_MALFORMED, "{\"alg\":\"ES256\",\"kid\":null}");
    expect_refusal(JWT_REJECT_DUPLICATE_NAME, "{\"alg\":\"ES256\",\"kid\":\"a\",\"k\\u0069d\":\"b\"}");
    expect_refusal(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"ES256\",\"crit\":[\"x\"],\"x\":1}");
    CHECK_STATUS(JWT_REJECT_MALFORMED, jwt_header_peek(&header, JWT_STR("e30"), scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_REJECT_MALFORMED, jwt_header_peek(&header, JWT_STR("e31.e30.AA"), scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_REJECT_MALFORMED, jwt_header_peek(&header, text_of(NULL, 0), scratch, sizeof scratch, &len));
    CHECK(len == 0);
}

static void scratch_of_any_size_is_all_or_nothing(void)
{
    static const char escaped[] = "{\"alg\":\"ES\\u003256\",\"kid\":\"\\u0064evice\"}";
    size_t len = 7777;
    forge(escaped, "{}");
    harness_sweep(peek, sizeof escaped - 1, sizeof escaped - 1);
    CHECK(is(header.algorithm, "ES256") && is(header.key_id, "device"));
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, peek(NULL, 0, &len));
    CHECK(len == sizeof escaped - 1);
}

static void null_pointers_and_overlaps_are_refused(void)
{
    size_t len = 7777;
    jwt_str text;
    forge("{\"alg\":\"ES256\"}", "{}");
    text = text_of(token, token_len);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_header_peek(NULL, text, scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_header_peek(&header, text_of(NULL, 1), scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_header_peek(&header, text, NULL, 1, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_header_peek(&header, text, scratch, sizeof scratch, NULL));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_header_peek(&header, text_of(token, 65536), scratch, sizeof scratch, &len));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_header_peek(&header, text, (uint8_t *)(void *)token + token_len - 1, 1, &len));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_header_peek(&header, text, (uint8_t *)(void *)&header, sizeof header, &len));
}

CASES(CASE(algorithm_and_key_id_are_read_unchecked), CASE(headers_that_are_none_are_refused),
      CASE(scratch_of_any_size_is_all_or_nothing), CASE(null_pointers_and_overlaps_are_refused));
