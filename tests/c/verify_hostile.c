/* jwt_verify() and tokens that nobody should have made. Their MACs are right, unless a case says otherwise. */

#include "verifying.h"

#define GOOD_TIMES "\"iat\":1700000000,\"exp\":1700003600"

static void expect_header(int32_t expected, const char *header)
{
    expect_of(expected, header, GOOD_PAYLOAD);
}

static void expect_payload(int32_t expected, const char *payload)
{
    expect_of(expected, HS256_HEADER, payload);
}

static void none_is_refused_in_every_spelling(void)
{
    static const char *const spellings[] = {"none", "None", "NONE", "nOnE", "n\\u006fne", ""};
    size_t i;
    begin();
    for (i = 0; i < sizeof spellings / sizeof spellings[0]; i++) {
        harness_json header;
        header.len = 0;
        harness_note(spellings[i], i);
        harness_json_raw(&header, "{\"alg\":\"");
        harness_json_raw(&header, spellings[i]);
        harness_json_raw(&header, "\"}");
        expect_header(JWT_REJECT_ALGORITHM, header.text);
        /* Without a signature, too. */
        token_len = (size_t)(strrchr(token, '.') - token) + 1;
        expect(JWT_REJECT_ALGORITHM);
    }
    /* RFC 7515 appendix A.5. */
    memcpy(token,
           "eyJhbGciOiJub25lIn0."
           "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.",
           115);
    token_len = 115;
    expect(JWT_REJECT_ALGORITHM);
}

static void algorithm_is_one_text(void)
{
    begin();
    expect_header(JWT_OK, "{\"alg\":\"HS256\"}");
    expect_header(JWT_OK, "{\"alg\":\"\\u0048S256\"}");
    expect_header(JWT_OK, " { \"typ\" : \"at+jwt\" , \"alg\" : \"HS256\" } ");
    expect_header(JWT_REJECT_MALFORMED, "{}");
    expect_header(JWT_REJECT_MALFORMED, "{\"typ\":\"JWT\"}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":null}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":256}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":[\"HS256\"]}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":{\"alg\":\"HS256\"}}");
    expect_header(JWT_REJECT_MALFORMED, "{\"ALG\":\"HS256\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"hs256\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"HS256 \"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"HS2560\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"HS256\\u0000\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"HS384\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"HS512\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"RS256\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"ES256\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"PS256\"}");
    expect_header(JWT_REJECT_ALGORITHM, "{\"alg\":\"EdDSA\"}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":\"HS256\",\"typ\":1}");
    expect_header(JWT_REJECT_MALFORMED, "{\"alg\":\"HS256\",\"kid\":1}");
}

/* CVE-2018-0114. A token that brings its key is as good as one that does not. */
static void key_in_the_token_is_never_read(void)
{
    begin();
    expect_header(
        JWT_OK,
        "{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AAAA\"},\"jku\":\"https://a\",\"x5u\":1,\"x5c\":[]}");
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&hs256_key, secret_bytes("another secret of 32 bytes or so", 32)));
    expect(JWT_REJECT_SIGNATURE);
}

static void what_must_be_understood_is_refused(void)
{
    begin();
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"exp\":1}");
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"crit\":[]}");
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"crit\":null}");
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"\\u0063rit\":[\"b64\"],\"b64\":false}");
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"b64\":false}");
    expect_header(JWT_REJECT_CRITICAL_HEADER, "{\"alg\":\"HS256\",\"b64\":true}");
}

