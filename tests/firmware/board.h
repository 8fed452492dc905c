/* What a board gives to a test program: a console and an end, both by semihosting. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes bytes to the console. */
void board_write(const char *bytes, size_t len);

/* Ends the program with an exit code. */
__attribute__((noreturn)) void board_exit(int code);

/* What stands in every word of the stack that was not used yet. */
static const uint32_t BOARD_UNUSED_STACK = 0xa5a5a5a5u;

/* The most bytes of stack that were in use at one time, so far. */
size_t board_stack_peak(void);

#ifdef __cplusplus
}
#endif

#endif
