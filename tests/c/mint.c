/* jwt_mint() */

#include "fixtures.h"

#define CLAIMS jwt_claims
#define MINT jwt_mint
#define TEXT_COUNT 5

#include "minting.h"

#define OWN_MAX 12

static jwt_claim own[OWN_MAX];

static void begin_claims(void)
{
    memset(own, 0, sizeof own);
    claims.issuer = JWT_STR("iss-1");
    claims.subject = JWT_STR("sub-1");
    claims.audience = JWT_STR("aud-1");
    claims.jwt_id = JWT_STR("jti-1");
    claims.key_id = JWT_STR("kid-1");
}

static jwt_str *text_at(size_t index)
{
    switch (index) {
    case 0: return &claims.issuer;
    case 1: return &claims.subject;
    case 2: return &claims.audience;
    case 3: return &claims.jwt_id;
    default: return &claims.key_id;
    }
}

static void write_text(harness_json *json, const char *name, jwt_str text)
{
    if (text.ptr != NULL) {
        harness_json_raw(json, json->len > 1 ? "," : "");
        harness_json_text(json, jwt_str_from(name));
        harness_json_raw(json, ":");
        harness_json_text(json, text);
    }
}

static void write_own(harness_json *json, const jwt_claim *claim)
{
    harness_json_raw(json, ",");
    harness_json_text(json, claim->name);
    harness_json_raw(json, ":");
    switch (claim->type) {
    case JWT_CLAIM_TEXT: harness_json_text(json, claim->value.text); break;
    case JWT_CLAIM_INTEGER: harness_json_integer(json, claim->value.integer); break;
    case JWT_CLAIM_UNSIGNED:
        if (claim->value.unsigned_integer == UINT64_MAX) {
            harness_json_raw(json, "18446744073709551615");
        } else {
            harness_json_integer(json, (int64_t)claim->value.unsigned_integer);
        }
        break;
    case JWT_CLAIM_BOOLEAN: harness_json_raw(json, claim->value.boolean != 0 ? "true" : "false"); break;
    default: harness_json_raw(json, claim->value.json.ptr); break;
    }
}

static void write_payload(harness_json *json)
{
    size_t i;
    harness_json_raw(json, "{");
    write_text(json, "iss", claims.issuer);
    write_text(json, "sub", claims.subject);
    write_text(json, "aud", claims.audience);
    write_text(json, "jti", claims.jwt_id);
    harness_json_raw(json, json->len > 1 ? "," : "");
    if (claims.not_before != 0) {
        harness_json_raw(json, "\"nbf\":");
        harness_json_integer(json, claims.not_before);
        harness_json_raw(json, ",");
    }
    harness_json_raw(json, "\"iat\":");
    harness_json_integer(json, claims.now);
    harness_json_raw(json, ",\"exp\":");
    harness_json_integer(json, claims.now + claims.lifetime);
    for (i = 0; i < claims.own_count; i++) {
        write_own(json, &claims.own[i]);
    }
    harness_json_raw(json, "}");
}

static void write_header(harness_json *json, const char *algorithm)
{
    harness_json_raw(json, "{\"alg\":");
    harness_json_text(json, jwt_str_from(algorithm));
    harness_json_raw(json, ",\"typ\":\"JWT\"");
    write_text(json, "kid", claims.key_id);
    harness_json_raw(json, "}");
}

static void add(jwt_claim claim)
{
    CHECK(claims.own_count < OWN_MAX);
    if (claims.own_count < OWN_MAX) {
        own[claims.own_count++] = claim;
    }
    claims.own = own;
}

/** Good claims without any that may be left out. */
static void begin_bare(void)
{
    begin();
    memset(&claims, 0, sizeof claims);
    claims.now = NOW;
    claims.lifetime = 3600;
}

/** Good claims with one JSON claim. */
static void begin_json(jwt_str json)
{
    begin_bare();
    add(jwt_claim_json(JWT_STR("j"), json));
}

static void hs256_token_is_valid(void)
{
    jwt_hs256_key key;
    begin();
    signer = use_hs256(&key);
    expect_token(SECRET_KEY, "HS256");
}

