/* Shared secrets: jwt_hs256_key_load(), jwt_hs256_key_wipe(), jwt_hs256_signer() */

#include "fixtures.h"
#include "key_files.h"

#define DER_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, NULL, 0, KEY_##file##_DER, sizeof KEY_##file##_DER, JWT_ERR_KEY_NOT_SECRET},
#define PEM_ROW(file, es256, rs256, any, es256_public, rs256_public) \
    {#file, KEY_##file##_PEM, sizeof KEY_##file##_PEM - 1, NULL, 0, JWT_ERR_KEY_NOT_SECRET},

static const struct key_file der_files[] = {DER_FILES(DER_ROW)};
static const struct key_file pem_files[] = {PEM_FILES(PEM_ROW)};

static jwt_hs256_key key;

static jwt_bytes the_secret(void)
{
    return secret_bytes(SECRET, sizeof SECRET - 1);
}

static void load_something(void)
{
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, the_secret()));
}

static void expect_empty(void)
{
    const jwt_signer signer = jwt_hs256_signer(&key);
    size_t len = 7777;
    CHECK_STATUS(JWT_ERR_KEY_NOT_LOADED, jwt_sign(&signer, jwt_bytes_from(NULL, 0), NULL, 0, &len));
    CHECK(len == 0);
    CHECK(harness_all(&key, sizeof key, 0));
}

static void expect_refusal(int32_t expected, jwt_bytes secret)
{
    load_something();
    CHECK_STATUS(expected, jwt_hs256_key_load(&key, secret));
    expect_empty();
}

static void secret_under_32_bytes_is_too_small(void)
{
    size_t len;
    for (len = 0; len < 32; len++) {
        harness_note("length", len);
        expect_refusal(JWT_ERR_KEY_TOO_SMALL, secret_bytes(SECRET, len));
    }
    expect_refusal(JWT_ERR_KEY_TOO_SMALL, jwt_bytes_from(NULL, 0));
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, secret_bytes(SECRET, 32)));
}

static void secret_may_hold_any_bytes(void)
{
    static const uint8_t sequence[] = {0x30, 0x1e, 2,  1,  1,  9,  9,  9,  9,  9,  9, 9, 9, 9, 9, 9,
                                       9,    9,    9,  9,  9,  9,  9,  9,  9,  9,  9, 9, 9, 9, 9, 9};
    /* Begins like a key, but is none. */
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, BYTES_OF(sequence)));
}

static void zeros_are_no_secret(void)
{
    static uint8_t secret[32];
    char out[JWT_TOKEN_SIZE(0, 0, JWT_HS256_SIGNATURE_LEN)];
    jwt_claims claims;
    jwt_signer signer;
    size_t len;
    memset(secret, 0, sizeof secret);
    expect_refusal(JWT_ERR_KEY_NOT_SECRET, BYTES_OF(secret));
    secret[sizeof secret - 1] = 1;
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, BYTES_OF(secret)));
    signer = jwt_hs256_signer(&key);
    memset(&claims, 0, sizeof claims);
    claims.now = 1700000000;
    claims.lifetime = 60;
    CHECK_STATUS(JWT_OK, jwt_mint(&claims, &signer, out, sizeof out, &len));
    secret[sizeof secret - 1] = 0;
    CHECK_STATUS(JWT_ERR_KEY_NOT_SECRET, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(out[0] == '\0' && len == 0);
}

static void pem_of_a_key_is_no_secret(void)
{
    size_t i;
    for (i = 0; i < PEM_FILE_COUNT; i++) {
        harness_note(pem_files[i].name, i);
        expect_refusal(JWT_ERR_KEY_NOT_SECRET, secret_bytes(pem_files[i].pem, pem_files[i].pem_len));
    }
}

static void der_of_a_key_is_no_secret(void)
{
    size_t i;
    for (i = 0; i < DER_FILE_COUNT; i++) {
        harness_note(der_files[i].name, i);
        expect_refusal(JWT_ERR_KEY_NOT_SECRET, jwt_bytes_from(der_files[i].der, der_files[i].der_len));
    }
}

static void pem_behind_other_text_is_no_secret(void)
{
    static char text[256];
    memset(text, ' ', 60);
    memcpy(text + 60, KEY_EC_PUBLIC_PEM, sizeof KEY_EC_PUBLIC_PEM);
    expect_refusal(JWT_ERR_KEY_NOT_SECRET, secret_bytes(text, 60 + sizeof KEY_EC_PUBLIC_PEM));
    /* Cut off, it is no better. */
    expect_refusal(JWT_ERR_KEY_NOT_SECRET, secret_bytes(text, 150));
}