static void duplicate_names_are_refused(void)
{
    begin();
    expect_header(JWT_REJECT_DUPLICATE_NAME, "{\"alg\":\"HS256\",\"alg\":\"HS256\"}");
    expect_header(JWT_REJECT_DUPLICATE_NAME, "{\"alg\":\"none\",\"\\u0061lg\":\"HS256\"}");
    expect_header(JWT_REJECT_DUPLICATE_NAME, "{\"alg\":\"HS256\",\"x\":1,\"typ\":\"JWT\",\"x\":1}");
    expect_payload(JWT_REJECT_DUPLICATE_NAME, "{" GOOD_TIMES ",\"exp\":1700003600}");
    expect_payload(JWT_REJECT_DUPLICATE_NAME, "{" GOOD_TIMES ",\"e\\u0078p\":9999999999}");
    expect_payload(JWT_REJECT_DUPLICATE_NAME, "{\"\":1,\"\":2," GOOD_TIMES "}");
    expect_payload(JWT_REJECT_DUPLICATE_NAME, "{" GOOD_TIMES ",\"\xf0\x9f\x98\x80\":1,\"\\uD83D\\ude00\":2}");
    expect_payload(JWT_REJECT_DUPLICATE_NAME, "{" GOOD_TIMES ",\"/\":1,\"\\/\":2}");
    /* One more than fits. */
    expect_payload(JWT_OK, "{" GOOD_TIMES ",\"ex\":1,\"expp\":1,\"Exp\":1,\"exp \":1,\"exp\\u0000\":1}");
    /* Those of inner objects are the reader's. */
    expect_payload(JWT_OK, "{" GOOD_TIMES ",\"x\":{\"exp\":1,\"exp\":2}}");
}

static void json_is_that_of_rfc_8259(void)
{
    static const char *const bad[] = {"",
                                      " ",
                                      "null",
                                      "true",
                                      "1",
                                      "\"text\"",
                                      "[]",
                                      "["
                                      "{}"
                                      "]",
                                      "{",
                                      "}",
                                      "{}}",
                                      "{}{}",
                                      "{} x",
                                      "{,}",
                                      "{\"a\"}",
                                      "{\"a\":}",
                                      "{\"a\":1,}",
                                      "{,\"a\":1}",
                                      "{\"a\":1 \"b\":2}",
                                      "{\"a\":1;\"b\":2}",
                                      "{a:1}",
                                      "{'a':1}",
                                      "{1:1}",
                                      "{\"a\":01}",
                                      "{\"a\":+1}",
                                      "{\"a\":.5}",
                                      "{\"a\":5.}",
                                      "{\"a\":-}",
                                      "{\"a\":1e}",
                                      "{\"a\":1e+}",
                                      "{\"a\":0x10}",
                                      "{\"a\":NaN}",
                                      "{\"a\":Infinity}",
                                      "{\"a\":-Infinity}",
                                      "{\"a\":1_000}",
                                      "{\"a\":True}",
                                      "{\"a\":nul}",
                                      "{\"a\":nulll}",
                                      "{\"a\":undefined}",
                                      "{\"a\":[1,]}",
                                      "{\"a\":[,1]}",
                                      "{\"a\":[1}",
                                      "{\"a\":[1}]",
                                      "{\"a\":{]}",
                                      "{\"a\":\"",
                                      "{\"a\":\"\\\"}",
                                      "{\"a\":\"\\x41\"}",
                                      "{\"a\":\"\\u12\"}",
                                      "{\"a\":\"\\u123g\"}",
                                      "{\"a\":\"\\U0041\"}",
                                      "{\"a\":\"\\ud800\"}",
                                      "{\"a\":\"\\udc00\"}",
                                      "{\"a\":\"\\ud800\\u0041\"}",
                                      "{\"a\":\"\\ud800\\ud800\"}",
                                      "{\"a\":\"\\ud800x\"}",
                                      "{\"a\":\"\\udc00\\ud800\"}",
                                      "{\"\\ud800\":1}",
                                      "{\"a\":\"\n\"}",
                                      "{\"a\":\"\t\"}",
                                      "{\"a\":\"\x1f\"}",
                                      "{\"a\":\"\x01\"}",
                                      "{\"a\n\":1}",
                                      "{\"a\":1}//",
                                      "{/**/\"a\":1}",
                                      "{\"a\":1}#",
                                      "\xef\xbb\xbf{}",
                                      "\v{}",
                                      "\f{}",
                                      "{\"a\":1\xc2\xa0}",
                                      "{\"a\":'b'}",
                                      "{\"a\":\"b\"\"c\"}",
                                      "{\"a\"::1}",
                                      "{\"a\":1:2}",
                                      "{\"a\" 1}",
                                      "{\"a\":(1)}",
                                      "{\"a\":--1}",
                                      "{\"a\":1.2.3}",
                                      "{\"a\":1e5.5}",
                                      "{\"a\":1e1e1}",
                                      "{\"a\":00}",
                                      "{\"a\":-01}"};
    size_t i;
    begin();
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        harness_note(bad[i], i);
        expect_payload(JWT_REJECT_MALFORMED, bad[i]);
        expect_header(JWT_REJECT_MALFORMED, bad[i]);
    }
}

