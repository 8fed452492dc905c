/**
 * @file harness.h
 * What the C cases share. A file of cases is one program, on a desk and on a board: `--list` prints the names of its
 * cases, `<name>` runs that one, no argument runs all. It needs no heap, no files, and at most 7 KB of static memory.
 *
 * A token that should be good is printed as `TOKEN <key> <token> <payload>`: the name of a file of tests/keys without
 * `.pem`, or `hs256:` and the secret in hexadecimal; the token; the payload that it must hold, byte for byte.
 */
#ifndef HARNESS_H
#define HARNESS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "jwt_mint.h"

#ifdef __cplusplus
extern "C" {
#endif

struct harness_case {
    const char *name;
    void (*run)(void);
};

/** The cases of the file; the last has no name. */
extern const struct harness_case harness_cases[];

#define CASE(function) {#function, function}
#define CASES(...) const struct harness_case harness_cases[] = {__VA_ARGS__, {NULL, NULL}}

/** Notes a failure where `condition` is false, and goes on. */
#define CHECK(condition) harness_check((condition) ? 1 : 0, __FILE__, __LINE__, #condition)
/** Notes a failure where a call's status is another, and goes on. */
#define CHECK_STATUS(expected, call) harness_check_status(expected, call, __FILE__, __LINE__, #call)

/** Prints a text: the one thing that differs between desk and board. */
void harness_print(const char *text);
/** What `main()` does; returns what it returns. */
int harness_main(int argc, char **argv);

void harness_check(int holds, const char *file, int line, const char *condition);
void harness_check_status(int32_t expected, int32_t status, const char *file, int line, const char *call);
/** Names the round of a loop, for the failures in it. */
void harness_note(const char *what, size_t round);

/* The buffer that results go to. */

/** Largest `out_size` of harness_room(). */
#define HARNESS_ROOM 1152

/** A buffer of `out_size` bytes between guards, all of it filled with a pattern. The same memory in every call. */
char *harness_room(size_t out_size);
/** Whether all around the buffer of that size is as it was. */
int harness_guards_hold(size_t out_size);
/** Copies an object to an aligned place `distance` bytes or a little more into the buffer. */
void *harness_place(size_t distance, const void *object, size_t size);

/** Called with a buffer; its length output. */
typedef jwt_status (*harness_call)(char *out, size_t out_size, size_t *out_len);
/** Checks that sizes from 0 to `needed + 1` are all or nothing. `len`: the length that is told. */
void harness_sweep(harness_call call, size_t len, size_t needed);

/* What a token should hold. */

/** JSON under construction. */
typedef struct harness_json {
    char text[640];
    size_t len;
} harness_json;

void harness_json_raw(harness_json *json, const char *text);
/** In quotes, escaped as RFC 8259 section 7 has it, the two-character escapes where there are such. */
void harness_json_text(harness_json *json, jwt_str text);
void harness_json_integer(harness_json *json, int64_t number);

/** Checks the form of a token, its header and its payload; prints it for the verifier where `key` is not NULL. */
void harness_token(const char *key, const char *header, const char *payload, const char *token, size_t len);
/** Whether `len` bytes are all `value`. */
int harness_all(const void *bytes, size_t len, uint8_t value);

#ifdef __cplusplus
}
#endif

#endif
