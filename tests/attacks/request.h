/* What the host asks a program to do: it lies in flash behind the program, at the address `requests`, as a count and the
   requests. Each is copied to the same place, so that none is told from another by where it lies. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "jwt_mint.h"

enum { KEY_SIZE = 2048, MESSAGE_SIZE = 256 };

/* Of samples.rs, as what follows. The key of ES256 is the scalar, behind which the entropy of the hedged signer stands; of RS256,
   PKCS#1 DER. */
enum signer_kind { ES256 = 1, RS256, HS256, ES256_HEDGED, RS256_IN_SCRATCH };

/* What is signed is the message, or claims that are always the same. What is loaded is the key in that form. What is verified
   is the message, a token. */
enum operation { SIGN = 1, MINT, MINT_MQTT, LOAD_DER, LOAD_PEM, VERIFY, LEAK_BY_BRANCH, LEAK_BY_ADDRESS, FORGET };

struct request {
    uint32_t operation;
    uint32_t signer;
    uint32_t argument;
    uint32_t key_len;
    uint32_t message_len;
    uint8_t key[KEY_SIZE];
    uint8_t message[MESSAGE_SIZE];
};

extern struct request request;

uint32_t request_count(void);
/* The next one, into `request`. */
void request_next(void);

void print(const char *text);
void print_hex(const void *bytes, size_t len);
/* As decimal digits, and a blank. */
void print_number(int32_t number);

#endif
