/* The largest inputs and outputs, and whole sweeps, for which boards have neither room nor time. */

#include "fixtures.h"

#define CLAIM_COUNT (JWT_OWN_CLAIMS_MAX + 1)

static char text[65537];
static char out[65536];
static jwt_claim own[CLAIM_COUNT];
static char names[CLAIM_COUNT][4];
static jwt_claims claims;
static jwt_callback callback;
static jwt_signer signer;
static unsigned calls;
static size_t len;

static void begin(void)
{
    memset(text, 'x', sizeof text);
    memset(&claims, 0, sizeof claims);
    claims.now = NOW;
    claims.lifetime = 60;
    signer = use_quick(&callback, &calls);
    len = 7777;
}

static void token_of_65535_characters_is_the_longest(void)
{
    size_t characters;
    size_t longest = 0;
    begin();
    for (characters = 48900; characters < 49200; characters++) {
        jwt_status status;
        claims.subject = text_of(text, characters);
        status = jwt_mint(&claims, &signer, NULL, 0, &len);
        if (status == JWT_OK) {
            CHECK(longest == 0 || len >= longest);
            longest = len;
        } else {
            CHECK_STATUS(JWT_ERR_TOO_LONG, status);
            CHECK(len == 0);
            break;
        }
    }
    CHECK(longest > JWT_TOKEN_LEN_MAX - 3 && longest <= JWT_TOKEN_LEN_MAX);
    claims.subject = text_of(text, characters - 1);
    CHECK_STATUS(JWT_OK, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(strlen(out) == len && len == longest);
    claims.subject = text_of(text, characters);
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(out[0] == '\0' && len == 0);
}

static void text_of_65535_bytes_makes_too_long_a_token(void)
{
    begin();
    claims.subject = text_of(text, 65535);
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    memset(text, 1, sizeof text);
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    claims.subject = text_of(text, 65536);
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(len == 0);
}

static void claims_that_are_long_together_make_too_long_a_token(void)
{
    size_t i;
    begin();
    memset(text, 1, sizeof text);
    for (i = 0; i < JWT_OWN_CLAIMS_MAX; i++) {
        names[i][0] = (char)('a' + (int)(i / 16));
        names[i][1] = (char)('a' + (int)(i % 16));
        own[i] = jwt_claim_text(text_of(names[i], 2), text_of(text, 65535));
    }
    claims.own = own;
    claims.own_count = JWT_OWN_CLAIMS_MAX;
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(len == 0);
}

static void message_of_65535_bytes_is_signed(void)
{
    jwt_hs256_key key;
    begin();
    signer = use_hs256(&key);
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(text, 65535), (uint8_t *)(void *)out, 32, &len));
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_sign(&signer, secret_bytes(text, 65536), (uint8_t *)(void *)out, 32, &len));
}

static void claims_of_256_are_written_and_257_refused(void)
{
    size_t i;
    begin();
    for (i = 0; i < CLAIM_COUNT; i++) {
        names[i][0] = (char)('a' + (int)(i / 16));
        names[i][1] = (char)('a' + (int)(i % 16));
        own[i] = jwt_claim_integer(text_of(names[i], 2), (int64_t)i);
    }
    claims.own = own;
    claims.own_count = JWT_OWN_CLAIMS_MAX;
    CHECK_STATUS(JWT_OK, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(strlen(out) == len);
    claims.own_count = JWT_OWN_CLAIMS_MAX + 1;
    CHECK_STATUS(JWT_ERR_TOO_LONG, jwt_mint(&claims, &signer, out, sizeof out, &len));
    CHECK(len == 0 && out[0] == '\0');
    /* The last of them is compared with the first. */
    claims.own_count = JWT_OWN_CLAIMS_MAX;
    own[JWT_OWN_CLAIMS_MAX - 1].name = own[0].name;
    CHECK_STATUS(JWT_ERR_DUPLICATE_CLAIM, jwt_mint(&claims, &signer, out, sizeof out, &len));
}

static void pem_of_65535_bytes_is_read(void)
{
    jwt_es256_key key;
    const size_t start = 65535 - (sizeof KEY_EC_SEC1_PEM - 1);
    begin();
    memcpy(text + start, KEY_EC_SEC1_PEM, sizeof KEY_EC_SEC1_PEM - 1);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, 65535)));
    memset(text, '-', start);
    CHECK_STATUS(JWT_OK, jwt_es256_key_load_pem(&key, text_of(text, 65535)));
    memset(text, '-', sizeof text);
    CHECK_STATUS(JWT_ERR_KEY_MALFORMED, jwt_es256_key_load_pem(&key, text_of(text, 65535)));
}

static void every_flipped_bit_of_an_ec_key_is_refused(void)
{
    static uint8_t der[sizeof KEY_EC_PKCS8_DER];
    jwt_es256_key key;
    size_t bit;
    memcpy(der, KEY_EC_PKCS8_DER, sizeof der);
    for (bit = 0; bit < 8 * sizeof der; bit++) {
        harness_note("bit", bit);
        der[bit / 8] = (uint8_t)(der[bit / 8] ^ 1u << bit % 8);
        /* The version of PKCS#8 may be 0 or 1 (RFC 5958 section 2). */
        CHECK((jwt_es256_key_load_der(&key, BYTES_OF(der)) == JWT_OK) == (bit == 5 * 8));
        der[bit / 8] = KEY_EC_PKCS8_DER[bit / 8];
    }
}

static void every_character_of_a_pem_matters(void)
{
    static char pem[sizeof KEY_EC_SEC1_PEM];
    static const char others[] = "A0/-:= z";
    jwt_es256_key key;
    size_t i;
    size_t k;
    memcpy(pem, KEY_EC_SEC1_PEM, sizeof pem);
    for (i = 0; i < sizeof pem - 2; i++) {
        for (k = 0; k < sizeof others - 1; k++) {
            harness_note("place", i);
            if (pem[i] == others[k] || pem[i] == '\n') {
                continue;
            }
            pem[i] = others[k];
            CHECK(jwt_es256_key_load_pem(&key, text_of(pem, sizeof pem - 1)) != JWT_OK);
            pem[i] = KEY_EC_SEC1_PEM[i];
        }
    }
}

CASES(CASE(token_of_65535_characters_is_the_longest), CASE(text_of_65535_bytes_makes_too_long_a_token),
      CASE(claims_that_are_long_together_make_too_long_a_token), CASE(message_of_65535_bytes_is_signed),
      CASE(claims_of_256_are_written_and_257_refused), CASE(pem_of_65535_bytes_is_read),
      CASE(every_flipped_bit_of_an_ec_key_is_refused), CASE(every_character_of_a_pem_matters));
