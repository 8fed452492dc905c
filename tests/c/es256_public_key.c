/* Public keys on P-256: jwt_es256_public_key_load_raw(), ..._load_der(), ..._load_pem(), jwt_es256_verifier() */

#include "fixtures.h"
#include "key_files.h"
#include "pem_forms.h"

#define JWT_ERR_OK JWT_OK
#define ROW(file, es256, rs256, any, es256_public, rs256_public)                                    \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, KEY_##file##_DER, sizeof KEY_##file##_DER, \
     JWT_ERR_##es256_public},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_##es256_public},

static const struct key_file files[] = {DER_FILES(ROW) PEM_ONLY_FILES(PEM_ROW)};

static jwt_es256_public_key key;

/** The point in the SubjectPublicKeyInfo. */
static const uint8_t *the_point(void)
{
    return KEY_EC_PUBLIC_DER + sizeof KEY_EC_PUBLIC_DER - 65;
}

static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_raw(&key, jwt_bytes_from(the_point(), 65)));
}

static void expect_empty(void)
{
    CHECK(harness_all(&key, sizeof key, 0));
}

static void expect_the_key(void)
{
    static jwt_es256_public_key other;
    CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_raw(&other, jwt_bytes_from(the_point(), 65)));
    CHECK(memcmp(&key, &other, sizeof key) == 0);
}

/** Signs its own message, whatever it is asked. */
struct element {
    jwt_signer signer;
    jwt_bytes message;
};

static int32_t sign_message(void *context, const uint8_t *digest, size_t message_len, uint8_t *signature,
                            size_t signature_size, size_t *signature_len)
{
    const struct element *element = (const struct element *)context;
    (void)digest;
    (void)message_len;
    return jwt_sign(&element->signer, element->message, signature, signature_size, signature_len);
}

/** Has the verifier of `key` judge a signature of the private key over `signed_len` bytes, for a message of 4. */
static jwt_status judge(size_t signed_len)
{
    static const uint8_t message[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    jwt_es256_key private_key;
    struct element element;
    jwt_callback callback;
    jwt_signer signer;
    uint8_t signature[JWT_ES256_SIGNATURE_LEN];
    size_t len = 0;
    memset(&callback, 0, sizeof callback);
    signer = jwt_callback_signer(&callback);
    callback.signature = JWT_SIGNATURE_ES256_RAW;
    callback.sign = sign_message;
    callback.context = &element;
    callback.verifier = jwt_es256_verifier(&key);
    element.signer = use_es256(&private_key);
    element.message = jwt_bytes_from(message, signed_len);
    return jwt_sign(&signer, jwt_bytes_from(message, 4), signature, sizeof signature, &len);
}

static void pem_files_are_told_apart(void)
{
    size_t i;
    CHECK(PEM_FILE_COUNT == KEY_PEM_COUNT);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        harness_note(files[i].name, i);
        load_something();
        CHECK_STATUS(files[i].expected, jwt_es256_public_key_load_pem(&key, text_of(files[i].pem, files[i].pem_len)));
        if (files[i].expected == JWT_OK) {
            expect_the_key();
        } else {
            expect_empty();
        }
    }
}

static void der_files_are_told_apart(void)
{
    size_t i;
    CHECK(DER_FILE_COUNT == KEY_DER_COUNT);
    for (i = 0; i < DER_FILE_COUNT; i++) {
        harness_note(files[i].name, i);
        load_something();
        CHECK_STATUS(files[i].expected,
                     jwt_es256_public_key_load_der(&key, jwt_bytes_from(files[i].der, files[i].der_len)));
        if (files[i].expected == JWT_OK) {
            expect_the_key();
        } else {
            expect_empty();
        }
    }
}

static void pem_text_may_take_any_form(void)
{
    static char text[512];
    int form;
    for (form = 0; form < PEM_FORM_COUNT; form++) {
        const size_t len = write_pem_form((enum pem_form)form, KEY_EC_PUBLIC_PEM, text, sizeof text);
        harness_note("form", (size_t)form);
        CHECK(len != 0);
        memset(&key, 0, sizeof key);
        CHECK_STATUS(JWT_OK, jwt_es256_public_key_load_pem(&key, text_of(text, len)));
        expect_the_key();
    }
}

