/* Private keys on P-256: jwt_es256_key_load_raw(), ..._load_der(), ..._load_pem(), ..._wipe(), jwt_es256_signer() */

#include "fixtures.h"
#include "key_files.h"
#include "pem_forms.h"

/** The curve's order (SEC 2 section 2.4.2). */
static const uint8_t ORDER[32] = {0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff,
                                  0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17,
                                  0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51};

#define ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, KEY_##file##_DER, sizeof KEY_##file##_DER, JWT_ERR_##es256},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_##es256},
#define JWT_ERR_OK JWT_OK

static const struct key_file files[] = {DER_FILES(ROW) PEM_ONLY_FILES(PEM_ROW)};

static jwt_es256_key key;
static char text[1024];

/** A key that holds something, so that a failure to empty it shows. */
static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&key, BYTES_OF(KEY_EC_SEC1_DER)));
}

static void expect_empty(void)
{
    jwt_signer signer = jwt_es256_signer(&key);
    uint8_t signature[JWT_ES256_SIGNATURE_LEN];
    size_t len = 7777;
    CHECK(harness_all(&key, sizeof key, 0));
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, jwt_sign(&signer, jwt_bytes_from(NULL, 0), signature, sizeof signature, &len));
    CHECK(len == 0);
}

/** Checks that the key is that of the EC files. */
static void expect_the_key(void)
{
    static jwt_es256_key other;
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&other, BYTES_OF(KEY_EC_SEC1_DER)));
    CHECK(memcmp(&key, &other, sizeof key) == 0);
}

static void load_raw_expecting(const uint8_t *raw, size_t len, int32_t expected)
{
    load_something();
    CHECK_STATUS(expected, jwt_es256_key_load_raw(&key, jwt_bytes_from(raw, len)));
    if (expected != JWT_OK) {
        expect_empty();
    }
}

static void pem_files_are_told_apart(void)
{
    size_t i;
    CHECK(PEM_FILE_COUNT == KEY_PEM_COUNT);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        harness_note(files[i].name, i);
        load_something();
        CHECK_STATUS(files[i].expected, jwt_es256_key_load_pem(&key, text_of(files[i].pem, files[i].pem_len)));
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
        CHECK_STATUS(files[i].expected, jwt_es256_key_load_der(&key, jwt_bytes_from(files[i].der, files[i].der_len)));
        if (files[i].expected == JWT_OK) {
            expect_the_key();
        } else {
            expect_empty();
        }
    }
}

static void every_form_of_a_key_signs_the_same(void)
{
    jwt_signer signer = jwt_es256_signer(&key);
    uint8_t first[JWT_ES256_SIGNATURE_LEN];
    uint8_t second[JWT_ES256_SIGNATURE_LEN];
    size_t len = 0;
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, TEXT_OF(KEY_EC_SEC1_PARAMETERS_PEM)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), first, sizeof first, &len));
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, TEXT_OF(KEY_EC_PKCS8_PEM)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), second, sizeof second, &len));
    CHECK(memcmp(first, second, sizeof first) == 0);
}

static void pem_text_may_take_any_form(void)
{
    int form;
    for (form = 0; form < PEM_FORM_COUNT; form++) {
        size_t len = write_pem_form((enum pem_form)form, KEY_EC_SEC1_PEM, text, sizeof text);
        harness_note("form", (size_t)form);
        CHECK(len != 0);
        memset(&key, 0, sizeof key);
        CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
        expect_the_key();
        len = write_pem_form((enum pem_form)form, KEY_EC_PKCS8_PEM, text, sizeof text);
        CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
        expect_the_key();
    }
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(KEY_EC_SEC1_PARAMETERS_PEM,
                                                              sizeof KEY_EC_SEC1_PARAMETERS_PEM)));
    expect_the_key();
}

/** Appends to a text. */
static size_t join(char *to, size_t used, const char *more)
{
    const size_t len = strlen(more);
    memcpy(to + used, more, len);
    return used + len;
}