static void hs256_of_a_long_secret_is_valid(void)
{
    /* 64 bytes, the hash's block, and one more, which is hashed first. */
    static const uint8_t secret[65] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    jwt_hs256_key key;
    begin();
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, jwt_bytes_from(secret, 64)));
    signer = jwt_hs256_signer(&key);
    expect_token("hs256:3031323334353637383961626364656630313233343536373839616263646566"
                 "3031323334353637383961626364656630313233343536373839616263646566",
                 "HS256");
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, jwt_bytes_from(secret, 65)));
    expect_token("hs256:3031323334353637383961626364656630313233343536373839616263646566"
                 "303132333435363738396162636465663031323334353637383961626364656600",
                 "HS256");
}

static void hs256_buffer_of_any_size_is_all_or_nothing(void)
{
    jwt_hs256_key key;
    begin();
    signer = use_hs256(&key);
    CHECK_STATUS(JWT_OK, mint(NULL, 0, &len));
    harness_sweep(mint, len, len + 1);
}

static void payload_is_the_documented_one(void)
{
    static const char expected[] =
        "{\"iss\":\"iss-1\",\"sub\":\"sub-1\",\"aud\":\"aud-1\",\"jti\":\"jti-1\",\"nbf\":1699999999,"
        "\"iat\":1700000000,\"exp\":1700003600,\"a\":\"text\",\"b\":-1,\"c\":1,\"d\":true,\"e\":[1]}";
    begin();
    claims.not_before = NOW - 1;
    add(jwt_claim_text(JWT_STR("a"), JWT_STR("text")));
    add(jwt_claim_integer(JWT_STR("b"), -1));
    add(jwt_claim_unsigned(JWT_STR("c"), 1));
    add(jwt_claim_boolean(JWT_STR("d"), 1));
    add(jwt_claim_json(JWT_STR("e"), JWT_STR("[1]")));
    expect_token(NULL, "ES256");
    CHECK(strcmp(payload.text, expected) == 0);
    CHECK(strcmp(header.text, "{\"alg\":\"ES256\",\"typ\":\"JWT\",\"kid\":\"kid-1\"}") == 0);
}

static void any_registered_claim_may_be_left_out(void)
{
    unsigned present;
    size_t i;
    for (present = 0; present < 64; present++) {
        harness_note("present", present);
        begin();
        for (i = 0; i < TEXT_COUNT; i++) {
            if ((present >> i & 1) == 0) {
                *text_at(i) = jwt_str_from(NULL);
            }
        }
        claims.not_before = (present >> 5 & 1) != 0 ? NOW : 0;
        expect_token(NULL, "ES256");
    }
}

static void token_of_no_claims_but_times_is_valid(void)
{
    begin_bare();
    signer = use_es256(&es256_key);
    expect_token("ec_public", "ES256");
}

/* The macro allows for times and integers of 20 characters; here they have 10 and 1. */
static void size_macro_is_a_bound_and_no_wild_one(void)
{
    size_t claims_len = 0, bound;

    begin_bare();
    expect_token(NULL, "ES256");
    bound = JWT_TOKEN_SIZE(0, 0, JWT_ES256_SIGNATURE_LEN);
    CHECK(len < bound && bound <= len + 1 + JWT_BASE64URL_LEN(2 * 10 + 1));

    add(jwt_claim_text(JWT_STR("a"), JWT_STR("bcd")));
    claims_len += JWT_TEXT_CLAIM_LEN(1, 3);
    add(jwt_claim_json(JWT_STR("json"), JWT_STR("[1,2]")));
    claims_len += JWT_JSON_CLAIM_LEN(4, 5);
    add(jwt_claim_boolean(JWT_STR("no"), 0));
    claims_len += JWT_JSON_CLAIM_LEN(2, 5);
    add(jwt_claim_integer(JWT_STR("n"), INT64_MIN));
    claims_len += JWT_INTEGER_CLAIM_LEN(1);
    add(jwt_claim_unsigned(JWT_STR("u"), UINT64_MAX));
    claims_len += JWT_INTEGER_CLAIM_LEN(1);
    expect_token(NULL, "ES256");
    bound = JWT_TOKEN_SIZE(0, claims_len, JWT_ES256_SIGNATURE_LEN);
    CHECK(len < bound && bound <= len + 1 + JWT_BASE64URL_LEN(2 * 10 + 1));
}

