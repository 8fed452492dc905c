/* jwt_callback_signer(): what a secure element answers is not believed. */

#include "fixtures.h"

/** A secure element that answers what it is told to. */
struct element {
    /** What it answers, and what it says of the length. */
    const uint8_t *answer;
    size_t answer_len;
    size_t told_len;
    int32_t result;
    /** Where set, it signs this with that instead. */
    jwt_signer signer;
    jwt_bytes message;
    /** What it was asked. */
    unsigned calls;
    uint8_t digest[32];
    size_t message_len;
    size_t signature_size;
    size_t signature_len;
};

static struct element element;
static jwt_callback callback;
static jwt_signer signer;
static jwt_es256_key es256_key;
static jwt_rs256_key rs256_key;
static jwt_es256_public_key es256_public;
static uint8_t signature[JWT_SIGNATURE_SIZE_MAX];
static size_t len;

static const uint8_t MESSAGE[3] = {'a', 'b', 'c'};

/** The curve's order (SEC 2 section 2.4.2). */
static const uint8_t ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                  0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

static int32_t ask(void *context, const uint8_t *digest, size_t message_len, uint8_t *out, size_t size, size_t *out_len)
{
    struct element *asked = (struct element *)context;
    asked->calls++;
    memcpy(asked->digest, digest, sizeof asked->digest);
    asked->message_len = message_len;
    asked->signature_size = size;
    asked->signature_len = *out_len;
    if (asked->signer.kind != NULL) {
        return jwt_sign(&asked->signer, asked->message, out, size, out_len);
    }
    memcpy(out, asked->answer, asked->answer_len < size ? asked->answer_len : size);
    *out_len = asked->told_len;
    return asked->result;
}

static void begin(uint32_t kind, const uint8_t *answer, size_t answer_len)
{
    memset(&element, 0, sizeof element);
    element.answer = answer;
    element.answer_len = answer_len;
    element.told_len = answer_len;
    memset(&callback, 0, sizeof callback);
    callback.signature = kind;
    callback.sign = ask;
    callback.context = &element;
    signer = jwt_callback_signer(&callback);
}

static jwt_status sign(void)
{
    memset(signature, 0x5a, sizeof signature);
    len = 7777;
    return jwt_sign(&signer, BYTES_OF(MESSAGE), signature, sizeof signature, &len);
}

/** Checks that an answer is refused, by jwt_sign() and when a token is minted. */
static void expect_refusal(int32_t expected)
{
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    CHECK_STATUS(expected, sign());
    CHECK(len == 0);
    /* Of what the element wrote nothing is left. */
    CHECK(element.calls == 0 || harness_all(signature, 64, 0));
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    len = 7777;
    CHECK_STATUS(expected, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &len));
    CHECK(out[0] == '\0');
    CHECK(len == 0);
}

/** Checks that an answer is taken for r and s. */
static void expect_raw(const uint8_t *r_and_s)
{
    CHECK_STATUS(JWT_OK, sign());
    CHECK(len == 64);
    CHECK(memcmp(signature, r_and_s, 64) == 0);
}

static void question_holds_digest_and_lengths(void)
{
    /* SHA-256 of "abc" (FIPS 180-2 appendix B.1). */
    static const uint8_t expected[32] = {0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea, 0x41, 0x41, 0x40,
                                         0xde, 0x5d, 0xae, 0x22, 0x23, 0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17,
                                         0x7a, 0x9c, 0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad};
    static const uint8_t ones[512] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                      1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    begin(JWT_SIGNATURE_ES256_RAW, ones, 64);
    CHECK_STATUS(JWT_OK, sign());
    CHECK(element.calls == 1);
    CHECK(memcmp(element.digest, expected, 32) == 0);
    CHECK(element.message_len == 3);
    CHECK(element.signature_len == 0);
    begin(JWT_SIGNATURE_RS256_4096, ones, 512);
    CHECK_STATUS(JWT_OK, sign());
    CHECK(len == 512);
    CHECK(memcmp(element.digest, expected, 32) == 0);
    CHECK(memcmp(signature, ones, 512) == 0);
}

