/* Keys of either kind: jwt_private_key_load_der(), ..._load_pem(), ..._wipe(), jwt_private_key_signer() */

#include "fixtures.h"
#include "key_files.h"
#include "pem_forms.h"

#define JWT_ERR_OK JWT_OK
#define ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, KEY_##file##_DER, sizeof KEY_##file##_DER, JWT_ERR_##any},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_##any},

static const struct key_file files[] = {DER_FILES(ROW) PEM_ONLY_FILES(PEM_ROW)};

static jwt_private_key key;
static union {
    size_t aligned;
    uint8_t bytes[JWT_RS256_DER_SIZE_4096];
} room;
static size_t len;

static jwt_status load_pem(jwt_str pem, size_t size)
{
    return jwt_private_key_load_pem(&key, pem, room.bytes, size, &len);
}

static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    memset(room.bytes, 0x5a, sizeof room.bytes);
    len = 7777;
}

static void expect_empty(void)
{
    const jwt_signer signer = jwt_private_key_signer(&key);
    size_t told = 7777;
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, jwt_sign(&signer, jwt_bytes_from(NULL, 0), NULL, 0, &told));
    CHECK(told == 0);
    CHECK(harness_all(&key, sizeof key, 0));
}

static void expect_nothing(void)
{
    expect_empty();
    CHECK(len == 0);
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0));
}

/** Mints with the key, and checks the token. */
static void expect_token(const char *name, const char *header)
{
    static const char payload[] = "{\"aud\":\"p\",\"iat\":1700000000,\"exp\":1700000060}";
    const jwt_signer signer = jwt_private_key_signer(&key);
    char *out = harness_room(HARNESS_ROOM);
    jwt_mqtt_claims claims;
    size_t told = 0;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("p");
    claims.now = NOW;
    claims.lifetime = 60;
    CHECK_STATUS(JWT_OK, jwt_mint_mqtt(&claims, &signer, out, HARNESS_ROOM, &told));
    harness_token(name, header, payload, out, told);
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
        CHECK_STATUS(files[i].expected, jwt_private_key_load_der(&key, jwt_bytes_from(files[i].der, files[i].der_len)));
        if (files[i].expected != JWT_OK) {
            expect_empty();
        }
    }
}

static void ec_key_mints_es256(void)
{
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_EC_SEC1_DER)));
    expect_token("ec_public", ES256_HEADER);
    CHECK_STATUS(JWT_OK, load_pem(TEXT_OF(KEY_EC_PKCS8_PEM), sizeof room.bytes));
    expect_token("ec_public", ES256_HEADER);
}

static void rsa_key_mints_rs256(void)
{
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    expect_token("rsa_2048_public", RS256_HEADER);
    CHECK_STATUS(JWT_OK, load_pem(TEXT_OF(KEY_RSA_2048_PKCS8_PEM), sizeof room.bytes));
    expect_token("rsa_2048_public", RS256_HEADER);
}

static void key_loaded_over_another_kind_is_the_new_one(void)
{
    CHECK_STATUS(JWT_OK, load_pem(TEXT_OF(KEY_RSA_2048_PKCS8_PEM), sizeof room.bytes));
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_EC_SEC1_DER)));
    expect_token("ec_public", ES256_HEADER);
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_RSA_2048_PKCS1_DER)));
    expect_token("rsa_2048_public", RS256_HEADER);
}

static void ec_key_leaves_the_buffer_wiped(void)
{
    load_something();
    CHECK_STATUS(JWT_OK, load_pem(TEXT_OF(KEY_EC_SEC1_PEM), sizeof room.bytes));
    CHECK(len == sizeof KEY_EC_SEC1_DER);
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0));
    /* And free: what goes on there does not reach the key. */
    memset(room.bytes, 0x5a, sizeof room.bytes);
    expect_token("ec_public", ES256_HEADER);
    jwt_private_key_wipe(&key);
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0x5a));
}

static void buffer_one_byte_short_tells_the_length_and_is_wiped(void)
{
    static const struct {
        const char *pem;
        size_t needed;
    } keys[] = {{KEY_RSA_2048_PKCS8_PEM, sizeof KEY_RSA_2048_PKCS8_DER}, {KEY_EC_SEC1_PEM, sizeof KEY_EC_SEC1_DER}};
    size_t i;
    for (i = 0; i < 2; i++) {
        const size_t needed = keys[i].needed;
        harness_note("key", i);
        load_something();
        CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL, load_pem(jwt_str_from(keys[i].pem), needed - 1));
        CHECK(len == needed);
        expect_empty();
        CHECK(harness_all(room.bytes, needed - 1, 0));
        CHECK(harness_all(room.bytes + needed - 1, sizeof room.bytes - needed + 1, 0x5a));
        CHECK_STATUS(JWT_OK, load_pem(jwt_str_from(keys[i].pem), needed));
        load_something();
        CHECK_STATUS(JWT_ERR_BUFFER_TOO_SMALL,
                     jwt_private_key_load_pem(&key, jwt_str_from(keys[i].pem), NULL, 0, &len));
        CHECK(len == needed);
        expect_empty();
    }
}

static void pem_text_may_take_any_form(void)
{
    static char text[640];
    int form;
    for (form = 0; form < PEM_FORM_COUNT; form++) {
        const size_t text_len = write_pem_form((enum pem_form)form, KEY_EC_SEC1_PEM, text, sizeof text);
        harness_note("form", (size_t)form);
        CHECK_STATUS(JWT_OK, load_pem(text_of(text, text_len), sizeof room.bytes));
    }
}

