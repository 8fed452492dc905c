/* Private RSA keys: jwt_rs256_key_load_der(), ..._load_pem(), ..._wipe(), jwt_rs256_signer() */

#include "fixtures.h"
#include "key_files.h"
#include "pem_forms.h"

#define JWT_ERR_OK JWT_OK
#define ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, KEY_##file##_DER, sizeof KEY_##file##_DER, JWT_ERR_##rs256},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_##rs256},

static const struct key_file files[] = {DER_FILES(ROW) PEM_ONLY_FILES(PEM_ROW)};

static jwt_rs256_key key;
static union {
    size_t aligned;
    uint8_t bytes[JWT_RS256_DER_SIZE_4096];
} room;
static size_t len;

#define PEM TEXT_OF(KEY_RSA_2048_PKCS1_PEM)
#define DER_LEN (sizeof KEY_RSA_2048_PKCS1_DER)

static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    memset(room.bytes, 0x5a, sizeof room.bytes);
    len = 7777;
}

static void expect_empty(void)
{
    jwt_signer signer = jwt_rs256_signer(&key);
    size_t told = 7777;
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, jwt_sign(&signer, jwt_bytes_from(NULL, 0), NULL, 0, &told));
    CHECK(told == 0);
    CHECK(harness_all(&key, sizeof key, 0));
}

static jwt_status load_pem(jwt_str pem, size_t size)
{
    return jwt_rs256_key_load_pem(&key, pem, room.bytes, size, &len);
}

/** Checks that a call on PEM failed and left nothing behind. */
static void expect_nothing(void)
{
    expect_empty();
    CHECK(len == 0);
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0));
}

/** Where the numbers of an RSAPrivateKey (RFC 8017 appendix A.1.2) stand: version, n, e, d, p, q, dp, dq, qinv. */
struct numbers {
    size_t start[9];
    size_t len[9];
};

static size_t der_length(const uint8_t *der, size_t *at)
{
    size_t value = der[(*at)++];
    if (value >= 0x80) {
        size_t digits = value & 0x7f;
        value = 0;
        while (digits-- > 0) {
            value = value << 8 | der[(*at)++];
        }
    }
    return value;
}

static struct numbers find_numbers(const uint8_t *pkcs1)
{
    struct numbers found;
    size_t at = 1;
    size_t i;
    memset(&found, 0, sizeof found);
    (void)der_length(pkcs1, &at);
    for (i = 0; i < 9; i++) {
        CHECK(pkcs1[at] == 2);
        at++;
        found.len[i] = der_length(pkcs1, &at);
        found.start[i] = at;
        at += found.len[i];
    }
    return found;
}

static void pem_files_are_told_apart(void)
{
    size_t i;
    CHECK(PEM_FILE_COUNT == KEY_PEM_COUNT);
    for (i = 0; i < sizeof files / sizeof files[0]; i++) {
        harness_note(files[i].name, i);
        load_something();
        CHECK_STATUS(files[i].expected, load_pem(text_of(files[i].pem, files[i].pem_len), sizeof room.bytes));
        if (files[i].expected == JWT_OK) {
            CHECK(len == files[i].der_len);
            CHECK(memcmp(room.bytes, files[i].der, files[i].der_len) == 0);
        } else {
            expect_nothing();
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
        CHECK_STATUS(files[i].expected, jwt_rs256_key_load_der(&key, jwt_bytes_from(files[i].der, files[i].der_len)));
        if (files[i].expected != JWT_OK) {
            expect_empty();
        }
    }
}

static void size_macros_are_enough(void)
{
    CHECK(sizeof KEY_RSA_2048_PKCS8_DER <= JWT_RS256_DER_SIZE_2048);
    CHECK(sizeof KEY_RSA_3072_PKCS8_DER <= JWT_RS256_DER_SIZE_3072);
    CHECK(sizeof KEY_RSA_4096_PKCS8_DER <= JWT_RS256_DER_SIZE_4096);
    /* An exponent of 32 bits has two bytes more than 65537, or three with its sign. */
    CHECK(sizeof KEY_RSA_2048_PKCS8_DER + 2 <= JWT_RS256_DER_SIZE_2048);
    CHECK(sizeof KEY_RSA_3072_PKCS8_DER + 2 <= JWT_RS256_DER_SIZE_3072);
    CHECK(sizeof KEY_RSA_4096_PKCS8_DER + 2 <= JWT_RS256_DER_SIZE_4096);
}

static void sign_in(jwt_str pem, size_t size, uint8_t *signature)
{
    const jwt_signer signer = jwt_rs256_signer(&key);
    size_t told = 0;
    CHECK_STATUS(JWT_OK, load_pem(pem, size));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), signature, 256, &told));
    CHECK(told == 256);
}

