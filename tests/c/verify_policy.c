/* jwt_verify(): what a token that is genuine has to say. */

#include "verifying.h"

/** Checks the good token with these claims instead. */
static void expect_claims(int32_t expected, const char *payload)
{
    expect_of(expected, HS256_HEADER, payload);
}

static void zeroed_policy_is_the_strictest(void)
{
    begin();
    expect(JWT_OK);
    memset(&policy, 0, sizeof policy);
    expect(JWT_ERR_CLOCK);
    policy.now = NOW;
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{}");
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"iat\":1700000000}");
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"exp\":1700003600}");
    expect_claims(JWT_REJECT_LIFETIME, "{\"iat\":1700000000,\"exp\":1700086401}");
    expect_claims(JWT_OK, "{\"iat\":1700000000,\"exp\":1700086400}");
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"iat\":1700000001,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"nbf\":1700000001,\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_AUDIENCE, "{\"aud\":\"someone\",\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"iat\":1699990000,\"exp\":1700000000}");
}

static void expires_at_the_second(void)
{
    begin();
    policy.now = 1700003599;
    expect(JWT_OK);
    policy.now = 1700003600;
    expect(JWT_REJECT_EXPIRED);
    policy.leeway = 1;
    expect(JWT_OK);
    policy.now = 1700003601;
    expect(JWT_REJECT_EXPIRED);
    policy.now = INT64_MAX;
    expect(JWT_REJECT_EXPIRED);
    policy.leeway = INT64_MAX;
    policy.now = INT64_MAX - 1;
    expect(JWT_OK);
    /* A sum of leeway and exp beyond 64 bits is the greatest time, not the least. */
    policy.now = 1700003600;
    expect(JWT_OK);
}

static void begins_at_the_second(void)
{
    begin();
    policy.now = 1699999999;
    expect(JWT_REJECT_NOT_YET_VALID);
    policy.leeway = 1;
    expect(JWT_OK);
    policy.leeway = 0;
    policy.now = 1700000100;
    expect_claims(JWT_OK, "{\"nbf\":1700000100,\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"nbf\":1700000101,\"iat\":1700000000,\"exp\":1700003600}");
    policy.leeway = 1;
    expect(JWT_OK);
    policy.lifetime_max = JWT_LIFETIME_ANY;
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"nbf\":9223372036854775807,\"exp\":9223372036854775807}");
    policy.leeway = INT64_MAX;
    expect(JWT_OK);
}

static void fractions_count_against_the_token(void)
{
    begin();
    policy.now = 1700003599;
    expect_claims(JWT_OK, "{\"iat\":1700000000.0,\"exp\":1700003600.9}");
    policy.now = 1700003600;
    expect_claims(JWT_REJECT_EXPIRED, "{\"iat\":1700000000,\"exp\":1700003600.9}");
    policy.now = NOW;
    expect_claims(JWT_REJECT_NOT_YET_VALID,
                  "{\"iat\":1700000000.0000000000000000000000000000000000001,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"nbf\":1700000000.1,\"iat\":1700000000,\"exp\":1700003600}");
    /* A lifetime is measured at its longest. */
    policy.lifetime_max = 3600;
    policy.now = 1700000001;
    expect_claims(JWT_OK, "{\"iat\":1700000000.0,\"exp\":1700003600.0}");
    expect_claims(JWT_REJECT_LIFETIME, "{\"iat\":1700000000,\"exp\":1700003600.1}");
    expect_claims(JWT_REJECT_LIFETIME, "{\"iat\":1700000000.9,\"exp\":1700003600.1}");
    policy.now = NOW;
    policy.lifetime_max = 0;
    /* The same numbers otherwise. */
    expect_claims(JWT_OK, "{\"iat\":1.7e9,\"exp\":17000036E+2}");
    expect_claims(JWT_OK, "{\"iat\":17000000000000e-4,\"exp\":0.0017000036e12}");
}