static void room_is_that_of_the_declared_encoding(void)
{
    static const uint32_t kinds[] = {JWT_SIGNATURE_ES256_RAW, JWT_SIGNATURE_ES256_DER, JWT_SIGNATURE_RS256_2048,
                                     JWT_SIGNATURE_RS256_3072, JWT_SIGNATURE_RS256_4096};
    static const size_t sizes[] = {64, 72, 256, 384, 512};
    size_t i;
    for (i = 0; i < 5; i++) {
        harness_note("kind", i);
        begin(kinds[i], MESSAGE, 1);
        CHECK_STATUS(JWT_ERR_SIGNATURE, sign());
        CHECK(element.signature_size == sizes[i]);
    }
}

static void token_is_signed_over_its_signing_input(void)
{
    uint8_t answer[64];
    uint8_t digest[32];
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    size_t token_len = 0;
    memset(answer, 1, sizeof answer);
    begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &token_len));
    CHECK(element.calls == 1);
    CHECK(token_len > 87 && out[token_len - 87] == '.');
    CHECK(element.message_len == token_len - 87);
    memcpy(digest, element.digest, sizeof digest);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(out, token_len - 87), signature, sizeof signature, &len));
    CHECK(memcmp(digest, element.digest, sizeof digest) == 0);
}

static void element_with_a_true_key_mints_a_valid_token(void)
{
    static const char payload[] = "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700000060}";
    char text[256];
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    size_t token_len = 0;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    begin(JWT_SIGNATURE_ES256_RAW, NULL, 0);
    element.signer = use_es256(&es256_key);
    /* The same token, of which the element signs the first two parts. */
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &element.signer, text, sizeof text, &token_len));
    element.message = secret_bytes(text, token_len - 87);
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public, BYTES_OF(KEY_EC_PUBLIC_DER)));
    callback.verifier = jwt_es256_verifier(&es256_public);
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &token_len));
    harness_token("ec_public", ES256_HEADER, payload, out, token_len);
    CHECK(strcmp(text, out) == 0);
    CHECK(element.calls == 1);
}

static void rs256_element_mints_a_valid_token(void)
{
    static const char payload[] = "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700000060}";
    static char text[480];
    static jwt_rs256_public_key rs256_public;
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    size_t token_len = 0;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    begin(JWT_SIGNATURE_RS256_2048, NULL, 0);
    element.signer = use_rs256(&rs256_key);
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &element.signer, text, sizeof text, &token_len));
    element.message = secret_bytes(text, token_len - 343);
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&rs256_public, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    callback.verifier = jwt_rs256_verifier(&rs256_public);
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &token_len));
    harness_token("rsa_2048_public", RS256_HEADER, payload, out, token_len);
}

static void failure_of_the_element_is_told(void)
{
    static const int32_t results[] = {1, -1, 256, 65536, INT32_MIN, INT32_MAX};
    uint8_t answer[64];
    size_t i;
    memset(answer, 1, sizeof answer);
    for (i = 0; i < sizeof results / sizeof results[0]; i++) {
        harness_note("result", i);
        begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
        element.result = results[i];
        expect_refusal(JWT_ERR_SIGNER);
    }
    begin(JWT_SIGNATURE_RS256_2048, answer, 64);
    element.told_len = 256;
    element.result = 1;
    expect_refusal(JWT_ERR_SIGNER);
}

static void es256_signature_of_another_length_is_refused(void)
{
    static const size_t lengths[] = {0, 1, 32, 63, 65, 70, 71, 72, 73, 64 + 65536, SIZE_MAX};
    uint8_t answer[72];
    size_t i;
    memset(answer, 1, sizeof answer);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        harness_note("length", i);
        begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
        element.told_len = lengths[i];
        expect_refusal(JWT_ERR_SIGNATURE);
        begin(JWT_SIGNATURE_ES256_DER, answer, sizeof answer);
        element.told_len = lengths[i];
        expect_refusal(JWT_ERR_SIGNATURE);
    }
}