static void pem_text_may_take_any_form(void)
{
    static char text[2752];
    uint8_t first[256];
    uint8_t second[256];
    int form;
    sign_in(PEM, JWT_RS256_DER_SIZE_2048, first);
    for (form = 0; form < PEM_FORM_COUNT; form++) {
        const size_t text_len = write_pem_form((enum pem_form)form, KEY_RSA_2048_PKCS8_PEM, text, sizeof text);
        harness_note("form", (size_t)form);
        CHECK(text_len != 0);
        sign_in(text_of(text, text_len), JWT_RS256_DER_SIZE_2048, second);
        CHECK(memcmp(first, second, sizeof first) == 0);
    }
}

static void buffer_one_byte_short_tells_the_length_and_is_wiped(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, load_pem(PEM, DER_LEN - 1));
    CHECK(len == DER_LEN);
    expect_empty();
    CHECK(harness_all(room.bytes, DER_LEN - 1, 0));
    CHECK(harness_all(room.bytes + DER_LEN - 1, sizeof room.bytes - DER_LEN + 1, 0x5a));
    CHECK_STATUS(JWT_OK, load_pem(PEM, DER_LEN));
    CHECK(len == DER_LEN);
}

static void buffer_of_any_size_is_all_or_nothing(void)
{
    size_t size;
    for (size = 0; size < DER_LEN; size += size < 8 ? 1 : 97) {
        harness_note("size", size);
        load_something();
        CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, load_pem(PEM, size));
        CHECK(len == DER_LEN);
        expect_empty();
        CHECK(harness_all(room.bytes, size, 0));
        CHECK(harness_all(room.bytes + size, sizeof room.bytes - size, 0x5a));
    }
}

static void length_may_be_asked_for_without_a_buffer(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, jwt_rs256_key_load_pem(&key, PEM, NULL, 0, &len));
    CHECK(len == DER_LEN);
    expect_empty();
}

static void pem_that_is_cut_off_anywhere_is_refused(void)
{
    const size_t text_len = sizeof KEY_RSA_2048_PKCS1_PEM - 1;
    size_t cut;
    for (cut = 0; cut + 1 < text_len; cut += cut < 64 || cut + 64 > text_len ? 1 : 7) {
        harness_note("length", cut);
        load_something();
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, load_pem(text_of(KEY_RSA_2048_PKCS1_PEM, cut), sizeof room.bytes));
        expect_nothing();
    }
    CHECK_STATUS(JWT_OK, load_pem(text_of(KEY_RSA_2048_PKCS1_PEM, text_len - 1), sizeof room.bytes));
}

static void der_that_is_cut_off_anywhere_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut < DER_LEN; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_rs256_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_PKCS1_DER, cut)));
    }
    expect_empty();
    for (cut = 0; cut < sizeof KEY_RSA_2048_PKCS8_DER; cut++) {
        harness_note("length of PKCS#8", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_rs256_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_PKCS8_DER, cut)));
    }
    expect_empty();
}

static void der_with_something_behind_it_is_refused(void)
{
    memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
    room.bytes[DER_LEN] = 0;
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN + 1)));
    expect_empty();
}

