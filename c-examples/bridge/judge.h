/*
 * Judges a device's token as the vendor's bridge does, with OpenSSL and Jansson: nothing here is of the library that minted
 * it. Also the registry of the devices, the clock and the journal, which broker and HTTP server share.
 */
#ifndef JUDGE_H
#define JUDGE_H

#include <stddef.h>
#include <stdint.h>

/** What a bridge is for, and where its devices are. */
struct registry {
    const char *folder;     /**< `devices/ID/` has up to three public keys, `.pem`, and its `config`. */
    const char *project;    /**< `aud` of MQTT tokens. */
    const char *location;
    const char *name;
    const char *system_key; /**< `sk` of HTTP tokens. */
    const char *clock;      /**< The file of a test clock, or NULL. */
};

enum { JUDGE_SKEW = 600, JUDGE_LIFETIME_MAX = 86400, JUDGE_KEYS_MAX = 3, JUDGE_ID_SIZE = 256 };

/** Seconds since 1970-01-01 UTC. */
int64_t judge_now(const struct registry *registry);

/** Whether it is the name of a device, a registry or such: `[a-zA-Z][-a-zA-Z0-9._+~%]+`, 3 to 255 characters. */
int judge_is_identifier(const char *text);

/** The device's id out of `projects/P/locations/L/registries/R/devices/D`; 0 where it is another registry's, or none. */
int judge_device(const struct registry *registry, const char *client_id, char device[JUDGE_ID_SIZE]);

/** NULL where the MQTT token is good, and its expiry; else why not. */
const char *judge_mqtt(const struct registry *registry, const char *device, const char *token, int64_t *expiry);
/** The same for HTTP. */
const char *judge_http(const struct registry *registry, const char *device, const char *token);

/** The token in `{"authorization":"..."}`, to be freed; NULL where the message is anything else. */
char *judge_attach_token(const char *message, size_t len);

/** The contents of a device's file of that name, to be freed; NULL where there is none. */
char *judge_file(const struct registry *registry, const char *device, const char *name, size_t *len);

/** Adds one line to the journal, in one piece. What is not printable becomes `?`. */
void judge_note(const struct registry *registry, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