static void element_that_answers_nothing_is_refused(void)
{
    begin(JWT_SIGNATURE_ES256_RAW, MESSAGE, 0);
    expect_refusal(JWT_ERR_SIGNATURE);
    begin(JWT_SIGNATURE_RS256_2048, MESSAGE, 0);
    expect_refusal(JWT_ERR_SIGNATURE);
    /* Says that it answered, but did not. */
    begin(JWT_SIGNATURE_ES256_RAW, MESSAGE, 0);
    element.told_len = 64;
    expect_refusal(JWT_ERR_SIGNATURE);
    begin(JWT_SIGNATURE_RS256_2048, MESSAGE, 0);
    element.told_len = 256;
    expect_refusal(JWT_ERR_SIGNATURE);
}

static void r_and_s_are_1_to_the_order_less_1(void)
{
    uint8_t answer[64];
    size_t half;
    memset(answer, 0, sizeof answer);
    begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
    expect_refusal(JWT_ERR_SIGNATURE);
    for (half = 0; half < 64; half += 32) {
        harness_note("half", half);
        memset(answer, 1, sizeof answer);
        memset(answer + half, 0, 32);
        expect_refusal(JWT_ERR_SIGNATURE);
        answer[half + 31] = 1;
        expect_raw(answer);
        memcpy(answer + half, ORDER, 32);
        expect_refusal(JWT_ERR_SIGNATURE);
        answer[half + 31] = 0x52;
        expect_refusal(JWT_ERR_SIGNATURE);
        memset(answer + half, 0xff, 32);
        expect_refusal(JWT_ERR_SIGNATURE);
        memcpy(answer + half, ORDER, 32);
        answer[half + 31] = 0x50;
        expect_raw(answer);
    }
}

/** Writes a DER signature whose numbers are `r_len` and `s_len` bytes from these; returns its length. */
static size_t write_der(uint8_t *der, const uint8_t *r, size_t r_len, const uint8_t *s, size_t s_len)
{
    der[0] = 0x30;
    der[1] = (uint8_t)(4 + r_len + s_len);
    der[2] = 2;
    der[3] = (uint8_t)r_len;
    memcpy(der + 4, r, r_len);
    der[4 + r_len] = 2;
    der[5 + r_len] = (uint8_t)s_len;
    memcpy(der + 6 + r_len, s, s_len);
    return 6 + r_len + s_len;
}

static void der_signature_is_padded_to_64_bytes(void)
{
    uint8_t der[80];
    uint8_t raw[64];
    uint8_t high[33];
    size_t digits;
    for (digits = 1; digits <= 32; digits++) {
        harness_note("digits", digits);
        memset(raw, 0, sizeof raw);
        memset(raw + 32 - digits, 0x7f, digits);
        memset(raw + 63, 0x30, 1);
        begin(JWT_SIGNATURE_ES256_DER, der, write_der(der, raw + 32 - digits, digits, raw + 63, 1));
        expect_raw(raw);
    }
    /* Numbers with the top bit set have a zero before them: 72 bytes in all. */
    high[0] = 0;
    memset(high + 1, 0x80, 32);
    memset(raw, 0x80, sizeof raw);
    begin(JWT_SIGNATURE_ES256_DER, der, write_der(der, high, 33, high, 33));
    CHECK(element.answer_len == 72);
    expect_raw(raw);
    /* And short ones with the top bit set. */
    memset(raw, 0, 64);
    raw[31] = 0x80;
    raw[63] = 0xff;
    der[0] = 0x30;
    der[1] = 8;
    memcpy(der + 2, "\x02\x02\x00\x80\x02\x02\x00\xff", 8);
    begin(JWT_SIGNATURE_ES256_DER, der, 10);
    expect_raw(raw);
}

static void refuse_der(const char *der, size_t der_len)
{
    begin(JWT_SIGNATURE_ES256_DER, (const uint8_t *)der, der_len);
    expect_refusal(JWT_ERR_SIGNATURE);
}

#define REFUSE_DER(literal) refuse_der(literal, sizeof literal - 1)

