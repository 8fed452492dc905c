/*
 * The clock of a trial: the machine's, or a file that holds milliseconds since 1970-01-01 UTC as text. Whoever sets it
 * replaces the file, so that no reader meets half a number.
 */
#ifndef TEST_CLOCK_H
#define TEST_CLOCK_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/** Milliseconds now. `file`: NULL for the machine's clock. */
static inline int64_t test_clock_ms(const char *file)
{
    long long ms = 0;
    if (file == NULL) {
        struct timespec time;
        clock_gettime(CLOCK_REALTIME, &time);
        return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
    }
    FILE *clock = fopen(file, "r");
    if (clock == NULL || fscanf(clock, "%lld", &ms) != 1) {
        perror(file);
        exit(2);
    }
    fclose(clock);
    return ms;
}

static inline void test_clock_set(const char *file, int64_t ms)
{
    char fresh[4096];
    snprintf(fresh, sizeof fresh, "%s.new", file);
    FILE *clock = fopen(fresh, "w");
    if (clock == NULL || fprintf(clock, "%lld\n", (long long)ms) < 0 || fclose(clock) != 0 || rename(fresh, file) != 0) {
        perror(file);
        exit(2);
    }
}

#endif
