/*
 * time() of a device whose SNTP has not answered: seconds since the start, until the file that CLOCK_IS_SET names is there.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

time_t time(time_t *out)
{
    struct timespec now;
    const char *file = getenv("CLOCK_IS_SET");
    clock_gettime(file != NULL && access(file, F_OK) == 0 ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    if (out != NULL) {
        *out = now.tv_sec;
    }
    return now.tv_sec;
}