static void der_signature_that_is_not_der_is_refused(void)
{
    harness_note("form", 0);
    REFUSE_DER("\x30\x06\x02\x01\x00\x02\x01\x01");             /* r = 0 */
    REFUSE_DER("\x30\x06\x02\x01\x01\x02\x01\x00");             /* s = 0 */
    harness_note("form", 1);
    REFUSE_DER("\x30\x07\x02\x02\x00\x01\x02\x01\x01");         /* a zero too many */
    REFUSE_DER("\x30\x07\x02\x01\x01\x02\x02\x00\x7f");
    REFUSE_DER("\x30\x06\x02\x01\x80\x02\x01\x01");             /* negative */
    REFUSE_DER("\x30\x06\x02\x01\x01\x02\x01\xff");
    harness_note("form", 2);
    REFUSE_DER("\x30\x81\x06\x02\x01\x01\x02\x01\x01");         /* a length not in its shortest form */
    REFUSE_DER("\x30\x07\x02\x81\x01\x01\x02\x01\x01");
    REFUSE_DER("\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00");     /* an indefinite length */
    harness_note("form", 3);
    REFUSE_DER("\x30\x06\x02\x01\x01\x02\x01\x01\x00");         /* something behind */
    REFUSE_DER("\x30\x07\x02\x01\x01\x02\x01\x01\x00");         /* and inside */
    REFUSE_DER("\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01"); /* three numbers */
    REFUSE_DER("\x30\x03\x02\x01\x01");                         /* one number */
    REFUSE_DER("\x30\x00");
    harness_note("form", 4);
    REFUSE_DER("\x30\x05\x02\x01\x01\x02\x01\x01");             /* a length too small */
    REFUSE_DER("\x30\x07\x02\x01\x01\x02\x01\x01");             /* and too large */
    REFUSE_DER("\x30\x06\x02\x02\x01\x02\x01\x01");
    REFUSE_DER("\x30\x05\x02\x00\x02\x01\x01");                 /* an INTEGER of nothing */
    REFUSE_DER("\x31\x06\x02\x01\x01\x02\x01\x01");             /* another tag */
    REFUSE_DER("\x30\x06\x03\x01\x01\x02\x01\x01");
    REFUSE_DER("\x30");
    harness_note(NULL, 0);
}

static void der_signature_with_numbers_too_long_is_refused(void)
{
    uint8_t der[80];
    uint8_t number[34];
    memset(number, 1, sizeof number);
    begin(JWT_SIGNATURE_ES256_DER, der, write_der(der, number, 33, number, 32));
    expect_refusal(JWT_ERR_SIGNATURE);
    begin(JWT_SIGNATURE_ES256_DER, der, write_der(der, number, 32, number, 33));
    expect_refusal(JWT_ERR_SIGNATURE);
    number[0] = 0;
    memcpy(number + 1, ORDER, 32);
    begin(JWT_SIGNATURE_ES256_DER, der, write_der(der, number, 33, number + 2, 1));
    expect_refusal(JWT_ERR_SIGNATURE);
}

static void der_signature_cut_off_anywhere_is_refused(void)
{
    uint8_t der[80];
    uint8_t number[33];
    size_t whole;
    size_t cut;
    number[0] = 0;
    memset(number + 1, 0x80, 32);
    whole = write_der(der, number, 33, number, 33);
    for (cut = 0; cut < whole; cut++) {
        harness_note("length", cut);
        begin(JWT_SIGNATURE_ES256_DER, der, cut);
        expect_refusal(JWT_ERR_SIGNATURE);
    }
}

static void encodings_are_never_guessed(void)
{
    uint8_t raw[64];
    uint8_t der[80];
    size_t der_len;
    /* Raw where DER was declared, and DER where raw was. */
    memset(raw, 1, sizeof raw);
    begin(JWT_SIGNATURE_ES256_DER, raw, sizeof raw);
    expect_refusal(JWT_ERR_SIGNATURE);
    der_len = write_der(der, raw, 32, raw, 32);
    begin(JWT_SIGNATURE_ES256_RAW, der, der_len);
    expect_refusal(JWT_ERR_SIGNATURE);
    /* A raw r that starts as DER does: 30 3e 02 1d .. 02 1d .. is DER of 64 bytes as well. */
    der_len = write_der(der, raw, 29, raw, 29);
    CHECK(der_len == 64);
    begin(JWT_SIGNATURE_ES256_RAW, der, der_len);
    expect_raw(der);
    memset(raw, 0, 64);
    memset(raw + 3, 1, 29);
    memset(raw + 35, 1, 29);
    begin(JWT_SIGNATURE_ES256_DER, der, der_len);
    expect_raw(raw);
}