static void input_that_is_cut_off_is_refused(void)
{
    size_t cut;
    for (cut = 0; cut + 2 < sizeof KEY_EC_PKCS8_PEM; cut++) {
        harness_note("length", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, load_pem(text_of(KEY_EC_PKCS8_PEM, cut), sizeof room.bytes));
    }
    for (cut = 0; cut < sizeof KEY_EC_PKCS8_DER; cut++) {
        harness_note("length of EC", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_private_key_load_der(&key, jwt_bytes_from(KEY_EC_PKCS8_DER, cut)));
    }
    for (cut = 0; cut < sizeof KEY_RSA_2048_PKCS8_DER; cut++) {
        harness_note("length of RSA", cut);
        CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_private_key_load_der(&key, jwt_bytes_from(KEY_RSA_2048_PKCS8_DER, cut)));
    }
    expect_empty();
}

static void null_pointers_are_refused(void)
{
    jwt_str text;
    text.ptr = NULL;
    text.len = 1;
    CHECK_STATUS(JWT_ERR_POINTER, jwt_private_key_load_der(NULL, BYTES_OF(KEY_EC_SEC1_DER)));
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_private_key_load_der(&key, jwt_bytes_from(NULL, 1)));
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER,
                 jwt_private_key_load_pem(NULL, TEXT_OF(KEY_EC_SEC1_PEM), room.bytes, sizeof room.bytes, &len));
    CHECK(len == 0);
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, load_pem(text, sizeof room.bytes));
    expect_nothing();
    jwt_private_key_wipe(NULL);
}

static void null_buffer_or_length_empties_the_key(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER, jwt_private_key_load_pem(&key, TEXT_OF(KEY_EC_SEC1_PEM), NULL, 200, &len));
    CHECK(len == 0);
    expect_empty();
    load_something();
    CHECK_STATUS(JWT_ERR_POINTER,
                 jwt_private_key_load_pem(&key, TEXT_OF(KEY_EC_SEC1_PEM), room.bytes, sizeof room.bytes, NULL));
    expect_empty();
    CHECK(harness_all(room.bytes, sizeof room.bytes, 0));
}

static void misaligned_key_is_refused_and_left_alone(void)
{
    union {
        size_t aligned;
        uint8_t bytes[sizeof(jwt_private_key) + 8];
    } place;
    jwt_private_key *wrong = (jwt_private_key *)misaligned(place.bytes);
    memset(&place, 0x5a, sizeof place);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_private_key_load_der(wrong, BYTES_OF(KEY_EC_SEC1_DER)));
    CHECK_STATUS(JWT_ERR_POINTER,
                 jwt_private_key_load_pem(wrong, TEXT_OF(KEY_EC_SEC1_PEM), room.bytes, sizeof room.bytes, &len));
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void outputs_that_overlap_are_refused(void)
{
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_private_key_load_pem((jwt_private_key *)(void *)room.bytes, TEXT_OF(KEY_EC_SEC1_PEM), room.bytes,
                                          sizeof room.bytes, &len));
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_private_key_load_pem(&key, TEXT_OF(KEY_EC_SEC1_PEM), room.bytes,
                                                           sizeof room.bytes, (size_t *)(void *)room.bytes));
    load_something();
    memcpy(room.bytes, KEY_EC_SEC1_PEM, sizeof KEY_EC_SEC1_PEM);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 load_pem(text_of((const char *)room.bytes, sizeof KEY_EC_SEC1_PEM - 1), sizeof room.bytes));
    expect_nothing();
    load_something();
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_private_key_load_der(&key, jwt_bytes_from((const uint8_t *)&key, 4)));
    expect_empty();
}

static void input_over_65535_bytes_is_refused(void)
{
    jwt_str text = JWT_STR("-");
    text.len = 65536;
    load_something();
    CHECK_STATUS(JWT_ERR_TOO_LONG, load_pem(text, sizeof room.bytes));
    expect_nothing();
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_private_key_load_der(&key, jwt_bytes_from(room.bytes, SIZE_MAX)));
}

static void wipe_leaves_zeros_in_key_and_buffer(void)
{
    const volatile uint8_t *bytes = (const volatile uint8_t *)room.bytes;
    const volatile uint8_t *fields = (const volatile uint8_t *)&key;
    size_t i;
    CHECK_STATUS(JWT_OK, load_pem(TEXT_OF(KEY_RSA_2048_PKCS8_PEM), sizeof room.bytes));
    jwt_private_key_wipe(&key);
    for (i = 0; i < sizeof KEY_RSA_2048_PKCS8_DER; i++) {
        CHECK(bytes[i] == 0);
    }
    for (i = 0; i < sizeof key; i++) {
        CHECK(fields[i] == 0);
    }
    expect_empty();
    CHECK_STATUS(JWT_OK, jwt_private_key_load_der(&key, BYTES_OF(KEY_EC_SEC1_DER)));
    jwt_private_key_wipe(&key);
    for (i = 0; i < sizeof key; i++) {
        CHECK(fields[i] == 0);
    }
}

CASES(CASE(pem_files_are_told_apart), CASE(der_files_are_told_apart), CASE(ec_key_mints_es256),
      CASE(rsa_key_mints_rs256), CASE(key_loaded_over_another_kind_is_the_new_one),
      CASE(ec_key_leaves_the_buffer_wiped), CASE(buffer_one_byte_short_tells_the_length_and_is_wiped),
      CASE(pem_text_may_take_any_form), CASE(input_that_is_cut_off_is_refused), CASE(null_pointers_are_refused),
      CASE(null_buffer_or_length_empties_the_key), CASE(misaligned_key_is_refused_and_left_alone),
      CASE(outputs_that_overlap_are_refused), CASE(input_over_65535_bytes_is_refused),
      CASE(wipe_leaves_zeros_in_key_and_buffer));