static void der_that_claims_to_be_longer_is_refused(void)
{
    memcpy(room.bytes, KEY_RSA_2048_PKCS8_DER, sizeof KEY_RSA_2048_PKCS8_DER);
    CHECK(room.bytes[1] == 0x82);
    room.bytes[3]++;
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED,
                 jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, sizeof KEY_RSA_2048_PKCS8_DER)));
    expect_empty();
}

/** Loads the key with some bits of one byte changed. */
static jwt_status load_changed(size_t place, unsigned bits)
{
    memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
    room.bytes[place] = (uint8_t)(room.bytes[place] ^ bits);
    return jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN));
}

static void number_that_does_not_belong_is_inconsistent(void)
{
    static const size_t parts[] = {1, 2, 4, 5, 6, 7, 8};
    const struct numbers numbers = find_numbers(KEY_RSA_2048_PKCS1_DER);
    size_t i;
    for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        const size_t part = parts[i];
        const size_t end = numbers.start[part] + numbers.len[part];
        size_t place;
        harness_note("number", part);
        /* Not the first bytes, which tell the size, and an odd number stays odd. */
        for (place = part == 2 ? end - 1 : numbers.start[part] + 2; place < end; place += 9) {
            load_something();
            CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(place, 0x10));
            expect_empty();
        }
        CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(end - 1, 0x02));
        expect_empty();
    }
}

static void even_prime_is_inconsistent(void)
{
    const struct numbers numbers = find_numbers(KEY_RSA_2048_PKCS1_DER);
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(numbers.start[4] + numbers.len[4] - 1, 1));
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(numbers.start[5] + numbers.len[5] - 1, 1));
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, load_changed(numbers.start[1] + numbers.len[1] - 1, 1));
    expect_empty();
}

static void even_public_exponent_is_not_supported(void)
{
    const struct numbers numbers = find_numbers(KEY_RSA_2048_PKCS1_DER);
    CHECK_STATUS(JWT_ERR_KEY_UNSUPPORTED, load_changed(numbers.start[2] + numbers.len[2] - 1, 1));
    expect_empty();
}

static void swapped_primes_are_inconsistent(void)
{
    const struct numbers numbers = find_numbers(KEY_RSA_2048_PKCS1_DER);
    CHECK(numbers.len[4] == numbers.len[5]);
    memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
    memcpy(room.bytes + numbers.start[4], KEY_RSA_2048_PKCS1_DER + numbers.start[5], numbers.len[4]);
    memcpy(room.bytes + numbers.start[5], KEY_RSA_2048_PKCS1_DER + numbers.start[4], numbers.len[4]);
    CHECK_STATUS(JWT_ERR_KEY_INCONSISTENT, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN)));
    expect_empty();
}

static void der_with_a_flipped_bit_never_signs_wrongly(void)
{
    size_t place;
    for (place = 0; place < DER_LEN; place += place < 40 ? 1 : 11) {
        harness_note("byte", place);
        if (load_changed(place, 1u << place % 8) == JWT_OK) {
            const struct numbers numbers = find_numbers(room.bytes);
            /* Only d may change: nothing is computed with it. */
            CHECK(place >= numbers.start[3] && place < numbers.start[3] + numbers.len[3]);
        } else {
            expect_empty();
        }
    }
}

static void fault_after_loading_releases_no_signature(void)
{
    const jwt_signer signer = jwt_rs256_signer(&key);
    const struct numbers numbers = find_numbers(KEY_RSA_2048_PKCS1_DER);
    size_t part;
    for (part = 4; part < 9; part++) {
        uint8_t signature[256];
        size_t told = 7777;
        harness_note("number", part);
        memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
        CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN)));
        room.bytes[numbers.start[part] + 60] ^= 4;
        memset(signature, 0x5a, sizeof signature);
        CHECK_STATUS(JWT_ERR_SIGNATURE,
                     jwt_sign(&signer, jwt_bytes_from(NULL, 0), signature, sizeof signature, &told));
        CHECK(told == 0);
        CHECK(harness_all(signature, sizeof signature, 0));
    }
}