static void pem_that_is_cut_off_anywhere_is_refused(void)
{
    const size_t len = sizeof KEY_EC_PUBLIC_PEM - 1;
    size_t cut;
    for (cut = 0; cut + 1 < len; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_public_key_load_pem(&key, text_of(KEY_EC_PUBLIC_PEM, cut)));
    }
    expect_empty();
}

static void der_that_is_cut_off_anywhere_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut < sizeof KEY_EC_PUBLIC_DER; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED,
                     jwt_es256_public_key_load_der(&key, jwt_bytes_from(KEY_EC_PUBLIC_DER, cut)));
    }
    expect_empty();
}

static void der_with_a_flipped_bit_is_refused(void)
{
    static uint8_t der[sizeof KEY_EC_PUBLIC_DER];
    size_t i;
    memcpy(der, KEY_EC_PUBLIC_DER, sizeof der);
    for (i = 0; i < sizeof der; i++) {
        harness_note("byte", i);
        der[i] = (uint8_t)(der[i] ^ 1u << i % 8);
        CHECK(jwt_es256_public_key_load_der(&key, BYTES_OF(der)) != JWT_OK);
        CHECK(harness_all(&key, sizeof key, 0));
        der[i] = KEY_EC_PUBLIC_DER[i];
    }
}

static void point_off_the_curve_is_inconsistent(void)
{
    static uint8_t point[65];
    size_t i;
    memcpy(point, the_point(), sizeof point);
    for (i = 1; i < sizeof point; i++) {
        harness_note("byte", i);
        point[i] ^= 0x10;
        load_something();
        CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_public_key_load_raw(&key, BYTES_OF(point)));
        expect_empty();
        point[i] ^= 0x10;
    }
    memset(point + 1, 0, 64);
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_public_key_load_raw(&key, BYTES_OF(point)));
    memset(point + 1, 0xff, 64);
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_public_key_load_raw(&key, BYTES_OF(point)));
}

static void point_of_another_form_is_refused(void)
{
    static const uint8_t forms[] = {0, 1, 2, 3, 5, 6, 7, 0x84, 0xff};
    static uint8_t point[65];
    size_t i;
    memcpy(point, the_point(), sizeof point);
    for (i = 0; i < sizeof forms; i++) {
        harness_note("form", i);
        point[0] = forms[i];
        CHECK(jwt_es256_public_key_load_raw(&key, BYTES_OF(point)) != JWT_OK);
        expect_empty();
    }
}

static void raw_key_has_65_bytes(void)
{
    static const size_t lengths[] = {0, 1, 33, 64, 66};
    uint8_t raw[66];
    size_t i;
    memcpy(raw, the_point(), 65);
    raw[65] = 0;
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        harness_note("case", i);
        load_something();
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_public_key_load_raw(&key, jwt_bytes_from(raw, lengths[i])));
        expect_empty();
    }
}

/** Writes a PEM block of one line; returns its length. */
static size_t write_pem(char *to, const char *label, const uint8_t *der, size_t der_len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t used = 0;
    size_t i;
    memcpy(to, "-----BEGIN ", 11);
    memcpy(to + 11, label, strlen(label));
    used = 11 + strlen(label);
    memcpy(to + used, "-----\n", 6);
    used += 6;
    for (i = 0; i < der_len; i += 3) {
        const size_t left = der_len - i;
        const uint32_t bits = (uint32_t)der[i] << 16 | (left > 1 ? (uint32_t)der[i + 1] << 8 : 0) |
                              (left > 2 ? (uint32_t)der[i + 2] : 0);
        to[used++] = digits[bits >> 18];
        to[used++] = digits[bits >> 12 & 63];
        to[used++] = left > 1 ? digits[bits >> 6 & 63] : '=';
        to[used++] = left > 2 ? digits[bits & 63] : '=';
    }
    memcpy(to + used, "\n-----END ", 10);
    memcpy(to + used + 10, label, strlen(label));
    used += 10 + strlen(label);
    memcpy(to + used, "-----\n", 6);
    return used + 6;
}