static void lifetime_over_a_day_is_no_matter(void)
{
    begin();
    claims.lifetime = 86401;
    expect_token(NULL, "ES256");
    claims.lifetime = INT64_MAX - NOW;
    expect_token(NULL, "ES256");
    claims.lifetime = INT64_MAX - NOW + 1;
    expect_failure(JWT_ERR_TIME);
    claims.lifetime = INT64_MAX;
    expect_failure(JWT_ERR_TIME);
}

static void not_before_lies_before_the_expiry(void)
{
    begin();
    claims.not_before = 1;
    expect_token(NULL, "ES256");
    claims.not_before = NOW + 3599;
    expect_token(NULL, "ES256");
    claims.not_before = NOW + 3600;
    expect_failure(JWT_ERR_LIFETIME);
    claims.not_before = INT64_MAX;
    expect_failure(JWT_ERR_LIFETIME);
    claims.not_before = -1;
    expect_failure(JWT_ERR_TIME);
    claims.not_before = INT64_MIN;
    expect_failure(JWT_ERR_TIME);
}

static void integers_of_all_sizes_are_exact(void)
{
    begin_bare();
    signer = use_es256(&es256_key);
    add(jwt_claim_integer(JWT_STR("min"), INT64_MIN));
    add(jwt_claim_integer(JWT_STR("max"), INT64_MAX));
    add(jwt_claim_integer(JWT_STR("zero"), 0));
    add(jwt_claim_integer(JWT_STR("less"), -1));
    add(jwt_claim_unsigned(JWT_STR("umax"), UINT64_MAX));
    add(jwt_claim_unsigned(JWT_STR("uzero"), 0));
    add(jwt_claim_unsigned(JWT_STR("u63"), (uint64_t)1 << 62));
    expect_token("ec_public", "ES256");
}

static void any_boolean_but_0_is_true(void)
{
    begin_bare();
    add(jwt_claim_boolean(JWT_STR("no"), 0));
    add(jwt_claim_boolean(JWT_STR("yes"), 1));
    add(jwt_claim_boolean(JWT_STR("also"), 256));
    own[2].value.boolean = 255;
    expect_token(NULL, "ES256");
    CHECK(strstr(payload.text, "\"no\":false,\"yes\":true,\"also\":true") != NULL);
}

static void own_text_may_be_empty_but_not_missing(void)
{
    begin_bare();
    add(jwt_claim_text(JWT_STR("t"), JWT_STR("")));
    expect_token(NULL, "ES256");
    own[0].value.text = jwt_str_from(NULL);
    CHECK_STATUS(JWT_ERR_EMPTY_CLAIM, mint_any());
}

static void own_text_with_quotes_stays_one_claim(void)
{
    begin_bare();
    signer = use_es256(&es256_key);
    add(jwt_claim_text(JWT_STR("t"), JWT_STR("a\",\"exp\":9999999999,\"x\":\"")));
    expect_token("ec_public", "ES256");
}

static void own_name_with_quotes_stays_one_claim(void)
{
    begin_bare();
    signer = use_es256(&es256_key);
    add(jwt_claim_text(JWT_STR("a\":1,\"exp\":9999999999,\"x"), JWT_STR("b")));
    add(jwt_claim_integer(JWT_STR("\x01\\\x7f\n\xf0\x9f\x98\x80"), 1));
    expect_token("ec_public", "ES256");
}

static void own_claim_without_a_name_is_refused(void)
{
    begin_bare();
    add(jwt_claim_integer(jwt_str_from(NULL), 1));
    expect_failure(JWT_ERR_EMPTY_CLAIM);
    own[0].name = JWT_STR("");
    expect_failure(JWT_ERR_EMPTY_CLAIM);
    own[0].name.ptr = NULL;
    own[0].name.len = 1;
    expect_failure(JWT_ERR_POINTER);
}