/* By a bit that flipped, say. The fields are the library's: what it makes of them is what this asks. */
static void length_that_changed_after_loading_ends_in_an_error(void)
{
    static const size_t LENGTHS[] = {1, 3, 4, 32, 64, 124, 127, 129, 132, 160, 192, 255, 256, 300};
    const jwt_signer signer = jwt_rs256_signer(&key);
    size_t prime;
    size_t i;
    for (prime = 1; prime <= 2; prime++) {
        for (i = 0; i < sizeof LENGTHS / sizeof *LENGTHS; i++) {
            uint8_t signature[256];
            size_t told = 7777;
            harness_note("length", LENGTHS[i]);
            CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
            key.numbers[prime].len = LENGTHS[i];
            memset(signature, 0x5a, sizeof signature);
            CHECK_STATUS(JWT_ERR_SIGNATURE,
                         jwt_sign(&signer, jwt_bytes_from(NULL, 0), signature, sizeof signature, &told));
            CHECK(told == 0);
            CHECK(harness_all(signature, sizeof signature, 0));
        }
    }
}

static void exponent_of_3_signs(void)
{
    const jwt_signer signer = jwt_rs256_signer(&key);
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, BYTES_OF(KEY_RSA_2048_E3_DER)));
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &len));
    harness_token("rsa_2048_e3", RS256_HEADER, "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700000060}", out, len);
}

static void output_over_the_key_material_is_refused(void)
{
    const jwt_signer signer = jwt_rs256_signer(&key);
    struct numbers numbers;
    size_t part;
    for (part = 1; part < 9; part++) {
        size_t told = 7777;
        if (part == 2 || part == 3) {
            continue; /* e is copied, d not used */
        }
        harness_note("number", part);
        memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
        numbers = find_numbers(room.bytes);
        CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN)));
        CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, jwt_bytes_from(NULL, 0),
                                               room.bytes + numbers.start[part] + numbers.len[part] - 1, 256, &told));
        CHECK(told == 0);
    }
}

static void null_pointers_are_refused(void)
{
    jwt_str text;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_der(NULL, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_der(&key, jwt_bytes_from(NULL, 1)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_pem(NULL, PEM, room.bytes, sizeof room.bytes, &len));
    CHECK(len == 0);
    load_something();
    text.ptr = NULL;
    text.len = 1;
    CHECK_STATUS(JWT_ERR_POINTER, load_pem(text, sizeof room.bytes));
    expect_nothing();
    jwt_rs256_key_wipe(NULL);
}

static void null_buffer_with_a_size_empties_the_key(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_pem(&key, PEM, NULL, sizeof room.bytes, &len));
    CHECK(len == 0);
    expect_empty();
}

static void null_length_empties_the_key_and_the_buffer(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_pem(&key, PEM, room.bytes, sizeof room.bytes, NULL));
    expect_empty();
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0));
}

static void misaligned_objects_are_refused_and_left_alone(void)
{
    union {
        size_t aligned;
        uint8_t bytes[sizeof(jwt_rs256_key) + 8];
    } place;
    jwt_rs256_key *wrong = (jwt_rs256_key *)misaligned(place.bytes);
    memset(&place, 0x5a, sizeof place);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_der(wrong, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_pem(wrong, PEM, room.bytes, sizeof room.bytes, &len));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_rs256_key_load_pem(&key, PEM, room.bytes, sizeof room.bytes,
                                                         (size_t *)misaligned(place.bytes)));
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void outputs_that_overlap_are_refused(void)
{
    load_something();
    /* The key in the buffer, the length in the buffer, the length in the key. */
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_rs256_key_load_pem((jwt_rs256_key *)(void *)room.bytes, PEM, room.bytes,
                                                         sizeof room.bytes, &len));
    CHECK(len == 0);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_rs256_key_load_pem(&key, PEM, room.bytes, sizeof room.bytes,
                                                         (size_t *)(void *)room.bytes));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_rs256_key_load_pem(&key, PEM, room.bytes, sizeof room.bytes,
                                                         (size_t *)(void *)&key));
    expect_empty();
    load_something();
    memcpy(room.bytes, KEY_RSA_2048_PKCS1_PEM, sizeof KEY_RSA_2048_PKCS1_PEM);
    CHECK_STATUS(JWT_ERR_OVERLAP, load_pem(text_of((const char *)room.bytes, sizeof KEY_RSA_2048_PKCS1_PEM - 1),
                                           sizeof room.bytes));
    expect_nothing();
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_rs256_key_load_der(&key, jwt_bytes_from((const uint8_t *)&key, 4)));
    expect_empty();
}