static void blocks_of_other_things_before_the_key_do_not_matter(void)
{
    size_t len = join(text, 0, KEY_EC_CERTIFICATE_PEM);
    len = join(text, len, KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    expect_the_key();
    len = join(text, 0, KEY_EC_PUBLIC_PEM);
    len = join(text, len, KEY_EC_PKCS8_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    expect_the_key();
    len = join(text, 0, "-----BEGIN DH PARAMETERS-----\nAAAA\n-----END DH PARAMETERS-----\n");
    len = join(text, len, KEY_EC_PKCS8_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    expect_the_key();
}

static void first_private_key_of_a_text_is_taken(void)
{
    size_t len = join(text, 0, KEY_EC_SEC1_PEM);
    len = join(text, len, KEY_EC_P384_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    expect_the_key();
    len = join(text, 0, KEY_EC_P384_PEM);
    len = join(text, len, KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_ERR_KEY_CURVE, jwt_es256_key_load_pem(&key, text_of(text, len)));
    expect_empty();
}

static void text_that_only_looks_like_a_block_does_not_matter(void)
{
    size_t len = join(text, 0, "The block starts with -----BEGIN and a label.\n");
    len = join(text, len, KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    len = join(text, 0, "-----BEGIN NOTE-----\n");
    len = join(text, len, KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
    len = join(text, 0, "-----END NOTE-----\n");
    len = join(text, len, KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, len)));
}

static void pem_that_is_cut_off_anywhere_is_refused(void)
{
    const char *const texts[] = {KEY_EC_SEC1_PEM, KEY_EC_PKCS8_PEM, KEY_EC_SEC1_PARAMETERS_PEM};
    size_t i;
    for (i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const size_t len = strlen(texts[i]);
        size_t cut;
        for (cut = 0; cut + 1 < len; cut++) {
            harness_note("length", cut);
            CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, text_of(texts[i], cut)));
        }
        expect_empty();
        CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(texts[i], len - 1)));
    }
}

static void pem_with_a_character_that_is_no_base64_is_refused(void)
{
    static const char wrong[] = "-_.*!\x80\0=#";
    size_t i;
    size_t kind;
    memcpy(text, KEY_EC_SEC1_PEM, sizeof KEY_EC_SEC1_PEM);
    for (kind = 0; kind < sizeof wrong - 1; kind++) {
        for (i = 31; i < 90; i++) {
            const char right = text[i];
            if (right == '\n') {
                continue;
            }
            harness_note("place", i);
            text[i] = wrong[kind];
            CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, text_of(text, sizeof KEY_EC_SEC1_PEM - 1)));
            text[i] = right;
        }
    }
    expect_empty();
}

static void pem_with_a_character_too_few_is_refused(void)
{
    size_t removed;
    for (removed = 1; removed < 4; removed++) {
        harness_note("removed", removed);
        memcpy(text, KEY_EC_SEC1_PEM, 40);
        memcpy(text + 40, KEY_EC_SEC1_PEM + 40 + removed, sizeof KEY_EC_SEC1_PEM - 40 - removed);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, jwt_str_from(text)));
    }
    expect_empty();
}

static void der_that_is_cut_off_anywhere_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut < sizeof KEY_EC_SEC1_DER; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, jwt_bytes_from(KEY_EC_SEC1_DER, cut)));
    }
    expect_empty();
    for (cut = 0; cut < sizeof KEY_EC_PKCS8_DER; cut++) {
        harness_note("length of PKCS#8", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, jwt_bytes_from(KEY_EC_PKCS8_DER, cut)));
    }
    expect_empty();
}