static void rs256_signature_of_another_length_is_refused(void)
{
    static const uint32_t kinds[] = {JWT_SIGNATURE_RS256_2048, JWT_SIGNATURE_RS256_3072, JWT_SIGNATURE_RS256_4096};
    static uint8_t answer[512];
    size_t kind;
    memset(answer, 1, sizeof answer);
    for (kind = 0; kind < 3; kind++) {
        const size_t right = 256 + 128 * kind;
        const size_t other = right == 512 ? 256 : 512;
        const size_t wrong[] = {0, 1, 64, right - 1, right + 1, other, SIZE_MAX};
        size_t i;
        for (i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
            harness_note("length", wrong[i]);
            begin(kinds[kind], answer, sizeof answer);
            element.told_len = wrong[i];
            expect_refusal(JWT_ERR_SIGNATURE);
        }
        element.told_len = right;
        CHECK_STATUS(JWT_OK, sign());
        CHECK(len == right);
    }
}

static void rs256_signature_of_zeros_is_refused(void)
{
    static const uint8_t zeros[512] = {0};
    begin(JWT_SIGNATURE_RS256_2048, zeros, 256);
    expect_refusal(JWT_ERR_SIGNATURE);
    begin(JWT_SIGNATURE_RS256_4096, zeros, 512);
    expect_refusal(JWT_ERR_SIGNATURE);
}

static void verifier_refutes_a_wrong_signature(void)
{
    uint8_t answer[64];
    memset(answer, 1, sizeof answer);
    begin(JWT_SIGNATURE_ES256_RAW, answer, sizeof answer);
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public, BYTES_OF(KEY_EC_PUBLIC_DER)));
    CHECK_STATUS(JWT_OK, sign());
    callback.verifier = jwt_es256_verifier(&es256_public);
    expect_refusal(JWT_ERR_SIGNATURE);
    begin(JWT_SIGNATURE_ES256_RAW, NULL, 0);
    element.signer = use_es256(&es256_key);
    element.message = BYTES_OF(MESSAGE);
    callback.verifier = jwt_es256_verifier(&es256_public);
    CHECK_STATUS(JWT_OK, sign());
    element.message.len--;
    expect_refusal(JWT_ERR_SIGNATURE);
}

static void verifier_sees_a_flipped_bit(void)
{
    static uint8_t answer[64];
    size_t i;
    begin(JWT_SIGNATURE_ES256_RAW, NULL, 0);
    element.signer = use_es256(&es256_key);
    element.message = BYTES_OF(MESSAGE);
    CHECK_STATUS(JWT_OK, sign());
    memcpy(answer, signature, sizeof answer);
    begin(JWT_SIGNATURE_ES256_RAW, answer, sizeof answer);
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public, BYTES_OF(KEY_EC_PUBLIC_DER)));
    callback.verifier = jwt_es256_verifier(&es256_public);
    CHECK_STATUS(JWT_OK, sign());
    for (i = 0; i < 64; i += 9) {
        harness_note("byte", i);
        answer[i] ^= 2;
        CHECK_STATUS(JWT_ERR_SIGNATURE, sign());
        answer[i] ^= 2;
    }
}

static void verifier_of_another_algorithm_is_refused(void)
{
    uint8_t answer[64];
    memset(answer, 1, sizeof answer);
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public, BYTES_OF(KEY_EC_PUBLIC_DER)));
    begin(JWT_SIGNATURE_RS256_2048, answer, 64);
    callback.verifier = jwt_es256_verifier(&es256_public);
    expect_refusal(JWT_ERR_CALLBACK);
    CHECK(element.calls == 0);
    CHECK_STATUS(JWT_ERR_CALLBACK, jwt_sign(&signer, BYTES_OF(MESSAGE), NULL, 0, &len));
}