static void own_texts_are_checked_as_others_are(void)
{
    static const jwt_str bad = JWT_STR_INIT("\xed\xa0\x80");
    jwt_str null_text = jwt_str_from(NULL);
    jwt_str long_text = JWT_STR("x");
    null_text.len = 1;
    long_text.len = 65536;
    begin_bare();
    add(jwt_claim_text(bad, JWT_STR("x")));
    expect_failure(JWT_ERR_UTF8);
    own[0] = jwt_claim_text(JWT_STR("t"), bad);
    expect_failure(JWT_ERR_UTF8);
    own[0] = jwt_claim_json(JWT_STR("t"), bad);
    expect_failure(JWT_ERR_UTF8);
    own[0] = jwt_claim_text(null_text, JWT_STR("x"));
    expect_failure(JWT_ERR_POINTER);
    own[0] = jwt_claim_text(JWT_STR("t"), null_text);
    expect_failure(JWT_ERR_POINTER);
    own[0] = jwt_claim_json(JWT_STR("t"), null_text);
    expect_failure(JWT_ERR_POINTER);
    own[0] = jwt_claim_text(long_text, JWT_STR("x"));
    expect_failure(JWT_ERR_TOO_LONG);
    own[0] = jwt_claim_text(JWT_STR("t"), long_text);
    expect_failure(JWT_ERR_TOO_LONG);
    own[0] = jwt_claim_json(JWT_STR("t"), long_text);
    expect_failure(JWT_ERR_TOO_LONG);
}

static void unknown_type_is_refused(void)
{
    static const uint32_t types[] = {0, 6, 255, 257, 0x01000000, UINT32_MAX};
    size_t i;
    for (i = 0; i < sizeof types / sizeof types[0]; i++) {
        harness_note("type", i);
        begin_bare();
        add(jwt_claim_text(JWT_STR("t"), JWT_STR("x")));
        own[0].type = types[i];
        expect_failure(JWT_ERR_CLAIM_TYPE);
    }
}

static void name_of_a_registered_claim_is_refused(void)
{
    static const char *const names[] = {"iss", "sub", "aud", "jti", "nbf", "iat", "exp"};
    size_t i;
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        harness_note("name", i);
        begin();
        claims.not_before = NOW;
        add(jwt_claim_integer(jwt_str_from(names[i]), 1));
        expect_failure(JWT_ERR_DUPLICATE_CLAIM);
    }
    /* Names are compared as bytes, and whole. */
    begin();
    add(jwt_claim_integer(JWT_STR("ISS"), 1));
    add(jwt_claim_integer(JWT_STR("is"), 1));
    add(jwt_claim_integer(JWT_STR("isss"), 1));
    add(jwt_claim_integer(JWT_STR("iss\0"), 1));
    expect_token(NULL, "ES256");
}

static void name_that_is_left_out_is_free(void)
{
    static const char *const names[] = {"iss", "sub", "jti", "nbf", "kid", "alg", "typ"};
    size_t i;
    begin_bare();
    for (i = 0; i < sizeof names / sizeof names[0]; i++) {
        add(jwt_claim_integer(jwt_str_from(names[i]), 1));
    }
    expect_token(NULL, "ES256");
    begin_bare();
    signer = use_es256(&es256_key);
    add(jwt_claim_json(JWT_STR("aud"), JWT_STR("[\"one\",\"two\"]")));
    expect_token("ec_public", "ES256");
}

static void times_have_names_even_so(void)
{
    begin_bare();
    add(jwt_claim_integer(JWT_STR("exp"), INT64_MAX));
    expect_failure(JWT_ERR_DUPLICATE_CLAIM);
    own[0].name = JWT_STR("iat");
    expect_failure(JWT_ERR_DUPLICATE_CLAIM);
}