static void der_with_something_behind_it_is_refused(void)
{
    uint8_t der[sizeof KEY_EC_SEC1_DER + 1];
    memcpy(der, KEY_EC_SEC1_DER, sizeof KEY_EC_SEC1_DER);
    der[sizeof KEY_EC_SEC1_DER] = 0;
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

/** Flips one bit of each byte, and expects a refusal wherever the key would be another or none. */
static void der_with_a_flipped_bit_is_refused(void)
{
    static uint8_t der[sizeof KEY_EC_SEC1_DER];
    size_t i;
    memcpy(der, KEY_EC_SEC1_DER, sizeof der);
    for (i = 0; i < sizeof der; i++) {
        harness_note("byte", i);
        der[i] = (uint8_t)(der[i] ^ 1u << i % 8);
        CHECK(jwt_es256_key_load_der(&key, BYTES_OF(der)) != JWT_OK);
        CHECK(harness_all(&key, sizeof key, 0));
        der[i] = KEY_EC_SEC1_DER[i];
    }
}

static void public_key_of_another_is_inconsistent(void)
{
    static uint8_t der[sizeof KEY_EC_SEC1_DER];
    memcpy(der, KEY_EC_SEC1_DER, sizeof der);
    der[sizeof der - 1] ^= 1;
    load_something();
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

static void public_key_of_another_length_is_refused(void)
{
    static uint8_t der[sizeof KEY_EC_SEC1_DER];
    memcpy(der, KEY_EC_SEC1_DER, sizeof der);
    /* .. a1 44 03 42 00 04 x y: the BIT STRING's length. */
    CHECK(der[sizeof der - 68] == 3 && der[sizeof der - 67] == 0x42);
    der[sizeof der - 67] = 0x41;
    CHECK(jwt_es256_key_load_der(&key, BYTES_OF(der)) != JWT_OK);
    expect_empty();
    der[sizeof der - 67] = 0x02;
    CHECK(jwt_es256_key_load_der(&key, BYTES_OF(der)) != JWT_OK);
    expect_empty();
}

static void der_that_claims_to_be_longer_is_refused(void)
{
    static uint8_t der[sizeof KEY_EC_PKCS8_DER];
    memcpy(der, KEY_EC_PKCS8_DER, sizeof der);
    CHECK(der[1] == 0x81);
    der[2]++;
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

static void scalar_is_1_to_the_order_less_1(void)
{
    uint8_t raw[32];
    memset(raw, 0, sizeof raw);
    load_raw_expecting(raw, sizeof raw, JWT_ERR_KEY_INCONSISTENT);
    raw[31] = 1;
    load_raw_expecting(raw, sizeof raw, JWT_OK);
    memcpy(raw, ORDER, sizeof raw);
    load_raw_expecting(raw, sizeof raw, JWT_ERR_KEY_INCONSISTENT);
    raw[31] ^= 1; /* ... 50: the order less 1 */
    load_raw_expecting(raw, sizeof raw, JWT_OK);
    raw[31] = 0x52;
    load_raw_expecting(raw, sizeof raw, JWT_ERR_KEY_INCONSISTENT);
    memset(raw, 0xff, sizeof raw);
    load_raw_expecting(raw, sizeof raw, JWT_ERR_KEY_INCONSISTENT);
}

static void scalar_in_der_is_in_range_too(void)
{
    static uint8_t der[sizeof KEY_EC_SEC1_NO_PUBLIC_DER];
    /* 30 .. 02 01 01 04 20 scalar */
    memcpy(der, KEY_EC_SEC1_NO_PUBLIC_DER, sizeof der);
    CHECK(der[5] == 4 && der[6] == 32);
    memcpy(der + 7, ORDER, 32);
    load_something();
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
    memset(der + 7, 0, 32);
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

static void raw_key_has_32_bytes(void)
{
    static const size_t lengths[] = {0, 1, 31, 33, 64, 65};
    uint8_t raw[65];
    size_t i;
    memset(raw, 1, sizeof raw);
    for (i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        harness_note("case", i);
        load_raw_expecting(raw, lengths[i], JWT_ERR_KEY_MALFORMED);
    }
    load_raw_expecting(NULL, 0, JWT_ERR_KEY_MALFORMED);
}

static void raw_der_and_pem_are_one_key(void)
{
    CHECK(KEY_EC_SEC1_DER[5] == 4 && KEY_EC_SEC1_DER[6] == 32);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_raw(&key, jwt_bytes_from(KEY_EC_SEC1_DER + 7, 32)));
    expect_the_key();
}

static void input_may_go_once_the_key_is_loaded(void)
{
    uint8_t der[sizeof KEY_EC_SEC1_DER];
    memcpy(der, KEY_EC_SEC1_DER, sizeof der);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    memset(der, 0, sizeof der);
    expect_the_key();
}

static void null_pointers_are_refused(void)
{
    const jwt_bytes bytes = jwt_bytes_from(NULL, 32);
    jwt_str input;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_raw(NULL, BYTES_OF(ORDER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_der(NULL, BYTES_OF(KEY_EC_SEC1_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_pem(NULL, TEXT_OF(KEY_EC_SEC1_PEM)));
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_raw(&key, bytes));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_der(&key, bytes));
    expect_empty();
    load_something();
    input.ptr = NULL;
    input.len = 1;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_pem(&key, input));
    expect_empty();
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, jwt_bytes_from(NULL, 0)));
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, jwt_str_from(NULL)));
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, JWT_STR("")));
    jwt_es256_key_wipe(NULL);
}