static void verifier_without_a_key_is_refused(void)
{
    uint8_t answer[64];
    memset(answer, 1, sizeof answer);
    memset(&es256_public, 0, sizeof es256_public);
    begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
    callback.verifier = jwt_es256_verifier(&es256_public);
    expect_refusal(JWT_ERR_KEY_NOT_LOADED);
    callback.verifier = jwt_es256_verifier(NULL);
    expect_refusal(JWT_ERR_POINTER);
    CHECK(element.calls == 0);
}

static void callback_described_wrongly_is_refused(void)
{
    static const uint32_t kinds[] = {0, 6, 257, UINT32_MAX};
    size_t i;
    for (i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        harness_note("kind", i);
        begin(kinds[i], MESSAGE, 3);
        expect_refusal(JWT_ERR_CALLBACK);
        CHECK(element.calls == 0);
    }
    begin(JWT_SIGNATURE_ES256_RAW, MESSAGE, 3);
    callback.sign = NULL;
    expect_refusal(JWT_ERR_POINTER);
    signer = jwt_callback_signer(NULL);
    expect_refusal(JWT_ERR_POINTER);
}

static void output_over_callback_or_verifiers_key_is_refused(void)
{
    uint8_t answer[64];
    char *out = harness_room(HARNESS_ROOM);
    uint8_t *bytes = (uint8_t *)(void *)out;
    memset(answer, 1, sizeof answer);
    begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_der(&es256_public, BYTES_OF(KEY_EC_PUBLIC_DER)));
    callback.verifier =
        jwt_es256_verifier((const jwt_es256_public_key *)harness_place(600, &es256_public, sizeof es256_public));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, BYTES_OF(MESSAGE), bytes, HARNESS_ROOM, &len));
    begin(JWT_SIGNATURE_ES256_RAW, answer, 64);
    out = harness_room(HARNESS_ROOM);
    signer = jwt_callback_signer((const jwt_callback *)harness_place(600, &callback, sizeof callback));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, BYTES_OF(MESSAGE), bytes, HARNESS_ROOM, &len));
    CHECK(element.calls == 0);
}

static void asking_for_the_length_calls_nobody(void)
{
    begin(JWT_SIGNATURE_ES256_DER, MESSAGE, 3);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, BYTES_OF(MESSAGE), NULL, 0, &len));
    CHECK(len == 64);
    begin(JWT_SIGNATURE_RS256_3072, MESSAGE, 3);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, BYTES_OF(MESSAGE), NULL, 0, &len));
    CHECK(len == 384);
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, jwt_sign(&signer, BYTES_OF(MESSAGE), signature, 383, &len));
    CHECK(len == 384);
    CHECK(element.calls == 0);
}

CASES(CASE(question_holds_digest_and_lengths), CASE(room_is_that_of_the_declared_encoding),
      CASE(token_is_signed_over_its_signing_input), CASE(element_with_a_true_key_mints_a_valid_token),
      CASE(rs256_element_mints_a_valid_token), CASE(failure_of_the_element_is_told),
      CASE(es256_signature_of_another_length_is_refused), CASE(element_that_answers_nothing_is_refused),
      CASE(r_and_s_are_1_to_the_order_less_1), CASE(der_signature_is_padded_to_64_bytes),
      CASE(der_signature_that_is_not_der_is_refused), CASE(der_signature_with_numbers_too_long_is_refused),
      CASE(der_signature_cut_off_anywhere_is_refused), CASE(encodings_are_never_guessed),
      CASE(rs256_signature_of_another_length_is_refused), CASE(rs256_signature_of_zeros_is_refused),
      CASE(verifier_refutes_a_wrong_signature), CASE(verifier_sees_a_flipped_bit),
      CASE(verifier_of_another_algorithm_is_refused), CASE(verifier_without_a_key_is_refused),
      CASE(callback_described_wrongly_is_refused), CASE(output_over_callback_or_verifiers_key_is_refused),
      CASE(asking_for_the_length_calls_nobody));