static void own_name_twice_is_refused(void)
{
    begin_bare();
    add(jwt_claim_integer(JWT_STR("a"), 1));
    add(jwt_claim_integer(JWT_STR("b"), 1));
    add(jwt_claim_text(JWT_STR("a"), JWT_STR("1")));
    expect_failure(JWT_ERR_DUPLICATE_CLAIM);
    own[2].name = JWT_STR("b");
    expect_failure(JWT_ERR_DUPLICATE_CLAIM);
    own[2].name = JWT_STR("c");
    expect_token(NULL, "ES256");
}

static void own_claims_by_null_are_refused(void)
{
    begin_bare();
    claims.own_count = 1;
    expect_failure(JWT_ERR_POINTER);
    claims.own = own;
    claims.own_count = 0;
    expect_token(NULL, "ES256");
    add(jwt_claim_integer(JWT_STR("a"), 1));
    claims.own = (const jwt_claim *)misaligned(own);
    CHECK_STATUS(JWT_ERR_POINTER, mint_any());
}

static void more_than_256_claims_are_refused(void)
{
    begin_bare();
    claims.own = own;
    claims.own_count = JWT_OWN_CLAIMS_MAX + 1;
    expect_failure(JWT_ERR_TOO_LONG);
    claims.own_count = 65536;
    expect_failure(JWT_ERR_TOO_LONG);
    claims.own_count = SIZE_MAX;
    expect_failure(JWT_ERR_TOO_LONG);
}

static void output_over_own_claims_is_refused(void)
{
    char *out;
    begin_bare();
    add(jwt_claim_text(JWT_STR("a"), JWT_STR("text")));
    out = harness_room(HARNESS_ROOM);
    claims.own = (const jwt_claim *)harness_place(700, own, sizeof own[0]);
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
    claims.own = own;
    out = harness_room(HARNESS_ROOM);
    own[0].value.text.ptr = (const char *)harness_place(700, "text", 4);
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    out = harness_room(HARNESS_ROOM);
    own[0] = jwt_claim_json(text_of((const char *)harness_place(700, "name", 4), 4), JWT_STR("1"));
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    out = harness_room(HARNESS_ROOM);
    own[0] = jwt_claim_json(JWT_STR("a"), text_of((const char *)harness_place(700, "1234", 4), 4));
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
}

static void output_over_the_secret_is_refused(void)
{
    jwt_hs256_key key;
    char *out = harness_room(HARNESS_ROOM);
    const uint8_t *secret = (const uint8_t *)harness_place(900, SECRET, sizeof SECRET - 1);
    begin_bare();
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, jwt_bytes_from(secret, sizeof SECRET - 1)));
    signer = jwt_hs256_signer(&key);
    expect_overlap(&claims, &signer, out, HARNESS_ROOM, &len);
    CHECK(out[0] == '\0');
}

static void json_that_is_one_value_is_written_as_it_is(void)
{
    static const char *const good[] = {
        "null", "true", "false", "0", "-0", "1", "-1", "10", "1.0", "-0.5", "1e9", "1E+9", "1e-09", "0e0", "0.10",
        "12345678901234567890123456789", "1.5e300", "\"\"", "\"a\"", "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\u0041\"",
        "\"\\ud83d\\ude00\"", "\"\\uD83D\\uDE00\"", "\"\\uffff\"", "\"\x7f\"", "\"\xf0\x9f\x98\x80\"",
        "\"\\u0000\"", "[]", "{}", "[ ]", "{ }", "[1]", "[1,2]", "[[],{}]", "{\"a\":1}", "{\"a\":1,\"b\":[2]}",
        "{\"\":null}", "{\"a\":{\"b\":{\"c\":[true,false,null]}}}", " 1", "1 ", "\t[\n1\r,\t2 ]\n",
        "{ \"a\" : 1 , \"b\" : 2 }", "{\"a\":1,\"a\":2}", "\" \"",
    };
    size_t i;
    for (i = 0; i < sizeof good / sizeof good[0]; i++) {
        harness_note("value", i);
        begin_json(jwt_str_from(good[i]));
        expect_token(NULL, "ES256");
    }
}

