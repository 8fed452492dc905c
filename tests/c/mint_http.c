/* jwt_mint_http() */

#include "fixtures.h"

#define CLAIMS jwt_http_claims
#define MINT jwt_mint_http
#define TEXT_COUNT 2

#include "minting.h"

static void begin_claims(void)
{
    claims.system_key = JWT_STR("a0b1c2d3e4");
    claims.device = JWT_STR("device-1");
}

static jwt_str *text_at(size_t index)
{
    return index == 0 ? &claims.system_key : &claims.device;
}

static void write_payload(harness_json *json)
{
    harness_json_raw(json, "{\"sk\":");
    harness_json_text(json, claims.system_key);
    harness_json_raw(json, ",\"uid\":");
    harness_json_text(json, claims.device);
    harness_json_raw(json, ",\"ut\":3,\"iat\":");
    harness_json_integer(json, claims.now);
    harness_json_raw(json, ",\"exp\":");
    harness_json_integer(json, claims.now + claims.lifetime);
    harness_json_raw(json, "}");
}

static void write_header(harness_json *json, const char *algorithm)
{
    harness_json_raw(json, "{\"alg\":");
    harness_json_text(json, jwt_str_from(algorithm));
    harness_json_raw(json, ",\"typ\":\"JWT\"}");
}

static void payload_is_the_documented_one(void)
{
    static const char expected[] =
        "{\"sk\":\"a0b1c2d3e4\",\"uid\":\"device-1\",\"ut\":3,\"iat\":1700000000,\"exp\":1700003600}";
    begin();
    CHECK_STATUS(JWT_OK, mint_any());
    payload.len = 0;
    write_payload(&payload);
    CHECK(strcmp(payload.text, expected) == 0);
}

static void size_macro_bounds_every_token(void)
{
    static const char controls[] = "\x01\x02\x03\x04\x05\x06\x0e\x0f\x10";
    size_t characters;
    begin();
    claims.now = INT64_MAX - 1;
    claims.lifetime = 1;
    for (characters = 1; characters < sizeof controls; characters++) {
        harness_note("characters", characters);
        claims.system_key = text_of("a0b1c2d3e", characters);
        claims.device = text_of("d", 1);
        CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
        CHECK(len + 1 <= JWT_HTTP_TOKEN_SIZE(characters, 1, JWT_ES256_SIGNATURE_LEN));
        CHECK(len + 1 + 4 >= JWT_HTTP_TOKEN_SIZE(characters, 1, JWT_ES256_SIGNATURE_LEN));
        claims.system_key = text_of(controls, characters);
        claims.device = text_of(controls, 2);
        CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
        CHECK(len + 1 <= JWT_HTTP_TOKEN_SIZE(JWT_JSON_TEXT_MAX(characters), JWT_JSON_TEXT_MAX((size_t)2),
                                             JWT_ES256_SIGNATURE_LEN));
    }
}

static void size_macro_is_a_constant(void)
{
    char out[JWT_HTTP_TOKEN_SIZE(sizeof "a0b1c2d3e4" - 1, sizeof "device-1" - 1, JWT_ES256_SIGNATURE_LEN)];
    begin();
    CHECK_STATUS(JWT_OK, mint(out, sizeof out, &len));
    CHECK(len < sizeof out);
}

static void lifetime_over_a_day_is_refused(void)
{
    begin();
    claims.lifetime = JWT_PROFILE_LIFETIME_MAX + 1;
    expect_failure(JWT_ERR_LIFETIME);
    claims.lifetime = INT64_MAX;
    expect_failure(JWT_ERR_LIFETIME);
    claims.lifetime = JWT_PROFILE_LIFETIME_MAX;
    expect_token(NULL, "ES256");
}

static void shared_secret_is_no_key_for_the_platform(void)
{
    jwt_hs256_key key;
    begin();
    signer = use_hs256(&key);
    expect_failure(JWT_ERR_KEY_ALGORITHM);
}

static void either_text_left_out_is_refused(void)
{
    begin();
    claims.system_key = jwt_str_from(NULL);
    expect_failure(JWT_ERR_EMPTY_CLAIM);
    begin();
    claims.device = jwt_str_from(NULL);
    expect_failure(JWT_ERR_EMPTY_CLAIM);
}

CASES(MINTING_CASES, CASE(payload_is_the_documented_one), CASE(size_macro_bounds_every_token),
      CASE(size_macro_is_a_constant), CASE(lifetime_over_a_day_is_refused),
      CASE(shared_secret_is_no_key_for_the_platform), CASE(either_text_left_out_is_refused));
