/* Public RSA keys: jwt_rs256_public_key_load_der(), ..._load_pem(), jwt_rs256_verifier() */

#include "fixtures.h"
#include "key_files.h"
#include "pem_forms.h"

#define JWT_ERR_OK JWT_OK
#define ROW(file, es256, rs256, any, es256_public, rs256_public)                                    \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, KEY_##file##_DER, sizeof KEY_##file##_DER, \
     JWT_ERR_##rs256_public},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_##rs256_public},

static const struct key_file files[] = {DER_FILES(ROW) PEM_ONLY_FILES(PEM_ROW)};

static jwt_rs256_public_key key;
static uint8_t room[JWT_RS256_DER_SIZE_4096 / 2];
static size_t len;

#define PEM TEXT_OF(KEY_RSA_2048_PUBLIC_PEM)
#define DER_LEN (sizeof KEY_RSA_2048_PUBLIC_DER)

static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&key, BYTES_OF(KEY_RSA_3072_PUBLIC_DER)));
    memset(room, 0x5a, sizeof room);
    len = 7777;
}

static void expect_empty(void)
{
    CHECK(harness_all(&key, sizeof key, 0));
}

static jwt_status load_pem(jwt_str pem, size_t size)
{
    return jwt_rs256_public_key_load_pem(&key, pem, room, size, &len);
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
static jwt_status judge(uint32_t kind, size_t signed_len)
{
    static const uint8_t message[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    static uint8_t signature[JWT_SIGNATURE_SIZE_MAX];
    jwt_rs256_key private_key;
    struct element element;
    jwt_callback callback;
    jwt_signer signer;
    size_t told = 0;
    memset(&callback, 0, sizeof callback);
    signer = jwt_callback_signer(&callback);
    callback.signature = kind;
    callback.sign = sign_message;
    callback.context = &element;
    callback.verifier = jwt_rs256_verifier(&key);
    element.signer = use_rs256(&private_key);
    element.message = jwt_bytes_from(message, signed_len);
    return jwt_sign(&signer, jwt_bytes_from(message, 4), signature, sizeof signature, &told);
}

static void pem_files_are_told_apart(void)
{
    size_t i;
    CHECK(PEM_FILE_COUNT == KEY_PEM_COUNT);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        harness_note(files[i].name, i);
        load_something();
        /* The private keys among them may need more room than a public one: which of the two is told is open. */
        if (files[i].der_len > sizeof room) {
            CHECK(load_pem(text_of(files[i].pem, files[i].pem_len), sizeof room) != JWT_OK);
        } else {
            CHECK_STATUS(files[i].expected, load_pem(text_of(files[i].pem, files[i].pem_len), sizeof room));
        }
        if (files[i].expected == JWT_OK) {
            CHECK(len == files[i].der_len);
            CHECK(memcmp(room, files[i].der, files[i].der_len) == 0);
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
                     jwt_rs256_public_key_load_der(&key, jwt_bytes_from(files[i].der, files[i].der_len)));
        if (files[i].expected != JWT_OK) {
            expect_empty();
        }
    }
}

static void pem_text_may_take_any_form(void)
{
    static char text[832];
    int form;
    for (form = 0; form < PEM_FORM_COUNT; form++) {
        const size_t text_len = write_pem_form((enum pem_form)form, KEY_RSA_2048_PUBLIC_PEM, text, sizeof text);
        harness_note("form", (size_t)form);
        CHECK(text_len != 0);
        load_something();
        CHECK_STATUS(JWT_OK, load_pem(text_of(text, text_len), sizeof room));
        CHECK(len == DER_LEN && memcmp(room, KEY_RSA_2048_PUBLIC_DER, DER_LEN) == 0);
    }
}

static void buffer_one_byte_short_tells_the_length(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, load_pem(PEM, DER_LEN - 1));
    CHECK(len == DER_LEN);
    expect_empty();
    CHECK(room[DER_LEN - 1] == 0x5a);
    CHECK_STATUS(JWT_OK, load_pem(PEM, DER_LEN));
    load_something();
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, jwt_rs256_public_key_load_pem(&key, PEM, NULL, 0, &len));
    CHECK(len == DER_LEN);
}

static void pem_that_is_cut_off_anywhere_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut + 2 < sizeof KEY_RSA_2048_PUBLIC_PEM; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, load_pem(text_of(KEY_RSA_2048_PUBLIC_PEM, cut), sizeof room));
    }
    expect_empty();
}

static void der_that_is_cut_off_anywhere_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut < DER_LEN; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED,
                     jwt_rs256_public_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_PUBLIC_DER, cut)));
    }
    for (cut = 0; cut < sizeof KEY_RSA_2048_PUBLIC_PKCS1_DER; cut++) {
        harness_note("length of PKCS#1", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED,
                     jwt_rs256_public_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_PUBLIC_PKCS1_DER, cut)));
    }
    expect_empty();
}