static void times_are_exact(void)
{
    begin();
    policy.lifetime_max = JWT_LIFETIME_ANY;
    /* 2^53 + 1, which floating point takes for 2^53. */
    policy.now = 9007199254740992;
    expect_claims(JWT_OK, "{\"exp\":9007199254740993}");
    policy.now = 9007199254740993;
    expect_claims(JWT_REJECT_EXPIRED, "{\"exp\":9007199254740993}");
    policy.now = INT64_MAX - 1;
    expect_claims(JWT_OK, "{\"exp\":9223372036854775807}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"exp\":9223372036854775806}");
    /* 2^31 and 2^32 are as any other. */
    policy.now = 4294967296;
    expect_claims(JWT_OK, "{\"exp\":4294967297}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"exp\":4294967296}");
    policy.now = 2147483648;
    expect_claims(JWT_OK, "{\"exp\":2147483649}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"exp\":2147483648}");
}

static void times_that_are_none_are_refused(void)
{
    static const char *const values[] = {"\"1700003600\"",
                                         "true",
                                         "null",
                                         "[1700003600]",
                                         "{}",
                                         "-1",
                                         "-0.5",
                                         "-1e-99",
                                         "9223372036854775808",
                                         "18446744073709551616",
                                         "1e19",
                                         "1e400",
                                         "1e99999999999999999999",
                                         "-1e400",
                                         "99999999999999999999999999999999999999999999999999"};
    static const char *const names[] = {"exp", "nbf", "iat"};
    size_t i;
    size_t name;
    begin();
    for (name = 0; name < 3; name++) {
        for (i = 0; i < sizeof values / sizeof values[0]; i++) {
            harness_json payload;
            payload.len = 0;
            harness_note(values[i], name);
            harness_json_raw(&payload, "{\"");
            harness_json_raw(&payload, names[name]);
            harness_json_raw(&payload, "\":");
            harness_json_raw(&payload, values[i]);
            harness_json_raw(&payload, name == 0   ? ",\"iat\":1700000000}"
                                       : name == 1 ? ",\"iat\":1700000000,\"exp\":1700003600}"
                                                   : ",\"exp\":1700003600}");
            expect_claims(JWT_REJECT_CLAIM_TYPE, payload.text);
        }
    }
    harness_note(NULL, 0);
    policy.lifetime_max = JWT_LIFETIME_ANY;
    expect_claims(JWT_OK, "{\"nbf\":0,\"exp\":1700003600}");
    expect_claims(JWT_OK, "{\"nbf\":-0,\"exp\":1700003600}");
    expect_claims(JWT_OK, "{\"nbf\":0e99999999999999999999,\"exp\":1700003600}");
    expect_claims(JWT_OK, "{\"nbf\":1e-99999999999999999999,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"exp\":0}");
}

static void missing_expiry_can_be_allowed(void)
{
    begin();
    policy.allow_no_expiry = 1;
    expect_claims(JWT_OK, "{}");
    expect_claims(JWT_OK, "{\"iat\":1700000000}");
    expect_claims(JWT_REJECT_NOT_YET_VALID, "{\"iat\":1700000001}");
    expect_claims(JWT_REJECT_CLAIM_TYPE, "{\"exp\":null}");
    expect_claims(JWT_REJECT_EXPIRED, "{\"iat\":1699999000,\"exp\":1700000000}");
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"exp\":1700003600}");
    policy.lifetime_max = JWT_LIFETIME_ANY;
    expect_claims(JWT_OK, "{\"exp\":1700003600}");
    policy.allow_no_expiry = 0;
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"iat\":1700000000}");
}

