/* What mbedTLS asks of the system. */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>

/* Not random: the same bytes at every call. */
int no_random(void *state, unsigned char *bytes, size_t len);

#endif
