/* The time of day, by SNTP. */
#ifndef DEVICE_CLOCK_H
#define DEVICE_CLOCK_H

#include <stdint.h>

/** Seconds since 1970-01-01 UTC; 0 until the clock was set once. */
int64_t device_clock_now(void);

/** Asks the time server where that is due: at first, once in an hour, and after device_clock_doubt(). */
void device_clock_sync(void);

/** A bridge that cut or refused may be right about the time. */
void device_clock_doubt(void);

#endif