static void lifetime_is_limited(void)
{
    begin();
    policy.lifetime_max = 3599;
    expect(JWT_REJECT_LIFETIME);
    policy.leeway = 1;
    expect(JWT_OK);
    policy.leeway = 0;
    policy.lifetime_max = 3600;
    expect(JWT_OK);
    /* An hour the wrong way round, as in a sample that a vendor published. */
    forge(HS256_HEADER, "{\"aud\":\"my-project\",\"exp\":1509650801,\"iat\":1509654401}");
    policy.now = 1509654401;
    policy.audience = JWT_STR("my-project");
    expect(JWT_REJECT_LIFETIME);
    policy.leeway = 86400;
    expect(JWT_REJECT_LIFETIME);
    policy.lifetime_max = JWT_LIFETIME_ANY;
    expect(JWT_REJECT_LIFETIME);
    expect_claims(JWT_REJECT_LIFETIME, "{\"aud\":\"my-project\",\"exp\":1509654401,\"iat\":1509654401}");
    expect_claims(JWT_OK, "{\"aud\":\"my-project\",\"exp\":9223372036854775807,\"iat\":0}");
}

static void audience_is_a_text_or_an_array(void)
{
    begin();
    policy.audience = JWT_STR("me");
    expect(JWT_REJECT_MISSING_CLAIM);
#define WITH_AUDIENCE(json) "{\"aud\":" json ",\"iat\":1700000000,\"exp\":1700003600}"
    expect_claims(JWT_OK, WITH_AUDIENCE("\"me\""));
    expect_claims(JWT_OK, WITH_AUDIENCE("\"\\u006d\\u0065\""));
    expect_claims(JWT_OK, WITH_AUDIENCE("[\"me\"]"));
    expect_claims(JWT_OK, WITH_AUDIENCE(" [ \"you\" , \"m\\u0065\" , \"they\" ] "));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"Me\""));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"mem\""));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"m\""));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"\""));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"me\\u0000\""));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("[]"));
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("[\"you\",\"\"]"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("[\"me\",1]"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("[[\"me\"]]"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("{\"me\":\"me\"}"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("null"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("7"));
    policy.allow_any_audience = 1;
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("\"you\""));
    policy.audience = text_of(NULL, 0);
    expect_claims(JWT_OK, WITH_AUDIENCE("\"you\""));
    expect_claims(JWT_OK, WITH_AUDIENCE("[]"));
    expect_claims(JWT_REJECT_CLAIM_TYPE, WITH_AUDIENCE("7"));
    expect_claims(JWT_OK, GOOD_PAYLOAD);
    policy.allow_any_audience = 0;
    expect_claims(JWT_REJECT_AUDIENCE, WITH_AUDIENCE("[]"));
}

static void issuer_and_subject_are_held_against(void)
{
    begin();
    policy.issuer = JWT_STR("them");
    expect(JWT_REJECT_MISSING_CLAIM);
    expect_claims(JWT_OK, "{\"iss\":\"them\",\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_ISSUER, "{\"iss\":\"the\",\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_CLAIM_TYPE, "{\"iss\":[\"them\"],\"iat\":1700000000,\"exp\":1700003600}");
    begin();
    policy.subject = JWT_STR("device");
    expect(JWT_OK);
    expect_claims(JWT_REJECT_SUBJECT, "{\"sub\":\"Device\",\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_CLAIM_TYPE, "{\"sub\":3,\"iat\":1700000000,\"exp\":1700003600}");
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"iat\":1700000000,\"exp\":1700003600}");
    /* Wrong types are refused of claims that are not asked for too. */
    begin();
    expect_claims(JWT_REJECT_CLAIM_TYPE, "{\"iss\":3,\"iat\":1700000000,\"exp\":1700003600}");
}

static void expired_is_said_last(void)
{
    begin();
    policy.now = 1700009999;
    policy.subject = JWT_STR("another");
    expect(JWT_REJECT_SUBJECT);
    policy.subject = JWT_STR("device");
    expect(JWT_REJECT_EXPIRED);
}

static void iot_core_rules_are_one_call(void)
{
    begin();
#define MQTT_PAYLOAD "{\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700086400}"
    forge(HS256_HEADER, MQTT_PAYLOAD);
    /* Ten minutes of skew either way. */
    policy = jwt_iot_core_policy(JWT_STR("my-project"), 1700000000 - 600);
    expect(JWT_OK);
    policy = jwt_iot_core_policy(JWT_STR("my-project"), 1700000000 - 601);
    expect(JWT_REJECT_NOT_YET_VALID);
    policy = jwt_iot_core_policy(JWT_STR("my-project"), 1700086400 + 599);
    expect(JWT_OK);
    policy = jwt_iot_core_policy(JWT_STR("my-project"), 1700086400 + 600);
    expect(JWT_REJECT_EXPIRED);
    policy = jwt_iot_core_policy(JWT_STR("your-project"), NOW);
    expect(JWT_REJECT_AUDIENCE);
    policy = jwt_iot_core_policy(JWT_STR("my-project"), NOW);
    expect_claims(JWT_REJECT_LIFETIME, "{\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700087001}");
    expect_claims(JWT_REJECT_MISSING_CLAIM, "{\"aud\":\"my-project\",\"exp\":1700086400}");
    policy = jwt_iot_core_policy(text_of(NULL, 0), NOW);
    expect_claims(JWT_OK, "{\"sk\":\"0a1b\",\"uid\":\"d\",\"ut\":3,\"iat\":1700000000,\"exp\":1700086400}");
    expect_claims(JWT_REJECT_AUDIENCE, MQTT_PAYLOAD);
}

static void policy_that_makes_no_sense_is_refused(void)
{
    static const char not_utf8[] = "\xff";
    begin();
    policy.now = -1;
    expect(JWT_ERR_TIME);
    begin();
    policy.clock_floor = -1;
    expect(JWT_ERR_TIME);
    begin();
    policy.leeway = -1;
    expect(JWT_ERR_TIME);
    begin();
    policy.lifetime_max = -1;
    expect(JWT_ERR_TIME);
    begin();
    policy.now = JWT_CLOCK_FLOOR_DEFAULT - 1;
    expect(JWT_ERR_CLOCK);
    policy.clock_floor = 1;
    expect(JWT_REJECT_NOT_YET_VALID);
    begin();
    policy.clock_floor = NOW + 1;
    expect(JWT_ERR_CLOCK);
    begin();
    policy.audience = JWT_STR("");
    expect(JWT_ERR_EMPTY_CLAIM);
    begin();
    policy.issuer = JWT_STR("");
    expect(JWT_ERR_EMPTY_CLAIM);
    begin();
    policy.subject = JWT_STR("");
    expect(JWT_ERR_EMPTY_CLAIM);
    policy.subject = TEXT_OF(not_utf8);
    expect(JWT_ERR_UTF8);
}

static void signature_comes_before_claims(void)
{
    begin();
    forge(HS256_HEADER, "{\"exp\":");
    expect(JWT_REJECT_MALFORMED);
    token[token_len - 2] = token[token_len - 2] == 'A' ? 'B' : 'A';
    expect(JWT_REJECT_SIGNATURE);
    forge(HS256_HEADER, "{\"iat\":1,\"exp\":2}");
    expect(JWT_REJECT_EXPIRED);
    token[token_len - 2] = token[token_len - 2] == 'A' ? 'B' : 'A';
    expect(JWT_REJECT_SIGNATURE);
}

CASES(CASE(zeroed_policy_is_the_strictest), CASE(expires_at_the_second), CASE(begins_at_the_second),
      CASE(fractions_count_against_the_token), CASE(times_are_exact), CASE(times_that_are_none_are_refused),
      CASE(missing_expiry_can_be_allowed), CASE(lifetime_is_limited), CASE(audience_is_a_text_or_an_array),
      CASE(issuer_and_subject_are_held_against), CASE(expired_is_said_last), CASE(iot_core_rules_are_one_call),
      CASE(policy_that_makes_no_sense_is_refused), CASE(signature_comes_before_claims));
