/* jwt_mint_mqtt() */

#include "fixtures.h"

#define CLAIMS jwt_mqtt_claims
#define MINT jwt_mint_mqtt
#define TEXT_COUNT 1

#include "minting.h"

static void begin_claims(void)
{
    claims.project = JWT_STR("my-project");
}

static jwt_str *text_at(size_t index)
{
    (void)index;
    return &claims.project;
}

static void write_payload(harness_json *json)
{
    harness_json_raw(json, "{\"aud\":");
    harness_json_text(json, claims.project);
    harness_json_raw(json, ",\"iat\":");
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
    begin();
    CHECK_STATUS(JWT_OK, mint_any());
    payload.len = 0;
    write_payload(&payload);
    CHECK(strcmp(payload.text, "{\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700003600}") == 0);
}

static void project_of_30_characters_takes_223_and_479(void)
{
    jwt_rs256_key key;
    begin();
    claims.project = JWT_STR("thirty-characters-of-a-project");
    CHECK(claims.project.len == 30);
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_OK, mint_any());
    CHECK(len == 223);
    signer = use_rs256(&key);
    CHECK_STATUS(JWT_OK, mint_any());
    CHECK(len == 479);
}

static void size_macro_bounds_every_token(void)
{
    static const uint32_t kinds[] = {JWT_SIGNATURE_ES256_RAW, JWT_SIGNATURE_RS256_2048, JWT_SIGNATURE_RS256_3072,
                                     JWT_SIGNATURE_RS256_4096};
    static const size_t lengths[] = {JWT_ES256_SIGNATURE_LEN, JWT_RS256_2048_SIGNATURE_LEN,
                                     JWT_RS256_3072_SIGNATURE_LEN, JWT_RS256_4096_SIGNATURE_LEN};
    static const char controls[] = "\x01\x02\x03\x04\x05\x06\x0e\x0f\x10";
    size_t kind;
    size_t characters;
    begin();
    claims.now = INT64_MAX - 1;
    claims.lifetime = 1;
    for (kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++) {
        callback.signature = kinds[kind];
        for (characters = 1; characters < sizeof controls; characters++) {
            harness_note("characters", characters);
            claims.project = text_of("projects9", characters);
            CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
            CHECK(len + 1 <= JWT_MQTT_TOKEN_SIZE(characters, lengths[kind]));
            CHECK(len + 1 + 4 >= JWT_MQTT_TOKEN_SIZE(characters, lengths[kind]));
            claims.project = text_of(controls, characters);
            CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
            CHECK(len + 1 <= JWT_MQTT_TOKEN_SIZE(JWT_JSON_TEXT_MAX(characters), lengths[kind]));
        }
    }
}

static void size_macro_is_a_constant(void)
{
    char out[JWT_MQTT_TOKEN_SIZE(sizeof "my-project" - 1, JWT_ES256_SIGNATURE_LEN)];
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

static void shared_secret_is_no_key_for_the_bridge(void)
{
    jwt_hs256_key key;
    begin();
    signer = use_hs256(&key);
    expect_failure(JWT_ERR_KEY_ALGORITHM);
}

static void zeroed_claims_are_refused(void)
{
    begin();
    memset(&claims, 0, sizeof claims);
    CHECK(mint_any() != JWT_OK);
    CHECK(len == 0);
    CHECK(calls == 0);
}

static void project_left_out_is_refused(void)
{
    begin();
    claims.project = jwt_str_from(NULL);
    expect_failure(JWT_ERR_EMPTY_CLAIM);
}

CASES(MINTING_CASES, CASE(payload_is_the_documented_one), CASE(project_of_30_characters_takes_223_and_479),
      CASE(size_macro_bounds_every_token), CASE(size_macro_is_a_constant), CASE(lifetime_over_a_day_is_refused),
      CASE(shared_secret_is_no_key_for_the_bridge), CASE(zeroed_claims_are_refused),
      CASE(project_left_out_is_refused));
