/* jwt_verified_text() and its siblings */

#include "verifying.h"

#define CLAIMS \
    "{\"iat\":1700000000,\"exp\":1700003600,\"plain\":\"kitchen\",\"empty\":\"\",\"escaped\":" \
    "\"a\\\"b\\\\\\u00e9\\uD83D\\uDE00\\n\"," \
    "\"nul\":\"admin\\u0000\",\"t\":true,\"f\":false,\"null\":null,\"object\":{ \"a\" : [1, 2] },\"array\":[1,\"x\"]," \
    "\"aud\":[\"one\",\"tw\\u006f\"],\"e\\u0073c\":7,\"\":9}"

static char out[40];
static size_t len;

static void accept_claims(void)
{
    begin();
    forge(HS256_HEADER, CLAIMS);
    policy.allow_any_audience = 1;
    expect(JWT_OK);
}

static void expect_text(int32_t expected, const char *name, const char *text)
{
    memset(out, 0x5a, sizeof out);
    CHECK_STATUS(expected, jwt_verified_text(&verified, jwt_str_from(name), out, sizeof out, &len));
    CHECK(strcmp(out, text) == 0);
    CHECK(len == strlen(text));
}

static void texts_are_unescaped(void)
{
    accept_claims();
    expect_text(JWT_OK, "plain", "kitchen");
    expect_text(JWT_OK, "empty", "");
    expect_text(JWT_OK, "escaped", "a\"b\\\xc3\xa9\xf0\x9f\x98\x80\n");
    expect_text(JWT_REJECT_CLAIM_TYPE, "nul", "");
    expect_text(JWT_REJECT_CLAIM_TYPE, "t", "");
    expect_text(JWT_REJECT_CLAIM_TYPE, "null", "");
    expect_text(JWT_REJECT_CLAIM_TYPE, "iat", "");
    expect_text(JWT_REJECT_CLAIM_TYPE, "array", "");
    expect_text(JWT_REJECT_CLAIM_TYPE, "object", "");
    expect_text(JWT_REJECT_MISSING_CLAIM, "a", "");
    expect_text(JWT_REJECT_MISSING_CLAIM, "Plain", "");
    expect_text(JWT_REJECT_MISSING_CLAIM, "plain\"", "");
    expect_text(JWT_ERR_UTF8, "\xff", "");
}

static jwt_status escaped(char *room, size_t room_size, size_t *room_len)
{
    return jwt_verified_text(&verified, JWT_STR("escaped"), room, room_size, room_len);
}

static void buffer_of_any_size_is_all_or_nothing(void)
{
    size_t measured = 0;
    accept_claims();
    CHECK_STATUS(JWT_OK, escaped(NULL, 0, &measured));
    CHECK(measured == 11);
    harness_sweep(escaped, 11, 12);
}

static void expect_integer(int32_t expected, const char *json, int64_t value)
{
    harness_json payload;
    int64_t integer = 7777;
    payload.len = 0;
    harness_json_raw(&payload, "{\"iat\":1700000000,\"exp\":1700003600,\"n\":");
    harness_json_raw(&payload, json);
    harness_json_raw(&payload, "}");
    harness_note(json, 0);
    expect_of(JWT_OK, HS256_HEADER, payload.text);
    CHECK_STATUS(expected, jwt_verified_integer(&integer, &verified, JWT_STR("n")));
    CHECK(integer == value);
}

static void integers_are_exact(void)
{
    begin();
    expect_integer(JWT_OK, "0", 0);
    expect_integer(JWT_OK, "-0", 0);
    expect_integer(JWT_OK, "3", 3);
    expect_integer(JWT_OK, "9007199254740993", 9007199254740993);
    expect_integer(JWT_OK, "-9007199254740993", -9007199254740993);
    expect_integer(JWT_OK, "9223372036854775807", INT64_MAX);
    expect_integer(JWT_OK, "-9223372036854775808", INT64_MIN);
    expect_integer(JWT_OK, "1e3", 1000);
    expect_integer(JWT_OK, "1000.0", 1000);
    expect_integer(JWT_OK, "12345e-0", 12345);
    expect_integer(JWT_OK, "1234500000E-5", 12345);
    expect_integer(JWT_OK, "0.00012345e8", 12345);
    expect_integer(JWT_OK, "9.223372036854775807e18", INT64_MAX);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "9223372036854775808", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "-9223372036854775809", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "18446744073709551616", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "1e19", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "1e99999999999999999999", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "1e-1", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "1e-99999999999999999999", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "0.5", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "1000.00000000000000000000000000000000000001", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "\"3\"", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "true", 0);
    expect_integer(JWT_REJECT_CLAIM_TYPE, "[3]", 0);
}

static void booleans_are_true_or_false(void)
{
    uint8_t boolean = 77;
    accept_claims();
    CHECK_STATUS(JWT_OK, jwt_verified_boolean(&boolean, &verified, JWT_STR("t")));
    CHECK(boolean == 1);
    CHECK_STATUS(JWT_OK, jwt_verified_boolean(&boolean, &verified, JWT_STR("f")));
    CHECK(boolean == 0);
    boolean = 77;
    CHECK_STATUS(JWT_REJECT_CLAIM_TYPE, jwt_verified_boolean(&boolean, &verified, JWT_STR("null")));
    CHECK(boolean == 0);
    CHECK_STATUS(JWT_REJECT_CLAIM_TYPE, jwt_verified_boolean(&boolean, &verified, JWT_STR("iat")));
    CHECK_STATUS(JWT_REJECT_MISSING_CLAIM, jwt_verified_boolean(&boolean, &verified, JWT_STR("true")));
}