static void rsa_keys_of_all_sizes_are_another_algorithm(void)
{
    static char text[832];
    size_t len;
    /* The PKCS#1 in the SubjectPublicKeyInfo: 30 82 .. 30 0d .. 03 82 .. 00 */
    CHECK(KEY_RSA_3072_PUBLIC_DER[19] == 3 && KEY_RSA_3072_PUBLIC_DER[24] == 0x30);
    len = write_pem(text, "RSA PUBLIC KEY", KEY_RSA_3072_PUBLIC_DER + 24, sizeof KEY_RSA_3072_PUBLIC_DER - 24);
    CHECK_STATUS(JWT_ERR_KEY_ALGORITHM, jwt_es256_public_key_load_pem(&key, text_of(text, len)));
    len = write_pem(text, "RSA PUBLIC KEY", KEY_RSA_4096_PUBLIC_DER + 24, sizeof KEY_RSA_4096_PUBLIC_DER - 24);
    CHECK_STATUS(JWT_ERR_KEY_ALGORITHM, jwt_es256_public_key_load_pem(&key, text_of(text, len)));
    expect_empty();
}

static void verifier_confirms_and_refutes(void)
{
    load_something();
    CHECK_STATUS(JWT_OK, judge(4));
    CHECK_STATUS(JWT_ERR_SIGNATURE, judge(5));
}

static void verifier_without_a_key_is_refused(void)
{
    memset(&key, 0, sizeof key);
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, judge(4));
}

static void null_pointers_are_refused(void)
{
    const jwt_bytes bytes = jwt_bytes_from(NULL, 65);
    jwt_str text;
    text.ptr = NULL;
    text.len = 1;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_raw(NULL, jwt_bytes_from(the_point(), 65)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_der(NULL, BYTES_OF(KEY_EC_PUBLIC_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_pem(NULL, TEXT_OF(KEY_EC_PUBLIC_PEM)));
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_raw(&key, bytes));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_der(&key, bytes));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_pem(&key, text));
    expect_empty();
}

static void misaligned_key_is_refused_and_left_alone(void)
{
    union {
        uint32_t aligned;
        uint8_t bytes[sizeof(jwt_es256_public_key) + 4];
    } room;
    jwt_es256_public_key *wrong = (jwt_es256_public_key *)misaligned(room.bytes);
    memset(&room, 0x5a, sizeof room);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_raw(wrong, jwt_bytes_from(the_point(), 65)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_der(wrong, BYTES_OF(KEY_EC_PUBLIC_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_public_key_load_pem(wrong, TEXT_OF(KEY_EC_PUBLIC_PEM)));
    CHECK(harness_all(&room, sizeof room, 0x5a));
}

static void input_over_65535_bytes_is_refused(void)
{
    jwt_str text = JWT_STR("-");
    text.len = 65536;
    load_something();
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_public_key_load_pem(&key, text));
    expect_empty();
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_public_key_load_der(&key, jwt_bytes_from(the_point(), SIZE_MAX)));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_public_key_load_raw(&key, jwt_bytes_from(the_point(), SIZE_MAX)));
}

static void key_over_its_input_is_refused(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_public_key_load_raw(&key, jwt_bytes_from(key.point, 65)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_public_key_load_der(&key, jwt_bytes_from(key.point, 65)));
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_public_key_load_pem(&key, text_of((const char *)key.point, 65)));
}

CASES(CASE(pem_files_are_told_apart), CASE(der_files_are_told_apart), CASE(pem_text_may_take_any_form),
      CASE(pem_that_is_cut_off_anywhere_is_refused), CASE(der_that_is_cut_off_anywhere_is_refused),
      CASE(der_with_a_flipped_bit_is_refused), CASE(point_off_the_curve_is_inconsistent),
      CASE(point_of_another_form_is_refused), CASE(raw_key_has_65_bytes), CASE(rsa_keys_of_all_sizes_are_another_algorithm), CASE(verifier_confirms_and_refutes),
      CASE(verifier_without_a_key_is_refused), CASE(null_pointers_are_refused),
      CASE(misaligned_key_is_refused_and_left_alone), CASE(input_over_65535_bytes_is_refused),
      CASE(key_over_its_input_is_refused));