static void json_with_blanks_and_escapes_is_accepted(void)
{
    begin();
    expect_payload(JWT_OK, "\r\n\t {\r\n\t \"iat\" \r:\n\t1700000000 ,\t\"exp\":1700003600\n}\n ");
    expect_payload(JWT_OK, "{\"\\u0065\\u0078\\u0070\":1700003600,\"iat\":1700000000}");
    expect_payload(JWT_OK, "{" GOOD_TIMES
                           ",\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0000\\uD834\\uDD1E\x7f\xc2\x80\xf4\x8f\xbf\xbf\"}");
    expect_payload(JWT_OK,
                   "{" GOOD_TIMES ",\"a\":[0,-0,0.5,-1.5e-7,1E+9,1e400,[],{},[[]],{\"\":{}},null,true,false,\"\"]}");
}

static void bytes_that_are_no_utf8_are_refused(void)
{
    static const char *const bad[] = {"\x80",
                                      "\xbf",
                                      "\xc0\x80",
                                      "\xc1\xbf",
                                      "\xc3",
                                      "\xe0\x80\x80",
                                      "\xe0\x9f\xbf",
                                      "\xe2\x82",
                                      "\xed\xa0\x80",
                                      "\xed\xbf\xbf",
                                      "\xf0\x80\x80\x80",
                                      "\xf0\x8f\xbf\xbf",
                                      "\xf4\x90\x80\x80",
                                      "\xf5\x80\x80\x80",
                                      "\xf8\x88\x80\x80\x80",
                                      "\xfe",
                                      "\xff"};
    size_t i;
    begin();
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        harness_json json;
        harness_note("bytes", i);
        json.len = 0;
        harness_json_raw(&json, "{" GOOD_TIMES ",\"a\":\"");
        harness_json_raw(&json, bad[i]);
        harness_json_raw(&json, "\"}");
        expect_payload(JWT_REJECT_MALFORMED, json.text);
        json.len = 0;
        harness_json_raw(&json, "{\"alg\":\"HS256\",\"");
        harness_json_raw(&json, bad[i]);
        harness_json_raw(&json, "\":1}");
        expect_header(JWT_REJECT_MALFORMED, json.text);
    }
    harness_note(NULL, 0);
    forge_bytes(HS256_HEADER, sizeof HS256_HEADER - 1, "{" GOOD_TIMES ",\"a\":\"\0\"}",
                sizeof "{" GOOD_TIMES ",\"a\":\"\0\"}" - 1);
    expect(JWT_REJECT_MALFORMED);
    forge_bytes(HS256_HEADER, sizeof HS256_HEADER - 1, GOOD_PAYLOAD, sizeof GOOD_PAYLOAD);
    expect(JWT_REJECT_MALFORMED);
}

static void nesting_is_bounded(void)
{
    unsigned depth;
    begin();
    for (depth = JWT_JSON_DEPTH_MAX - 1; depth <= JWT_JSON_DEPTH_MAX + 1; depth++) {
        harness_json json;
        unsigned i;
        harness_note("depth", depth);
        json.len = 0;
        harness_json_raw(&json, "{" GOOD_TIMES ",\"a\":");
        for (i = 0; i < depth; i++) {
            harness_json_raw(&json, i % 2 == 0 ? "[" : "{\"\":");
        }
        harness_json_raw(&json, "0");
        while (i-- > 0) {
            harness_json_raw(&json, i % 2 == 0 ? "]" : "}");
        }
        harness_json_raw(&json, "}");
        expect_payload(depth <= JWT_JSON_DEPTH_MAX ? JWT_OK : JWT_REJECT_MALFORMED, json.text);
    }
    {
        static char opening[480];
        memset(opening, '[', sizeof opening - 1);
        expect_payload(JWT_REJECT_MALFORMED, opening);
        memcpy(opening, "{\"a\":", 5);
        expect_payload(JWT_REJECT_MALFORMED, opening);
        expect_header(JWT_REJECT_MALFORMED, opening);
    }
}