static void expect_json(const char *name, const char *expected)
{
    jwt_str json;
    CHECK_STATUS(JWT_OK, jwt_verified_json(&json, &verified, jwt_str_from(name)));
    CHECK(json.len == strlen(expected) && memcmp(json.ptr, expected, json.len) == 0);
    CHECK(json.ptr > (const char *)(const void *)scratch &&
          json.ptr < (const char *)(const void *)(scratch + sizeof scratch));
}

static void json_is_as_it_stands(void)
{
    jwt_str json;
    accept_claims();
    expect_json("object", "{ \"a\" : [1, 2] }");
    expect_json("array", "[1,\"x\"]");
    expect_json("null", "null");
    expect_json("t", "true");
    expect_json("iat", "1700000000");
    expect_json("plain", "\"kitchen\"");
    expect_json("aud", "[\"one\",\"tw\\u006f\"]");
    expect_json("esc", "7");
    expect_json("", "9");
    CHECK_STATUS(JWT_REJECT_MISSING_CLAIM, jwt_verified_json(&json, &verified, JWT_STR("x")));
    CHECK(json.ptr == NULL && json.len == 0);
}

static void expect_audience(int32_t expected, size_t index, const char *text)
{
    memset(out, 0x5a, sizeof out);
    CHECK_STATUS(expected, jwt_verified_audience(&verified, index, out, sizeof out, &len));
    CHECK(strcmp(out, text) == 0);
    CHECK(len == strlen(text));
}

static void audiences_are_counted(void)
{
    accept_claims();
    expect_audience(JWT_OK, 0, "one");
    expect_audience(JWT_OK, 1, "two");
    expect_audience(JWT_REJECT_MISSING_CLAIM, 2, "");
    expect_audience(JWT_REJECT_MISSING_CLAIM, SIZE_MAX, "");
    expect_of(JWT_OK, HS256_HEADER, "{\"aud\":\"\\u006fne\",\"iat\":1700000000,\"exp\":1700003600}");
    expect_audience(JWT_OK, 0, "one");
    expect_audience(JWT_REJECT_MISSING_CLAIM, 1, "");
    expect_of(JWT_OK, HS256_HEADER, "{\"aud\":[],\"iat\":1700000000,\"exp\":1700003600}");
    expect_audience(JWT_REJECT_MISSING_CLAIM, 0, "");
    expect_of(JWT_OK, HS256_HEADER, GOOD_PAYLOAD);
    expect_audience(JWT_REJECT_MISSING_CLAIM, 0, "");
}

static void claims_of_nothing_are_refused(void)
{
    int64_t integer = 7777;
    uint8_t boolean = 77;
    jwt_str json;
    memset(&verified, 0, sizeof verified);
    expect_text(JWT_ERR_NOT_VERIFIED, "plain", "");
    expect_audience(JWT_ERR_NOT_VERIFIED, 0, "");
    CHECK_STATUS(JWT_ERR_NOT_VERIFIED, jwt_verified_integer(&integer, &verified, JWT_STR("iat")));
    CHECK_STATUS(JWT_ERR_NOT_VERIFIED, jwt_verified_boolean(&boolean, &verified, JWT_STR("t")));
    CHECK_STATUS(JWT_ERR_NOT_VERIFIED, jwt_verified_json(&json, &verified, JWT_STR("t")));
    CHECK(integer == 0 && boolean == 0 && json.ptr == NULL);
    /* A token that was refused leaves no claims. */
    begin();
    policy.now = 1700003600;
    expect(JWT_REJECT_EXPIRED);
    expect_text(JWT_ERR_NOT_VERIFIED, "sub", "");
    /* Scratch that was used for something else. */
    accept_claims();
    scratch[verified.payload.len - 1] = 0;
    expect_text(JWT_ERR_NOT_VERIFIED, "plain", "");
    memset(scratch, 0xff, sizeof scratch);
    expect_text(JWT_ERR_NOT_VERIFIED, "plain", "");
}

static void null_pointers_and_overlaps_are_refused(void)
{
    int64_t integer = 7777;
    uint8_t boolean = 77;
    jwt_str json;
    accept_claims();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_text(NULL, JWT_STR("plain"), out, sizeof out, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_text(&verified, JWT_STR("plain"), out, sizeof out, NULL));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_text(&verified, JWT_STR("plain"), NULL, 1, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_text(&verified, text_of(NULL, 1), out, sizeof out, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_audience(NULL, 0, out, sizeof out, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_audience(&verified, 0, out, sizeof out, NULL));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_integer(NULL, &verified, JWT_STR("iat")));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_integer(&integer, NULL, JWT_STR("iat")));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_boolean(NULL, &verified, JWT_STR("t")));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_boolean(&boolean, NULL, JWT_STR("t")));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_json(NULL, &verified, JWT_STR("t")));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_verified_json(&json, NULL, JWT_STR("t")));
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_verified_text(&verified, JWT_STR("plain"), (char *)(void *)scratch + 10, 40, &len));
    CHECK(len == 0);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_verified_json(&verified.payload, &verified, JWT_STR("t")));
}

CASES(CASE(texts_are_unescaped), CASE(buffer_of_any_size_is_all_or_nothing), CASE(integers_are_exact),
      CASE(booleans_are_true_or_false), CASE(json_is_as_it_stands), CASE(audiences_are_counted),
      CASE(claims_of_nothing_are_refused), CASE(null_pointers_and_overlaps_are_refused));
