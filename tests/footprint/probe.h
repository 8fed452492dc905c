/* One operation, and what it costs. Every program is the probe, the inputs and one operation, so that two programs differ in
   the operation alone: the empty one shows what the rest takes. */
#ifndef PROBE_H
#define PROBE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The same for all operations, in flash. */
struct inputs {
    const char *ec_pem;
    const uint8_t *ec_scalar; /* 32 bytes */
    const uint8_t *rsa_der;   /* PKCS#8, 2048 bits */
    size_t rsa_der_len;
    const uint8_t *secret;  /* 32 bytes */
    const uint8_t *message; /* 200 bytes */
    /* The same RSA key, for implementations that read no DER: 256, 256, 128 and 128 bytes; e is 65537. */
    const uint8_t *rsa_n, *rsa_d, *rsa_p, *rsa_q;
    /* And in PKCS#1, for one that reads no PKCS#8. */
    const uint8_t *rsa_pkcs1;
    size_t rsa_pkcs1_len;
    /* The public keys as SubjectPublicKeyInfo, and what they verify: JWS of 200 bytes without the signature. */
    const uint8_t *ec_public, *rsa_public;
    size_t ec_public_len, rsa_public_len;
    const char *jws_es256, *jws_rs256;
    /* Greater RSA keys, in PKCS#8. */
    const uint8_t *rsa_3072_der, *rsa_4096_der;
    size_t rsa_3072_der_len, rsa_4096_der_len;
};
enum { SCALAR_LEN = 32, SECRET_LEN = 32, MESSAGE_LEN = 200 };

/* What the operation made: a token or a signature. */
struct output {
    uint8_t bytes[1024];
    size_t len;
};

/* 0 where it succeeded. */
int operation(const struct inputs *in, struct output *out);
/* What comes before and is not measured; 0 where it succeeded. A program may do without. */
int prepare(const struct inputs *in);

/* Counts on by one for each instruction, or by CLOCK_STEPS of them; from where, does not matter. */
uint32_t clock_now(void);
void clock_start(void);
/* Not 0 where it went round since clock_start(). */
int clock_overflowed(void);

/* As a yardstick: 1,000 instructions more than a function that does nothing. */
int thousand_instructions(const struct inputs *in, struct output *out);

#ifdef __cplusplus
}
#endif

#endif