static void members_of_a_header_are_bounded(void)
{
    unsigned count;
    begin();
    for (count = JWT_HEADER_PARAMETERS_MAX - 1; count <= JWT_HEADER_PARAMETERS_MAX + 1; count++) {
        harness_json json;
        unsigned i;
        harness_note("parameters", count);
        json.len = 0;
        harness_json_raw(&json, "{\"alg\":\"HS256\"");
        for (i = 1; i < count; i++) {
            harness_json_raw(&json, ",\"");
            harness_json_integer(&json, i);
            harness_json_raw(&json, "\":0");
        }
        harness_json_raw(&json, "}");
        expect_header(count <= JWT_HEADER_PARAMETERS_MAX ? JWT_OK : JWT_REJECT_MALFORMED, json.text);
    }
}

static void two_dots_it_is(void)
{
    static const char *const bad[] = {"",
                                      ".",
                                      "..",
                                      "...",
                                      "a",
                                      "a.b",
                                      "a.b.c",
                                      "....",
                                      "e30.e30",
                                      "e30.e30.",
                                      ".e30.",
                                      "..e30",
                                      "eyJhbGciOiJIUzI1NiJ9",
                                      "eyJhbGciOiJIUzI1NiJ9.",
                                      "eyJhbGciOiJIUzI1NiJ9.e30.AA.",
                                      "eyJhbGciOiJIUzI1NiJ9.e30.AA.AA",
                                      ".eyJhbGciOiJIUzI1NiJ9.e30.AA",
                                      "eyJhbGciOiJIUzI1NiJ9.e30.AA.AA.AA"};
    size_t i;
    begin();
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        harness_note(bad[i], i);
        token_len = strlen(bad[i]);
        memcpy(token, bad[i], token_len + 1);
        expect(JWT_REJECT_MALFORMED);
    }
    harness_note(NULL, 0);
    memset(token, '.', sizeof token);
    token_len = sizeof token;
    expect(JWT_REJECT_MALFORMED);
    /* What is not a token, but often handed over as one. */
    begin();
    memmove(token + 7, token, token_len);
    memcpy(token, "Bearer ", 7);
    token_len += 7;
    expect(JWT_REJECT_MALFORMED);
    begin();
    append_text("\n", 1);
    expect(JWT_REJECT_MALFORMED);
    begin();
    token_len++; /* its NUL */
    expect(JWT_REJECT_MALFORMED);
    begin();
    memmove(token + 1, token, token_len);
    token[0] = '"';
    token_len++;
    append_text("\"", 1);
    expect(JWT_REJECT_MALFORMED);
}

static void expect_text(int32_t expected, const char *header, const char *payload)
{
    token_len = 0;
    append_text(header, strlen(header));
    append_text(".", 1);
    append_text(payload, strlen(payload));
    seal();
    expect(expected);
}

/* RFC 7515 section 2 to the letter, whatever the signature says. */
static void base64url_is_strict(void)
{
#define HEADER_TEXT "eyJhbGciOiJIUzI1NiJ9"
/* {"iat":1700000000,"exp":1700003600,"a":"?>"} and some blanks, whose encodings have `-`, `_` and every tail. */
#define PAYLOAD_0 "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH0g"
#define PAYLOAD_1 "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH0gIA"
#define PAYLOAD_2 "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH0"
    begin();
    expect_text(JWT_OK, HEADER_TEXT, PAYLOAD_0);
    expect_text(JWT_OK, HEADER_TEXT, PAYLOAD_1);
    expect_text(JWT_OK, HEADER_TEXT, PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_0 "A");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_0 "=");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_1 "==");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_2 "=");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_2 "\n");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_2 " ");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, " " PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_0 "ICAg\r\nICAg");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT "=", PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, "+" HEADER_TEXT, PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, PAYLOAD_2 "\xc3\xa9");
    /* Bits that no byte is made of. */
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH0gIB");
    expect_text(JWT_REJECT_MALFORMED, HEADER_TEXT, "eyJpYXQiOjE3MDAwMDAwMDAsImV4cCI6MTcwMDAwMzYwMH1");
    /* {"alg":"HS256","a":"\u00ff\u00bf~"}: `_` and `/`, `-` and `+`. */
    expect_text(JWT_OK, "eyJhbGciOiJIUzI1NiIsImEiOiLDv8K_fiJ9", PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, "eyJhbGciOiJIUzI1NiIsImEiOiLDv8K/fiJ9", PAYLOAD_2);
    expect_text(JWT_OK, "eyJhbGciOiJIUzI1NiIsImEiOiI-In0", PAYLOAD_2);
    expect_text(JWT_REJECT_MALFORMED, "eyJhbGciOiJIUzI1NiIsImEiOiI+In0", PAYLOAD_2);
}

