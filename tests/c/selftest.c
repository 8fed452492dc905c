/* jwt_es256_sign_selftest() and its siblings */

#include "harness.h"

static void this_machine_computes_es256(void)
{
    CHECK_STATUS(JWT_OK, jwt_es256_sign_selftest());
    CHECK_STATUS(JWT_OK, jwt_es256_verify_selftest());
}

static void this_machine_computes_rs256(void)
{
    CHECK_STATUS(JWT_OK, jwt_rs256_sign_selftest());
    CHECK_STATUS(JWT_OK, jwt_rs256_verify_selftest());
}

static void this_machine_computes_hs256(void)
{
    CHECK_STATUS(JWT_OK, jwt_hs256_selftest());
}

CASES(CASE(this_machine_computes_es256), CASE(this_machine_computes_rs256), CASE(this_machine_computes_hs256));