/** Loads the PKCS#1 form with some bits of one byte changed, counted from its end. */
static jwt_status load_changed(size_t from_end, unsigned bits)
{
    const size_t all = sizeof KEY_RSA_2048_PUBLIC_PKCS1_DER;
    memcpy(room, KEY_RSA_2048_PUBLIC_PKCS1_DER, all);
    room[all - from_end] = (uint8_t)(room[all - from_end] ^ bits);
    return jwt_rs256_public_key_load_der(&key, jwt_bytes_from(room, all));
}

static void numbers_out_of_range_are_told(void)
{
    /* .. modulus 02 03 01 00 01 */
    CHECK_STATUS(JWT_OK, load_changed(1, 0x02));
    CHECK_STATUS(JWT_ERR_KEY_UNSUPPORTED, load_changed(1, 0x01));
    expect_empty();
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(6, 0x01));
    expect_empty();
    /* 30 82 .. .. 02 82 01 01 00 modulus: a negative one, and one of 2047 bits. */
    CHECK(KEY_RSA_2048_PUBLIC_PKCS1_DER[8] == 0 && KEY_RSA_2048_PUBLIC_PKCS1_DER[9] >= 0x80);
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, load_changed(sizeof KEY_RSA_2048_PUBLIC_PKCS1_DER - 8, 0x80));
    expect_empty();
}

static void verifier_confirms_and_refutes(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    CHECK_STATUS(JWT_OK, judge(JWT_SIGNATURE_RS256_2048, 4));
    CHECK_STATUS(JWT_ERR_SIGNATURE, judge(JWT_SIGNATURE_RS256_2048, 5));
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PUBLIC_PKCS1_DER)));
    CHECK_STATUS(JWT_OK, judge(JWT_SIGNATURE_RS256_2048, 4));
}

static void verifier_of_another_size_is_refused(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&key, BYTES_OF(KEY_RSA_3072_PUBLIC_DER)));
    CHECK_STATUS(JWT_ERR_CALLBACK, judge(JWT_SIGNATURE_RS256_2048, 4));
    CHECK_STATUS(JWT_OK, jwt_rs256_public_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    CHECK_STATUS(JWT_ERR_CALLBACK, judge(JWT_SIGNATURE_RS256_3072, 4));
    CHECK_STATUS(JWT_ERR_CALLBACK, judge(JWT_SIGNATURE_ES256_RAW, 4));
}

static void verifier_without_a_key_is_refused(void)
{
    memset(&key, 0, sizeof key);
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, judge(JWT_SIGNATURE_RS256_2048, 4));
}

static void null_pointers_are_refused(void)
{
    jwt_str text;
    text.ptr = NULL;
    text.len = 1;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_der(NULL, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_der(&key, jwt_bytes_from(NULL, 1)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_pem(NULL, PEM, room, sizeof room, &len));
    CHECK(len == 0);
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, load_pem(text, sizeof room));
    CHECK(len == 0);
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_pem(&key, PEM, NULL, sizeof room, &len));
    CHECK(len == 0);
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_pem(&key, PEM, room, sizeof room, NULL));
    expect_empty();
}

static void misaligned_key_is_refused_and_left_alone(void)
{
    union {
        size_t aligned;
        uint8_t bytes[sizeof(jwt_rs256_public_key) + 8];
    } place;
    jwt_rs256_public_key *wrong = (jwt_rs256_public_key *)misaligned(place.bytes);
    memset(&place, 0x5a, sizeof place);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_der(wrong, BYTES_OF(KEY_RSA_2048_PUBLIC_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_public_key_load_pem(wrong, PEM, room, sizeof room, &len));
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void outputs_that_overlap_are_refused(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_rs256_public_key_load_pem(&key, PEM, (uint8_t *)(void *)&key, sizeof key, &len));
    CHECK(len == 0);
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_rs256_public_key_load_pem(&key, PEM, room, sizeof room, (size_t *)(void *)&key));
    load_something();
    memcpy(room, KEY_RSA_2048_PUBLIC_PEM, sizeof KEY_RSA_2048_PUBLIC_PEM);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 load_pem(text_of((const char *)room, sizeof KEY_RSA_2048_PUBLIC_PEM - 1), sizeof room));
    expect_empty();
}

static void input_over_65535_bytes_is_refused(void)
{
    jwt_str text = JWT_STR("-");
    text.len = 65536;
    load_something();
    CHECK_STATUS(JWT_ERR_TOO_LONG, load_pem(text, sizeof room));
    expect_empty();
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_rs256_public_key_load_der(&key, jwt_bytes_from(room, SIZE_MAX)));
}

CASES(CASE(pem_files_are_told_apart), CASE(der_files_are_told_apart), CASE(pem_text_may_take_any_form),
      CASE(buffer_one_byte_short_tells_the_length), CASE(pem_that_is_cut_off_anywhere_is_refused),
      CASE(der_that_is_cut_off_anywhere_is_refused), CASE(numbers_out_of_range_are_told),
      CASE(verifier_confirms_and_refutes), CASE(verifier_of_another_size_is_refused),
      CASE(verifier_without_a_key_is_refused), CASE(null_pointers_are_refused),
      CASE(misaligned_key_is_refused_and_left_alone), CASE(outputs_that_overlap_are_refused),
      CASE(input_over_65535_bytes_is_refused));