static void signature_has_one_length_and_one_spelling(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t place;
    begin();
    place = (size_t)(strchr(digits, token[token_len - 1]) - digits);
    /* 43 characters have two bits too many. */
    token[token_len - 1] = digits[place | 1];
    expect(JWT_REJECT_MALFORMED);
    begin();
    append_text("=", 1);
    expect(JWT_REJECT_MALFORMED);
    begin();
    append_text("A", 1);
    expect(JWT_REJECT_SIGNATURE);
    begin();
    append_text("AAAA", 4);
    expect(JWT_REJECT_SIGNATURE);
    begin();
    token_len -= 3;
    token[token_len - 1] = 'A';
    expect(JWT_REJECT_SIGNATURE);
    begin();
    token_len = (size_t)(strrchr(token, '.') - token) + 1;
    expect(JWT_REJECT_SIGNATURE);
    /* Right in the front, and cut. */
    begin();
    token_len -= 43 - 4;
    expect(JWT_REJECT_SIGNATURE);
}

static jwt_es256_public_key es256_public_key;

static void append_signature(const uint8_t *signature, size_t len)
{
    append_text(".", 1);
    append_base64url(signature, len);
}

/** Checks a token of ES256 with this signature. */
static void expect_es256(int32_t expected, const uint8_t *signature, size_t len)
{
    token_len = 0;
    append_base64url((const uint8_t *)ES256_HEADER, sizeof ES256_HEADER - 1);
    append_text(".", 1);
    append_base64url((const uint8_t *)GOOD_PAYLOAD, sizeof GOOD_PAYLOAD - 1);
    append_signature(signature, len);
    expect(expected);
}

/** Checks a token of RS256 with `len` bytes of `bytes` as its signature. */
static void expect_rs256(int32_t expected, const uint8_t *bytes, size_t len)
{
    token_len = 0;
    append_base64url((const uint8_t *)RS256_HEADER, sizeof RS256_HEADER - 1);
    append_text(".", 1);
    append_base64url((const uint8_t *)GOOD_PAYLOAD, sizeof GOOD_PAYLOAD - 1);
    append_signature(bytes, len);
    expect(expected);
}

static void rsa_signature_is_as_long_as_the_modulus(void)
{
    static jwt_rs256_key key;
    static jwt_rs256_public_key public_key;
    /* A byte of 0, the signature, a byte of 0. */
    static uint8_t signature[1 + JWT_RS256_2048_SIGNATURE_LEN + 1];
    jwt_signer signer;
    size_t len;
    begin();
    signer = use_rs256(&key);
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&public_key, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    verifier = jwt_rs256_verifier(&public_key);
    expect_rs256(JWT_REJECT_SIGNATURE, signature, 0);
    token_len -= 1;
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from((const uint8_t *)token, token_len), signature + 1,
                                  JWT_RS256_2048_SIGNATURE_LEN, &len));
    expect_rs256(JWT_OK, signature + 1, JWT_RS256_2048_SIGNATURE_LEN);
    expect_rs256(JWT_REJECT_SIGNATURE, signature, JWT_RS256_2048_SIGNATURE_LEN);
    expect_rs256(JWT_REJECT_SIGNATURE, signature, JWT_RS256_2048_SIGNATURE_LEN + 1);
    expect_rs256(JWT_REJECT_SIGNATURE, signature + 1, JWT_RS256_2048_SIGNATURE_LEN + 1);
    expect_rs256(JWT_REJECT_SIGNATURE, signature + 1, JWT_RS256_2048_SIGNATURE_LEN - 1);
}

