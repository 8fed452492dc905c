/* jwt_sign() */

#include "fixtures.h"

static jwt_es256_key es256_key;
static jwt_rs256_key rs256_key;
static jwt_hs256_key hs256_key;
static jwt_signer signer;
static const uint8_t MESSAGE[] = {'s', 'a', 'm', 'p', 'l', 'e'};

static jwt_status sign(char *out, size_t out_size, size_t *out_len)
{
    return jwt_sign(&signer, BYTES_OF(MESSAGE), (uint8_t *)(void *)out, out_size, out_len);
}

/** Checks a call that fails: zeros all over the output. */
static void expect_failure(int32_t expected, const jwt_signer *with, jwt_bytes message, size_t size)
{
    char *out = harness_room(size);
    size_t len = 7777;
    CHECK_STATUS(expected, jwt_sign(with, message, (uint8_t *)(void *)out, size, &len));
    CHECK(harness_all(out, size, 0));
    CHECK(harness_guards_hold(size));
    CHECK(expected == JWT_ERR_BUFFER_TOO_SMALL || len == 0);
}

static void length_is_the_algorithms(void)
{
    static const size_t expected[] = {JWT_ES256_SIGNATURE_LEN, JWT_HS256_SIGNATURE_LEN, JWT_RS256_2048_SIGNATURE_LEN,
                                      JWT_RS256_3072_SIGNATURE_LEN, JWT_RS256_4096_SIGNATURE_LEN};
    size_t i;
    for (i = 0; i < 5; i++) {
        char *out = harness_room(JWT_SIGNATURE_SIZE_MAX);
        size_t measured = 7777;
        size_t len = 7777;
        harness_note("algorithm", i);
        switch (i) {
        case 0: signer = use_es256(&es256_key); break;
        case 1: signer = use_hs256(&hs256_key); break;
        case 2: signer = use_rs256(&rs256_key); break;
        case 3:
            CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&rs256_key, BYTES_OF(KEY_RSA_3072_PKCS1_DER)));
            break;
        default: CHECK_STATUS(JWT_OK, jwt_rs256_key_load_der(&rs256_key, BYTES_OF(KEY_RSA_4096_PKCS1_DER))); break;
        }
        CHECK_STATUS(JWT_OK, sign(NULL, 0, &measured));
        CHECK(measured == expected[i]);
        CHECK_STATUS(JWT_OK, sign(out, JWT_SIGNATURE_SIZE_MAX, &len));
        CHECK(len == measured);
        CHECK(harness_guards_hold(len));
        CHECK(!harness_all(out, len, 0));
    }
}

/* RFC 6979 appendix A.2.5, P-256 with SHA-256. */
static void es256_signature_is_that_of_rfc_6979(void)
{
    static const uint8_t scalar[32] = {0xc9, 0xaf, 0xa9, 0xd8, 0x45, 0xba, 0x75, 0x16, 0x6b, 0x5c, 0x21,
                                       0x57, 0x67, 0xb1, 0xd6, 0x93, 0x4e, 0x50, 0xc3, 0xdb, 0x36, 0xe8,
                                       0x9b, 0x12, 0x7b, 0x8a, 0x62, 0x2b, 0x12, 0x0f, 0x67, 0x21};
    static const uint8_t expected[64] = {
        0xef, 0xd4, 0x8b, 0x2a, 0xac, 0xb6, 0xa8, 0xfd, 0x11, 0x40, 0xdd, 0x9c, 0xd4, 0x5e, 0x81, 0xd6,
        0x9d, 0x2c, 0x87, 0x7b, 0x56, 0xaa, 0xf9, 0x91, 0xc3, 0x4d, 0x0e, 0xa8, 0x4e, 0xaf, 0x37, 0x16,
        0xf7, 0xcb, 0x1c, 0x94, 0x2d, 0x65, 0x7c, 0x41, 0xd4, 0x36, 0xc7, 0xa1, 0xb6, 0xe2, 0x9f, 0x65,
        0xf3, 0xe9, 0x00, 0xdb, 0xb9, 0xaf, 0xf4, 0x06, 0x4d, 0xc4, 0xab, 0x2f, 0x84, 0x3a, 0xcd, 0xa8};
    uint8_t signature[64];
    size_t len = 0;
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_raw(&es256_key, BYTES_OF(scalar)));
    signer = jwt_es256_signer(&es256_key);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, BYTES_OF(MESSAGE), signature, sizeof signature, &len));
    CHECK(len == 64);
    CHECK(memcmp(signature, expected, 64) == 0);
}

static void buffer_of_any_size_is_all_or_nothing(void)
{
    signer = use_hs256(&hs256_key);
    harness_sweep(sign, 32, 32);
    signer = use_es256(&es256_key);
    harness_sweep(sign, 64, 64);
    signer = use_rs256(&rs256_key);
    harness_sweep(sign, 256, 256);
}

static void buffer_too_small_is_filled_with_zeros(void)
{
    signer = use_es256(&es256_key);
    expect_failure(JWT_ERR_BUFFER_TOO_SMALL, &signer, BYTES_OF(MESSAGE), 1);
    expect_failure(JWT_ERR_BUFFER_TOO_SMALL, &signer, BYTES_OF(MESSAGE), 63);
    signer = use_rs256(&rs256_key);
    expect_failure(JWT_ERR_BUFFER_TOO_SMALL, &signer, BYTES_OF(MESSAGE), 255);
}

static void empty_message_is_signed(void)
{
    char *out = harness_room(64);
    size_t len = 0;
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), (uint8_t *)(void *)out, 64, &len));
    CHECK(len == 64);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(MESSAGE, 0), (uint8_t *)(void *)out, 64, &len));
}