static void misaligned_key_is_refused_and_left_alone(void)
{
    union {
        uint32_t aligned;
        uint8_t bytes[sizeof(jwt_es256_key) + 4];
    } room;
    jwt_es256_key *wrong = (jwt_es256_key *)misaligned(room.bytes);
    memset(&room, 0x5a, sizeof room);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_raw(wrong, BYTES_OF(ORDER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_der(wrong, BYTES_OF(KEY_EC_SEC1_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_es256_key_load_pem(wrong, TEXT_OF(KEY_EC_SEC1_PEM)));
    CHECK(harness_all(&room, sizeof room, 0x5a));
}

static void input_over_65535_bytes_is_refused(void)
{
    jwt_str input = JWT_STR("-");
    load_something();
    input.len = 65536;
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_key_load_pem(&key, input));
    expect_empty();
    input.len = SIZE_MAX;
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_key_load_pem(&key, input));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_key_load_der(&key, jwt_bytes_from(ORDER, 65536)));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_key_load_der(&key, jwt_bytes_from(ORDER, SIZE_MAX)));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_es256_key_load_raw(&key, jwt_bytes_from(ORDER, SIZE_MAX)));
}

static void key_over_its_input_is_refused(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_key_load_raw(&key, jwt_bytes_from(key.scalar, 32)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_key_load_der(&key, jwt_bytes_from((const uint8_t *)&key, sizeof key)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_es256_key_load_pem(&key, text_of((const char *)&key, 1)));
    expect_empty();
}

static void wipe_leaves_zeros(void)
{
    static jwt_es256_key wiped;
    const volatile uint8_t *bytes = (const volatile uint8_t *)&wiped;
    size_t i;
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&wiped, BYTES_OF(KEY_EC_SEC1_DER)));
    jwt_es256_key_wipe(&wiped);
    for (i = 0; i < sizeof wiped; i++) {
        CHECK(bytes[i] == 0);
    }
    jwt_es256_key_wipe(&wiped);
}

static void key_may_be_copied(void)
{
    jwt_es256_key copy;
    jwt_signer signer;
    size_t len = 0;
    uint8_t signature[JWT_ES256_SIGNATURE_LEN];
    load_something();
    copy = key;
    jwt_es256_key_wipe(&key);
    signer = jwt_es256_signer(&copy);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), signature, sizeof signature, &len));
    CHECK(len == JWT_ES256_SIGNATURE_LEN);
}