/* CVE-2022-21449 ('psychic signatures') and its neighbours: r or s of 0, n, or more. */
static void ecdsa_numbers_out_of_range_are_refused(void)
{
    static const uint8_t order[32] = {0xff, 0xff, 0xff, 0xff, 0,    0,    0,    0,    0xff, 0xff, 0xff,
                                      0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                      0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};
    uint8_t signature[72];
    unsigned r;
    unsigned s;
    begin();
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public_key, BYTES_OF(KEY_EC_PUBLIC_DER)));
    verifier = jwt_es256_verifier(&es256_public_key);
    for (r = 0; r < 4; r++) {
        for (s = 0; s < 4; s++) {
            harness_note("numbers", 4 * r + s);
            memset(signature, 0, sizeof signature);
            signature[31] = signature[63] = 1;
            memset(signature, r == 3 ? 0xff : 0, 31);
            memset(signature + 32, s == 3 ? 0xff : 0, 31);
            if (r == 2) {
                memcpy(signature, order, 32);
            }
            if (s == 2) {
                memcpy(signature + 32, order, 32);
            }
            signature[31] = r == 0 ? 0 : signature[31];
            signature[63] = s == 0 ? 0 : signature[63];
            expect_es256(JWT_REJECT_SIGNATURE, signature, 64);
        }
    }
}

/* r and s have 32 bytes each: no DER, no shorter, no longer. */
static void ecdsa_signature_has_64_bytes(void)
{
    jwt_es256_key key;
    jwt_signer signer;
    uint8_t raw[64];
    uint8_t other[72];
    size_t len = 0;
    size_t text_len;
    begin();
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public_key, BYTES_OF(KEY_EC_PUBLIC_DER)));
    verifier = jwt_es256_verifier(&es256_public_key);
    signer = use_es256(&key);
    memset(other, 0, sizeof other);
    expect_es256(JWT_REJECT_SIGNATURE, other, 0);
    text_len = (size_t)(strrchr(token, '.') - token);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(token, text_len), raw, sizeof raw, &len));
    expect_es256(JWT_OK, raw, 64);
    expect_es256(JWT_REJECT_SIGNATURE, raw, 63);
    expect_es256(JWT_REJECT_SIGNATURE, raw + 1, 63);
    memcpy(other, raw, 64);
    expect_es256(JWT_REJECT_SIGNATURE, other, 65);
    memset(other, 0, sizeof other);
    memcpy(other + 1, raw, 64);
    expect_es256(JWT_REJECT_SIGNATURE, other, 65);
    /* 30 44 02 20 r 02 20 s, and 00 where a number would be negative. */
    {
        size_t at = 2;
        unsigned i;
        other[0] = 0x30;
        for (i = 0; i < 2; i++) {
            const unsigned zero = raw[32 * i] >> 7;
            other[at] = 2;
            other[at + 1] = (uint8_t)(32 + zero);
            other[at + 2] = 0;
            memcpy(other + at + 2 + zero, raw + 32 * i, 32);
            at += 34 + zero;
        }
        other[1] = (uint8_t)(at - 2);
        expect_es256(JWT_REJECT_SIGNATURE, other, at);
    }
}

CASES(CASE(none_is_refused_in_every_spelling), CASE(algorithm_is_one_text), CASE(key_in_the_token_is_never_read),
      CASE(what_must_be_understood_is_refused), CASE(duplicate_names_are_refused), CASE(json_is_that_of_rfc_8259),
      CASE(json_with_blanks_and_escapes_is_accepted), CASE(bytes_that_are_no_utf8_are_refused),
      CASE(nesting_is_bounded), CASE(members_of_a_header_are_bounded), CASE(two_dots_it_is), CASE(base64url_is_strict),
      CASE(signature_has_one_length_and_one_spelling), CASE(rsa_signature_is_as_long_as_the_modulus), CASE(ecdsa_numbers_out_of_range_are_refused),
      CASE(ecdsa_signature_has_64_bytes));