static void json_claims_reach_the_reader(void)
{
    begin_bare();
    signer = use_es256(&es256_key);
    add(jwt_claim_json(JWT_STR("a"), JWT_STR("{\"b\":[1,2.5,\"\\ud83d\\ude00\",null,{}]}")));
    add(jwt_claim_json(JWT_STR("b"), JWT_STR(" [ ] ")));
    expect_token("ec_public", "ES256");
}

static void json_that_is_not_one_value_is_refused(void)
{
    static const char *const bad[] = {
        "", " ", "\n", "01", "-01", "00", "1.", ".5", "-.5", "+1", "-", "--1", "1e", "1e+", "1e-", "e1", "1.e1", "0x10",
        "1_0", "NaN", "nan", "Infinity", "-Infinity", "inf", "nul", "nulll", "True", "TRUE", "tru", "truee", "undefined",
        "'a'", "\"", "\"a", "a\"", "\"\\\"", "\"\\q\"", "\"\\u\"", "\"\\u12\"", "\"\\u123\"", "\"\\u12g4\"",
        "\"\\u+041\"", "\"\\u 041\"", "\"\\U0041\"", "\"\\x41\"", "\"\\'\"", "\"\\0\"", "\"\\ud83d\"", "\"\\ude00\"",
        "\"\\ud83dx\"", "\"\\ud83d\\n\"", "\"\\ud83d\\u0041\"", "\"\\ude00\\ud83d\"", "\"\\ud83d\\ud83d\"",
        "\"\x01\"", "\"\x1f\"", "\"\n\"", "\"\t\"", "\"\r\"", "[", "]", "[[", "[]]", "[1", "[1,", "[1,]", "[,1]", "[,]",
        "[1 2]", "[1,,2]", "[1:2]", "{", "}", "{}}", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\":1,", "{\"a\":1,}",
        "{,\"a\":1}", "{\"a\"1}", "{\"a\" 1}", "{\"a\":}", "{\"a\":1 \"b\":2}", "{a:1}", "{1:2}", "{'a':1}", "{null:1}",
        "{\"a\":1:2}", "{\"a\",1}", "{\"a\"}", "{[]:1}", "{{}:1}", "[}", "{]", "[{]}", "{\"a\":[}]", "1 2", "1,2", "1,",
        ",1", "\"a\"\"b\"", "\"a\" \"b\"", "[] []", "{}{}", "[],", "1,\"exp\":9999999999", "1}", "null}", "1//x",
        "1/**/", "#", "\x0b" "1", "\x0c" "1", "1\x0b", "\xef\xbb\xbf" "1", "\xc2\xa0" "1", "\xe2\x80\xa8" "1", ":", "\\",
        "\"a\\", "\x7f", "-a", "1a", "1.1.1", "1e1e1", "1e1.1", "0 0", "true false", "[true false]", "$", "[1]x",
    };
    size_t i;
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        harness_note("value", i);
        begin_json(jwt_str_from(bad[i]));
        expect_failure(JWT_ERR_JSON);
    }
}

static void json_with_an_embedded_nul_is_refused(void)
{
    begin_json(JWT_STR("1\0"));
    expect_failure(JWT_ERR_JSON);
    begin_json(JWT_STR("\0" "1"));
    expect_failure(JWT_ERR_JSON);
    begin_json(JWT_STR("\"\0\""));
    expect_failure(JWT_ERR_JSON);
    begin_json(JWT_STR("[1,\0]"));
    expect_failure(JWT_ERR_JSON);
    begin_json(JWT_STR("[1]\0,2"));
    expect_failure(JWT_ERR_JSON);
}

/** Writes `depth` containers, all arrays, all objects or in turn, into `text`. */
static size_t nest(char *text, size_t depth, unsigned kind)
{
    size_t used = 0;
    size_t i;
    for (i = 0; i < depth; i++) {
        const int object = kind == 1 || (kind == 2 && i % 2 == 1);
        memcpy(text + used, object ? "{\"a\":" : "[", object ? 5 : 1);
        used += object ? 5 : 1;
    }
    text[used++] = '1';
    for (i = depth; i-- > 0;) {
        const int object = kind == 1 || (kind == 2 && i % 2 == 1);
        text[used++] = object ? '}' : ']';
    }
    text[used] = '\0';
    return used;
}

