/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The time of day, by SNTP. */
#ifndef DEVICE_CLOCK_H
#define DEVICE_CLOCK_H

#include <stdint.h>
#include <time.h>

/** Seconds since 1970-01-01 UTC; 0 until the clock was set once. */
int64_t device_clock_now(void);

/** The same as time(), which Mbed TLS calls by this name (mbedtls_time.h). */
time_t device_clock_time(time_t *copy);

/**
 * Asks the time server where that is due: at first, once in an hour, and after device_clock_doubt(). A time before this was
 * built cannot be right: it is logged like an answer that is missing, the time stays what it was, and 5 seconds later it asks
 * again.
 */
void device_clock_sync(void);

/** A bridge that cut or refused may be right about the time; and by a wrong one its certificate is not valid. */
void device_clock_doubt(void);

#endif