static void input_over_65535_bytes_is_refused(void)
{
    jwt_str text = JWT_STR("-");
    text.len = 65536;
    load_something();
    CHECK_STATUS(JWT_ERR_TOO_LONG, load_pem(text, sizeof room.bytes));
    expect_nothing();
    text.len = SIZE_MAX;
    CHECK_STATUS(JWT_ERR_TOO_LONG, load_pem(text, sizeof room.bytes));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, 65536)));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, SIZE_MAX)));
}

static void wipe_leaves_zeros_in_key_and_buffer(void)
{
    const volatile uint8_t *bytes = (const volatile uint8_t *)room.bytes;
    const volatile uint8_t *fields = (const volatile uint8_t *)&key;
    size_t i;
    load_something();
    CHECK_STATUS(JWT_OK, load_pem(PEM, sizeof room.bytes));
    jwt_rs256_key_wipe(&key);
    for (i = 0; i < DER_LEN; i++) {
        CHECK(bytes[i] == 0);
    }
    for (i = 0; i < sizeof key; i++) {
        CHECK(fields[i] == 0);
    }
    expect_empty();
    /* A second time there is nothing to wipe. */
    memset(room.bytes, 0x5a, sizeof room.bytes);
    jwt_rs256_key_wipe(&key);
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0x5a));
}

static void wipe_leaves_a_borrowed_der_alone(void)
{
    memcpy(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN);
    CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&key, jwt_bytes_from(room.bytes, DER_LEN)));
    jwt_rs256_key_wipe(&key);
    expect_empty();
    CHECK(memcmp(room.bytes, KEY_RSA_2048_PKCS1_DER, DER_LEN) == 0);
}

CASES(CASE(pem_files_are_told_apart), CASE(der_files_are_told_apart), CASE(size_macros_are_enough),
      CASE(pem_text_may_take_any_form), CASE(buffer_one_byte_short_tells_the_length_and_is_wiped),
      CASE(buffer_of_any_size_is_all_or_nothing), CASE(length_may_be_asked_for_without_a_buffer),
      CASE(pem_that_is_cut_off_anywhere_is_refused), CASE(der_that_is_cut_off_anywhere_is_refused),
      CASE(der_with_something_behind_it_is_refused), CASE(der_that_claims_to_be_longer_is_refused),
      CASE(number_that_does_not_belong_is_inconsistent),
      CASE(even_prime_is_inconsistent), CASE(even_public_exponent_is_not_supported),
      CASE(swapped_primes_are_inconsistent), CASE(der_with_a_flipped_bit_never_signs_wrongly),
      CASE(fault_after_loading_releases_no_signature),
      CASE(length_that_changed_after_loading_ends_in_an_error), CASE(exponent_of_3_signs),
      CASE(output_over_the_key_material_is_refused), CASE(null_pointers_are_refused),
      CASE(null_buffer_with_a_size_empties_the_key), CASE(null_length_empties_the_key_and_the_buffer),
      CASE(misaligned_objects_are_refused_and_left_alone), CASE(outputs_that_overlap_are_refused),
      CASE(input_over_65535_bytes_is_refused), CASE(wipe_leaves_zeros_in_key_and_buffer),
      CASE(wipe_leaves_a_borrowed_der_alone));
