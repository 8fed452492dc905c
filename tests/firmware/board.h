/* What a board gives to a test program: a console and an end, both by semihosting. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Writes bytes to the console. */
void board_write(const char *bytes, size_t len);

/* Ends the program with an exit code. */
__attribute__((noreturn)) void board_exit(int code);

/* The most bytes of stack that were in use at one time, so far. */
size_t board_stack_peak(void);

#ifdef __cplusplus
}
#endif

#endif
