/*
 * What both clients have in common: the command line, the key, the token and when it is renewed, the clock.
 */
#ifndef DEVICE_H
#define DEVICE_H

#include <stdint.h>

#include <jwt_mint.h>

/** Room for the longest token of either profile: texts of 255 characters, RSA with 4096 bits. */
#define DEVICE_TOKEN_SIZE JWT_HTTP_TOKEN_SIZE(255, 255, JWT_RS256_4096_SIGNATURE_LEN)

/** Texts of the command line are shorter than this. */
enum { DEVICE_TEXT_SIZE = 256 };

struct device {
    const char *project, *location, *registry, *system_key, *id;
    const char *host;
    int port;
    const char *ca;         /**< PEM of the CA that is trusted; NULL: those of the system. */
    int is_plain;           /**< Without TLS, which loopback only gets. */
    const char *key_file;
    const char *attach_id, *attach_key_file; /**< A device to attach as its gateway, or NULL. */
    int64_t every;          /**< Seconds between two readings. */
    unsigned readings;      /**< How many to publish before it ends. */
    const char *clock;      /**< A test clock, or NULL. */
    int sets_clock;         /**< To wait is to set the test clock. */

    jwt_renewal renewal;
    jwt_private_key key;
    uint8_t der[JWT_RS256_DER_SIZE_4096];
    char token[DEVICE_TOKEN_SIZE];
    unsigned tokens;        /**< How many were minted. */
};

/** Mints into `token`. */
typedef jwt_status device_mint(const struct device *device, const jwt_signer *signer, int64_t now, char *token,
                               size_t token_size, size_t *token_len);

/** Reads the command line and the key; ends the program where they are wrong. */
void device_start(struct device *device, int argc, char **argv);

/** Milliseconds since 1970-01-01 UTC. */
int64_t device_ms(const struct device *device);
/** Milliseconds that do not step. */
uint32_t device_uptime_ms(const struct device *device);
/** Lets some of the time pass, or all of it where waiting is setting the clock. */
void device_pass(const struct device *device, int64_t ms);

/** What to do now. Mints where it is time; then `*renewed` is set. */
jwt_renewal_advice device_advice(struct device *device, device_mint *mint, int *renewed);

/** The message that attaches the other device, minted with its key. */
int device_attach_message(const struct device *device, device_mint *mint, char *message, size_t message_size, size_t *len);

#endif