static void mac_is_that_of_rfc_4231(void)
{
    /* Test cases 6 and 7 of RFC 4231: 131 bytes of aa; the others have secrets under 32 bytes. */
    static const char message6[] = "Test Using Larger Than Block-Size Key - Hash Key First";
    static const uint8_t mac6[32] = {0x60, 0xe4, 0x31, 0x59, 0x1e, 0xe0, 0xb6, 0x7f, 0x0d, 0x8a, 0x26,
                                     0xaa, 0xcb, 0xf5, 0xb7, 0x7f, 0x8e, 0x0b, 0xc6, 0x21, 0x37, 0x28,
                                     0xc5, 0x14, 0x05, 0x46, 0x04, 0x0f, 0x0e, 0xe3, 0x7f, 0x54};
    static const char message7[] = "This is a test using a larger than block-size key and a larger than block-size "
                                   "data. The key needs to be hashed before being used by the HMAC algorithm.";
    static const uint8_t mac7[32] = {0x9b, 0x09, 0xff, 0xa7, 0x1b, 0x94, 0x2f, 0xcb, 0x27, 0x63, 0x5f,
                                     0xbc, 0xd5, 0xb0, 0xe9, 0x44, 0xbf, 0xdc, 0x63, 0x64, 0x4f, 0x07,
                                     0x13, 0x93, 0x8a, 0x7f, 0x51, 0x53, 0x5c, 0x3a, 0x35, 0xe2};
    const jwt_signer signer = jwt_hs256_signer(&key);
    uint8_t secret[131];
    uint8_t mac[JWT_HS256_SIGNATURE_LEN];
    size_t len = 0;
    memset(secret, 0xaa, sizeof secret);
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, BYTES_OF(secret)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(message6, sizeof message6 - 1), mac, sizeof mac, &len));
    CHECK(len == 32 && memcmp(mac, mac6, 32) == 0);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(message7, sizeof message7 - 1), mac, sizeof mac, &len));
    CHECK(len == 32 && memcmp(mac, mac7, 32) == 0);
}

static void secret_is_borrowed(void)
{
    const jwt_signer signer = jwt_hs256_signer(&key);
    uint8_t secret[32];
    uint8_t first[32];
    uint8_t second[32];
    size_t len = 0;
    memcpy(secret, SECRET, sizeof secret);
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, BYTES_OF(secret)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), first, sizeof first, &len));
    jwt_hs256_key_wipe(&key);
    CHECK(memcmp(secret, SECRET, sizeof secret) == 0);
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, BYTES_OF(secret)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), second, sizeof second, &len));
    CHECK(memcmp(first, second, sizeof first) == 0);
}

static void output_over_the_secret_is_refused(void)
{
    const jwt_signer signer = jwt_hs256_signer(&key);
    uint8_t secret[64];
    size_t len = 7777;
    memcpy(secret, SECRET SECRET, sizeof secret);
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, jwt_bytes_from(secret, 33)));
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_sign(&signer, jwt_bytes_from(NULL, 0), secret + 32, 32, &len));
    CHECK(len == 0);
    CHECK_STATUS(JWT_OK, jwt_hs256_key_load(&key, jwt_bytes_from(secret, 32)));
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, jwt_bytes_from(NULL, 0), secret + 32, 32, &len));
}

static void null_pointers_are_refused(void)
{
    CHECK_STATUS(JWT_ERR_POINTER, jwt_hs256_key_load(NULL, the_secret()));
    expect_refusal(JWT_ERR_POINTER, jwt_bytes_from(NULL, 32));
    jwt_hs256_key_wipe(NULL);
}

static void misaligned_key_is_refused_and_left_alone(void)
{
    union {
        size_t aligned;
        uint8_t bytes[sizeof(jwt_hs256_key) + 8];
    } place;
    memset(&place, 0x5a, sizeof place);
    CHECK_STATUS(JWT_ERR_POINTER, jwt_hs256_key_load((jwt_hs256_key *)misaligned(place.bytes), the_secret()));
    CHECK(harness_all(&place, sizeof place, 0x5a));
}

static void key_over_the_secret_is_refused(void)
{
    union {
        jwt_hs256_key key;
        uint8_t bytes[64];
    } both;
    memset(&both, 0x5a, sizeof both);
    CHECK_STATUS(JWT_ERR_OVERLAP, jwt_hs256_key_load(&both.key, jwt_bytes_from(both.bytes, sizeof both.bytes)));
}

static void secret_over_65535_bytes_is_refused(void)
{
    expect_refusal(JWT_ERR_TOO_LONG, secret_bytes(SECRET, 65536));
    expect_refusal(JWT_ERR_TOO_LONG, secret_bytes(SECRET, SIZE_MAX));
}

static void wipe_leaves_zeros(void)
{
    load_something();
    jwt_hs256_key_wipe(&key);
    expect_empty();
}

CASES(CASE(secret_under_32_bytes_is_too_small), CASE(secret_may_hold_any_bytes), CASE(zeros_are_no_secret), CASE(pem_of_a_key_is_no_secret),
      CASE(der_of_a_key_is_no_secret), CASE(pem_behind_other_text_is_no_secret), CASE(mac_is_that_of_rfc_4231),
      CASE(secret_is_borrowed), CASE(output_over_the_secret_is_refused), CASE(null_pointers_are_refused),
      CASE(misaligned_key_is_refused_and_left_alone), CASE(key_over_the_secret_is_refused),
      CASE(secret_over_65535_bytes_is_refused), CASE(wipe_leaves_zeros));
