/* jwt_status_name(), jwt_version() and the version's macros */

#include "harness.h"
/* Once more, as in a program of which two headers include it. */
#include "jwt_mint.h"

static unsigned named;

static void check_name(int32_t status, const char *name)
{
    CHECK(strcmp(jwt_status_name(status), name) == 0);
    named++;
}

#define NAMED(status) check_name(status, #status)

static void every_status_has_its_own_name(void)
{
    int32_t status;
    unsigned known = 0;
    named = 0;
    NAMED(JWT_OK);
    NAMED(JWT_ERR_POINTER);
    NAMED(JWT_ERR_BUFFER_TOO_SMALL);
    NAMED(JWT_ERR_OVERLAP);
    NAMED(JWT_ERR_TOO_LONG);
    NAMED(JWT_ERR_UTF8);
    NAMED(JWT_ERR_EMPTY_CLAIM);
    NAMED(JWT_ERR_DUPLICATE_CLAIM);
    NAMED(JWT_ERR_CLAIM_TYPE);
    NAMED(JWT_ERR_JSON);
    NAMED(JWT_ERR_TIME);
    NAMED(JWT_ERR_CLOCK);
    NAMED(JWT_ERR_LIFETIME);
    NAMED(JWT_ERR_KEY_MALFORMED);
    NAMED(JWT_ERR_KEY_IS_PUBLIC);
    NAMED(JWT_ERR_KEY_IS_PRIVATE);
    NAMED(JWT_ERR_KEY_IS_CERTIFICATE);
    NAMED(JWT_ERR_KEY_ENCRYPTED);
    NAMED(JWT_ERR_KEY_ALGORITHM);
    NAMED(JWT_ERR_KEY_CURVE);
    NAMED(JWT_ERR_KEY_TOO_SMALL);
    NAMED(JWT_ERR_KEY_UNSUPPORTED);
    NAMED(JWT_ERR_KEY_INCONSISTENT);
    NAMED(JWT_ERR_KEY_NOT_SECRET);
    NAMED(JWT_ERR_KEY_NOT_LOADED);
    NAMED(JWT_ERR_SIGNER);
    NAMED(JWT_ERR_SIGNATURE);
    NAMED(JWT_ERR_CALLBACK);
    NAMED(JWT_ERR_NOT_VERIFIED);
    NAMED(JWT_ERR_SCRATCH);
    NAMED(JWT_ERR_ENTROPY);
    NAMED(JWT_REJECT_MALFORMED);
    NAMED(JWT_REJECT_ALGORITHM);
    NAMED(JWT_REJECT_SIGNATURE);
    NAMED(JWT_REJECT_EXPIRED);
    NAMED(JWT_REJECT_NOT_YET_VALID);
    NAMED(JWT_REJECT_AUDIENCE);
    NAMED(JWT_REJECT_ISSUER);
    NAMED(JWT_REJECT_SUBJECT);
    NAMED(JWT_REJECT_LIFETIME);
    NAMED(JWT_REJECT_MISSING_CLAIM);
    NAMED(JWT_REJECT_CLAIM_TYPE);
    NAMED(JWT_REJECT_DUPLICATE_NAME);
    NAMED(JWT_REJECT_CRITICAL_HEADER);
    NAMED(JWT_REJECT_NO_CREDENTIALS);
    for (status = -200; status <= 200; status++) {
        if (strcmp(jwt_status_name(status), "JWT_STATUS_UNKNOWN") != 0) {
            known++;
        }
    }
    CHECK(known == named);
}

static void number_that_is_no_status_is_unknown(void)
{
    static const int32_t numbers[] = {1, 2, 127, 255, 256, -31, -46, -100, -256, INT32_MAX, INT32_MIN};
    size_t i;
    for (i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        harness_note("number", i);
        CHECK(strcmp(jwt_status_name(numbers[i]), "JWT_STATUS_UNKNOWN") == 0);
    }
}

static void failures_are_negative(void)
{
    CHECK(JWT_OK == 0);
    CHECK(JWT_ERR_POINTER < 0);
    CHECK(JWT_ERR_CALLBACK < 0);
    CHECK(JWT_REJECT_NO_CREDENTIALS < 0);
    CHECK(sizeof(jwt_status) == 4);
}

static void archive_and_header_are_one_version(void)
{
    char text[] = "0.0.0";
    CHECK(jwt_version() == (uint32_t)JWT_MINT_VERSION);
    CHECK(jwt_version() >> 16 == JWT_MINT_VERSION_MAJOR);
    CHECK((jwt_version() >> 8 & 0xff) == JWT_MINT_VERSION_MINOR);
    CHECK((jwt_version() & 0xff) == JWT_MINT_VERSION_PATCH);
    text[0] = (char)(text[0] + JWT_MINT_VERSION_MAJOR);
    text[2] = (char)(text[2] + JWT_MINT_VERSION_MINOR);
    text[4] = (char)(text[4] + JWT_MINT_VERSION_PATCH);
    CHECK(strcmp(text, JWT_MINT_VERSION_STRING) == 0);
}

CASES(CASE(every_status_has_its_own_name), CASE(number_that_is_no_status_is_unknown), CASE(failures_are_negative),
      CASE(archive_and_header_are_one_version));
