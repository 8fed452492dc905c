/* The leaves in assembly, of the arithmetic and of SHA-256, against those in Rust */
#include "harness.h"

#ifdef __cplusplus
extern "C"
#endif
uint32_t jwt_mint_leaves_that_differ(uint32_t rounds);
#ifdef __cplusplus
extern "C"
#endif
uint32_t jwt_mint_montgomery_leaves_that_differ(uint32_t rounds);
#ifdef __cplusplus
extern "C"
#endif
uint32_t jwt_mint_inverse_leaves_that_differ(uint32_t rounds);
#ifdef __cplusplus
extern "C"
#endif
uint32_t jwt_mint_sha256_leaves_that_differ(uint32_t rounds);

static void leaves_in_assembly_are_those_in_rust(void)
{
#if defined(__ARM_ARCH_6M__) || defined(__ARM_ARCH_7M__)
    /* Those of RSA are all that are in assembly, but for SHA-256 on a Cortex-M3. */
    CHECK(jwt_mint_montgomery_leaves_that_differ(5000) == 0);
#else
    CHECK(jwt_mint_leaves_that_differ(30000) == 0);
    CHECK(jwt_mint_montgomery_leaves_that_differ(10000) == 0);
    CHECK(jwt_mint_inverse_leaves_that_differ(2000) == 0);
#endif
    CHECK(jwt_mint_sha256_leaves_that_differ(30000) == 0);
}

CASES(CASE(leaves_in_assembly_are_those_in_rust));
