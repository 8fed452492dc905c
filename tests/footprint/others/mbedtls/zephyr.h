/* What Zephyr's modules/mbedtls/Kconfig.mbedtls gives on ARM to a program that asks for ECDSA on P-256 and RSA: no assembly
   (MBEDTLS_HAVE_ASM is `default y if !ARM`), no MBEDTLS_ECP_NIST_OPTIM, the smaller SHA-256. */
#define MBEDTLS_ASN1_PARSE_C
#define MBEDTLS_ASN1_WRITE_C
#define MBEDTLS_BIGNUM_C
#define MBEDTLS_ECDSA_C
#define MBEDTLS_ECDSA_DETERMINISTIC
#define MBEDTLS_ECP_C
#define MBEDTLS_ECP_DP_SECP256R1_ENABLED
#define MBEDTLS_HMAC_DRBG_C
#define MBEDTLS_MD_C
#define MBEDTLS_NO_PLATFORM_ENTROPY
#define MBEDTLS_OID_C
#define MBEDTLS_PKCS1_V15
#define MBEDTLS_RSA_C
#define MBEDTLS_SHA256_C
#define MBEDTLS_SHA256_SMALLER
