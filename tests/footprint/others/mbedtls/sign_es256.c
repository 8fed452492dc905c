/* RFC 6979. The random numbers, which blind the arithmetic, are constants. */
#include <mbedtls/ecdsa.h>
#include <mbedtls/sha256.h>

#include "heap.h"
#include "probe.h"

int operation(const struct inputs *in, struct output *out)
{
    mbedtls_ecp_group group;
    mbedtls_mpi d, r, s;
    uint8_t hash[32];
    mbedtls_ecp_group_init(&group);
    mbedtls_mpi_init(&d);
    mbedtls_mpi_init(&r);
    mbedtls_mpi_init(&s);
    int failed = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1) != 0 ||
                 mbedtls_mpi_read_binary(&d, in->ec_scalar, SCALAR_LEN) != 0 ||
                 mbedtls_sha256(in->message, MESSAGE_LEN, hash, 0) != 0 ||
                 mbedtls_ecdsa_sign_det_ext(&group, &r, &s, &d, hash, sizeof hash, MBEDTLS_MD_SHA256, no_random, NULL) != 0 ||
                 mbedtls_mpi_write_binary(&r, out->bytes, 32) != 0 || mbedtls_mpi_write_binary(&s, out->bytes + 32, 32) != 0;
    out->len = 64;
    mbedtls_mpi_free(&d);
    mbedtls_mpi_free(&r);
    mbedtls_mpi_free(&s);
    mbedtls_ecp_group_free(&group);
    return failed;
}