static void signature_of_a_signing_input_is_the_tokens(void)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char *token = harness_room(HARNESS_ROOM);
    jwt_claims claims;
    uint8_t mac[32];
    size_t len = 0;
    size_t mac_len = 0;
    size_t i;
    memset(&claims, 0, sizeof claims);
    claims.now = NOW;
    claims.lifetime = 1;
    signer = use_hs256(&hs256_key);
    CHECK_STATUS(JWT_OK, jwt_mint(&claims, &signer, token, HARNESS_ROOM, &len));
    CHECK(len > 44 && token[len - 44] == '.');
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(token, len - 44), mac, sizeof mac, &mac_len));
    for (i = 0; i < 30; i += 3) {
        const uint32_t bits = (uint32_t)mac[i] << 16 | (uint32_t)mac[i + 1] << 8 | mac[i + 2];
        size_t k;
        for (k = 0; k < 4; k++) {
            CHECK(token[len - 43 + i / 3 * 4 + k] == digits[bits >> (18 - 6 * k) & 63]);
        }
    }
}

static void null_pointers_are_refused(void)
{
    char *out = harness_room(64);
    size_t len = 7777;
    signer = use_es256(&es256_key);
    expect_failure(JWT_ERR_POINTER, NULL, BYTES_OF(MESSAGE), 64);
    expect_failure(JWT_ERR_POINTER, &signer, jwt_bytes_from(NULL, 1), 64);
    CHECK_STATUS(JWT_ERR_POINTER, sign(NULL, 64, &len));
    CHECK(len == 0);
    CHECK_STATUS(JWT_ERR_POINTER, sign(out, 64, NULL));
    CHECK(harness_all(out, 64, 0));
    CHECK_STATUS(JWT_ERR_POINTER, jwt_sign(NULL, jwt_bytes_from(NULL, 1), NULL, 1, NULL));
}

static void misaligned_objects_are_refused(void)
{
    union {
        size_t aligned;
        char bytes[sizeof(jwt_signer) + 8];
    } place;
    char *out = harness_room(64);
    signer = use_es256(&es256_key);
    memcpy(misaligned(place.bytes), &signer, sizeof signer);
    expect_failure(JWT_ERR_POINTER, (const jwt_signer *)misaligned(place.bytes), BYTES_OF(MESSAGE), 64);
    memset(&place, 0x5a, sizeof place);
    CHECK_STATUS(JWT_ERR_POINTER, sign(out, 64, (size_t *)misaligned(place.bytes)));
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void signer_without_a_key_is_refused(void)
{
    memset(&signer, 0, sizeof signer);
    expect_failure(JWT_ERR_KEY_NOT_LOADED, &signer, BYTES_OF(MESSAGE), 64);
    memset(&es256_key, 0, sizeof es256_key);
    signer = jwt_es256_signer(&es256_key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED, &signer, BYTES_OF(MESSAGE), 64);
    memset(&rs256_key, 0, sizeof rs256_key);
    signer = jwt_rs256_signer(&rs256_key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED, &signer, BYTES_OF(MESSAGE), 512);
    memset(&hs256_key, 0, sizeof hs256_key);
    signer = jwt_hs256_signer(&hs256_key);
    expect_failure(JWT_ERR_KEY_NOT_LOADED, &signer, BYTES_OF(MESSAGE), 64);
    signer = jwt_es256_signer(NULL);
    expect_failure(JWT_ERR_POINTER, &signer, BYTES_OF(MESSAGE), 64);
}

static void message_over_65535_bytes_is_refused(void)
{
    signer = use_es256(&es256_key);
    expect_failure(JWT_ERR_TOO_LONG, &signer, jwt_bytes_from(MESSAGE, 65536), 64);
    expect_failure(JWT_ERR_TOO_LONG, &signer, jwt_bytes_from(MESSAGE, SIZE_MAX), 64);
}

static void output_over_an_input_is_refused(void)
{
    char *out = harness_room(HARNESS_ROOM);
    uint8_t *bytes = (uint8_t *)(void *)out;
    size_t len = 7777;
    const jwt_signer *inside;
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, jwt_bytes_from(bytes + 63, 4), bytes, 64, &len));
    CHECK(len == 0);
    inside = (const jwt_signer *)harness_place(600, &signer, sizeof signer);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(inside, BYTES_OF(MESSAGE), bytes, HARNESS_ROOM, &len));
    out = harness_room(HARNESS_ROOM);
    signer = jwt_es256_signer((const jwt_es256_key *)harness_place(600, &es256_key, sizeof es256_key));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, BYTES_OF(MESSAGE), bytes, HARNESS_ROOM, &len));
    signer = use_es256(&es256_key);
    CHECK_STATUS(JWT_ERR_OVERLAP,
                 jwt_sign(&signer, BYTES_OF(MESSAGE), bytes, HARNESS_ROOM, (size_t *)harness_place(64, &len, sizeof len)));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, BYTES_OF(MESSAGE), bytes, 64, (size_t *)(void *)&signer));
    /* What only touches is no overlap. */
    signer = use_es256(&es256_key);
    bytes = (uint8_t *)(void *)harness_room(HARNESS_ROOM);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(bytes + 64, 4), bytes, 64, &len));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(bytes, 4), bytes + 4, 64, &len));
}

CASES(CASE(length_is_the_algorithms), CASE(es256_signature_is_that_of_rfc_6979),
      CASE(buffer_of_any_size_is_all_or_nothing), CASE(buffer_too_small_is_filled_with_zeros),
      CASE(empty_message_is_signed), CASE(signature_of_a_signing_input_is_the_tokens), CASE(null_pointers_are_refused),
      CASE(misaligned_objects_are_refused), CASE(signer_without_a_key_is_refused),
      CASE(message_over_65535_bytes_is_refused), CASE(output_over_an_input_is_refused));
