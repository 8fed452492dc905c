/* What the host asks a program to do: it lies in flash behind the program, at the address `requests`, as a count and the
   requests. Each is copied to the same place, so that none is told from another by where it lies. */
#ifndef REQUEST_H
#define REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "jwt_mint.h"

enum { KEY_SIZE = 1280, MESSAGE_SIZE = 256 };

struct request {
    uint32_t operation;
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
