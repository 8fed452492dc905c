/* What the cases that check tokens share: a token forged from any header and payload, and the call that checks it. */
#ifndef VERIFYING_H
#define VERIFYING_H

#include "fixtures.h"

#define SCRATCH_SIZE 768

static char token[1024];
static size_t token_len;
static uint8_t scratch[SCRATCH_SIZE];
static jwt_hs256_key hs256_key;
static jwt_verifier verifier;
static jwt_policy policy;
static jwt_verified verified;

static inline void append_text(const char *text, size_t len)
{
    CHECK(token_len + len < sizeof token);
    if (token_len + len < sizeof token) {
        memcpy(token + token_len, text, len);
        token_len += len;
        token[token_len] = '\0';
    }
}

/** Base64url without padding (RFC 7515 section 2). */
static inline void append_base64url(const uint8_t *bytes, size_t len)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    size_t i;
    for (i = 0; i < len; i += 3) {
        const uint32_t group = (uint32_t)bytes[i] << 16 | (uint32_t)(i + 1 < len ? bytes[i + 1] : 0) << 8 |
                               (uint32_t)(i + 2 < len ? bytes[i + 2] : 0);
        char text[4];
        text[0] = digits[group >> 18];
        text[1] = digits[group >> 12 & 63];
        text[2] = digits[group >> 6 & 63];
        text[3] = digits[group & 63];
        append_text(text, len - i < 3 ? len - i + 1 : 4);
    }
}

/** Puts the MAC behind what stands in `token`. */
static inline void seal(void)
{
    const jwt_signer signer = use_hs256(&hs256_key);
    uint8_t mac[JWT_HS256_SIGNATURE_LEN];
    size_t mac_len = 0;
    CHECK_STATUS(JWT_OK, jwt_sign(&signer, secret_bytes(token, token_len), mac, sizeof mac, &mac_len));
    append_text(".", 1);
    append_base64url(mac, mac_len);
}

/** A token of this header and payload whose MAC is right. */
static inline void forge_bytes(const char *header, size_t header_len, const char *payload, size_t payload_len)
{
    token_len = 0;
    append_base64url((const uint8_t *)header, header_len);
    append_text(".", 1);
    append_base64url((const uint8_t *)payload, payload_len);
    seal();
}

static inline void forge(const char *header, const char *payload)
{
    forge_bytes(header, strlen(header), payload, strlen(payload));
}

/** A good token, its verifier, and a policy that it satisfies. */
#define GOOD_PAYLOAD "{\"sub\":\"device\",\"iat\":1700000000,\"exp\":1700003600}"

static inline void begin(void)
{
    forge(HS256_HEADER, GOOD_PAYLOAD);
    verifier = jwt_hs256_verifier(&hs256_key);
    memset(&policy, 0, sizeof policy);
    policy.now = NOW;
}

/** Checks `token`; an outcome that is not `expected`, or a failure that leaves something, is noted. */
static inline void expect(int32_t expected)
{
    size_t len = 7777;
    memset(scratch, 0x5a, sizeof scratch);
    memset(&verified, 0x5a, sizeof verified);
    CHECK_STATUS(expected, jwt_verify(&verified, text_of(token, token_len), &verifier, 1, &policy, scratch,
                                      sizeof scratch, &len));
    if (expected != JWT_OK) {
        CHECK(harness_all(&verified, sizeof verified, 0));
        CHECK(harness_all(scratch, sizeof scratch, 0));
        CHECK(len == 0);
    }
}

/** Checks a forged token. */
static inline void expect_of(int32_t expected, const char *header, const char *payload)
{
    forge(header, payload);
    expect(expected);
}

#endif