static void json_nests_32_deep_and_no_deeper(void)
{
    char text[6 * 34 + 2];
    unsigned kind;
    for (kind = 0; kind < 3; kind++) {
        harness_note("kind", kind);
        begin_json(text_of(text, nest(text, 31, kind)));
        expect_token(NULL, "ES256");
        begin_json(text_of(text, nest(text, JWT_JSON_DEPTH_MAX, kind)));
        expect_token(NULL, "ES256");
        begin_json(text_of(text, nest(text, JWT_JSON_DEPTH_MAX + 1, kind)));
        expect_failure(JWT_ERR_JSON);
    }
}

static void json_brackets_of_the_wrong_kind_are_refused_at_every_depth(void)
{
    char text[6 * 34 + 2];
    size_t depth;
    for (depth = 1; depth <= JWT_JSON_DEPTH_MAX; depth++) {
        const size_t used = nest(text, depth, 2);
        size_t i;
        harness_note("depth", depth);
        for (i = used - depth; i < used; i++) {
            const char right = text[i];
            text[i] = right == ']' ? '}' : ']';
            begin_json(text_of(text, used));
            CHECK_STATUS(JWT_ERR_JSON, mint(NULL, 0, &len));
            text[i] = right;
        }
    }
}

static void json_of_brackets_only_is_refused(void)
{
    char text[512];
    memset(text, '[', sizeof text);
    begin_json(text_of(text, sizeof text));
    expect_failure(JWT_ERR_JSON);
    memset(text, '{', sizeof text);
    begin_json(text_of(text, sizeof text));
    expect_failure(JWT_ERR_JSON);
}

static void every_cut_of_a_json_value_is_refused(void)
{
    static const char whole[] = "{\"a\":[1,-2.5e3,\"\\u0041\",true,{\"b\":null}]}";
    size_t used;
    for (used = 0; used < sizeof whole - 1; used++) {
        harness_note("length", used);
        begin_json(text_of(whole, used));
        expect_failure(JWT_ERR_JSON);
    }
}

static void zeroed_claims_are_refused(void)
{
    begin();
    memset(&claims, 0, sizeof claims);
    expect_failure(JWT_ERR_CLOCK);
}

CASES(MINTING_CASES, CASE(hs256_token_is_valid), CASE(hs256_of_a_long_secret_is_valid),
      CASE(hs256_buffer_of_any_size_is_all_or_nothing), CASE(payload_is_the_documented_one),
      CASE(any_registered_claim_may_be_left_out), CASE(token_of_no_claims_but_times_is_valid),
      CASE(size_macro_is_a_bound_and_no_wild_one), CASE(lifetime_over_a_day_is_no_matter),
      CASE(not_before_lies_before_the_expiry), CASE(integers_of_all_sizes_are_exact),
      CASE(any_boolean_but_0_is_true), CASE(own_text_may_be_empty_but_not_missing), CASE(own_text_with_quotes_stays_one_claim),
      CASE(own_name_with_quotes_stays_one_claim), CASE(own_claim_without_a_name_is_refused),
      CASE(own_texts_are_checked_as_others_are), CASE(unknown_type_is_refused),
      CASE(name_of_a_registered_claim_is_refused), CASE(name_that_is_left_out_is_free),
      CASE(times_have_names_even_so), CASE(own_name_twice_is_refused), CASE(own_claims_by_null_are_refused),
      CASE(more_than_256_claims_are_refused), CASE(output_over_own_claims_is_refused),
      CASE(output_over_the_secret_is_refused), CASE(json_that_is_one_value_is_written_as_it_is),
      CASE(json_claims_reach_the_reader), CASE(json_that_is_not_one_value_is_refused),
      CASE(json_with_an_embedded_nul_is_refused), CASE(json_nests_32_deep_and_no_deeper),
      CASE(json_brackets_of_the_wrong_kind_are_refused_at_every_depth), CASE(json_of_brackets_only_is_refused),
      CASE(every_cut_of_a_json_value_is_refused), CASE(zeroed_claims_are_refused));