static void compressed_public_key_beside_the_scalar_is_compared_too(void)
{
    uint8_t der[sizeof KEY_EC_SEC1_COMPRESSED_DER];
    memcpy(der, KEY_EC_SEC1_COMPRESSED_DER, sizeof der);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_the_key();
    der[sizeof der - 1] ^= 1;
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

/* PKCS#8 of the second version (RFC 5958): version 1, and the public key behind the private one. */
static void public_key_of_the_second_pkcs8_is_compared(void)
{
    uint8_t der[sizeof KEY_EC_PKCS8_DER + 68];
    const size_t point = sizeof KEY_EC_PKCS8_DER + 3;
    memcpy(der, KEY_EC_PKCS8_DER, sizeof KEY_EC_PKCS8_DER);
    /* 30 81 len 02 01 version */
    CHECK(der[1] == 0x81 && der[5] == 0);
    der[2] = (uint8_t)(der[2] + 68);
    der[point - 3] = 0x81;
    der[point - 2] = 66;
    der[point - 1] = 0;
    memcpy(der + point, KEY_EC_PUBLIC_DER + sizeof KEY_EC_PUBLIC_DER - 65, 65);
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    der[5] = 1;
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_the_key();
    der[sizeof der - 1] ^= 1;
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_es256_key_load_der(&key, BYTES_OF(der)));
    expect_empty();
}

static void openssh_format_is_not_supported(void)
{
    static const char pem[] = "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n";
    CHECK_STATUS(JWT_ERR_KEY_UNSUPPORTED, jwt_es256_key_load_pem(&key, jwt_str_from(pem)));
    expect_empty();
}

static void rsa_key_of_three_primes_is_another_algorithm(void)
{
    /* The PKCS#1 in the PKCS#8: 30 82 .. 02 01 00 30 0d .. 04 82 .. */
    CHECK(KEY_RSA_2048_THREE_PRIMES_DER[22] == 4);
    CHECK_STATUS(JWT_ERR_KEY_ALGORITHM,
                 jwt_es256_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_THREE_PRIMES_DER + 26,
                                                             sizeof KEY_RSA_2048_THREE_PRIMES_DER - 26)));
}

CASES(CASE(pem_files_are_told_apart), CASE(der_files_are_told_apart), CASE(every_form_of_a_key_signs_the_same),
      CASE(pem_text_may_take_any_form), CASE(blocks_of_other_things_before_the_key_do_not_matter),
      CASE(first_private_key_of_a_text_is_taken), CASE(text_that_only_looks_like_a_block_does_not_matter),
      CASE(pem_that_is_cut_off_anywhere_is_refused), CASE(pem_with_a_character_that_is_no_base64_is_refused),
      CASE(pem_with_a_character_too_few_is_refused), CASE(der_that_is_cut_off_anywhere_is_refused),
      CASE(der_with_something_behind_it_is_refused), CASE(der_with_a_flipped_bit_is_refused),
      CASE(public_key_of_another_is_inconsistent), CASE(public_key_of_another_length_is_refused),
      CASE(der_that_claims_to_be_longer_is_refused), CASE(scalar_is_1_to_the_order_less_1),
      CASE(scalar_in_der_is_in_range_too), CASE(raw_key_has_32_bytes), CASE(raw_der_and_pem_are_one_key),
      CASE(input_may_go_once_the_key_is_loaded), CASE(null_pointers_are_refused),
      CASE(misaligned_key_is_refused_and_left_alone), CASE(input_over_65535_bytes_is_refused),
      CASE(key_over_its_input_is_refused), CASE(wipe_leaves_zeros), CASE(key_may_be_copied),
      CASE(compressed_public_key_beside_the_scalar_is_compared_too),
      CASE(public_key_of_the_second_pkcs8_is_compared), CASE(openssh_format_is_not_supported),
      CASE(rsa_key_of_three_primes_is_another_algorithm));
