/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "device_clock.h"

#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>
#include <zephyr/net/sntp.h>

LOG_MODULE_REGISTER(device_clock, LOG_LEVEL_INF);

enum { EVERY_MS = 3600 * 1000, RETRY_MS = 5000, TIMEOUT_MS = 3000 };

static int64_t at_start;      /* the time when the uptime was 0, in seconds; 0: not set */
static int64_t asked_next_ms; /* uptime */

int64_t device_clock_now(void)
{
    return at_start != 0 ? at_start + k_uptime_get() / 1000 : 0;
}

time_t device_clock_time(time_t *copy)
{
    const time_t now = (time_t)device_clock_now();
    if (copy != NULL) {
        *copy = now;
    }
    return now;
}

void device_clock_sync(void)
{
    struct sntp_time time;
    if (k_uptime_get() < asked_next_ms) {
        return;
    }
    const int error = sntp_simple(CONFIG_APP_SNTP_SERVER, TIMEOUT_MS, &time);
    if (error == 0 && time.seconds >= BUILD_TIME) {
        at_start = (int64_t)time.seconds - k_uptime_get() / 1000;
        asked_next_ms = k_uptime_get() + EVERY_MS;
        LOG_INF("time %lld", (long long)device_clock_now());
    } else {
        /* An old time is better than none, or than a wrong one: it is kept. */
        asked_next_ms = k_uptime_get() + RETRY_MS;
        if (error == 0) {
            LOG_WRN("%s tells %lld, when this was not built yet", CONFIG_APP_SNTP_SERVER, (long long)time.seconds);
        } else {
            LOG_WRN("no time from %s: %d", CONFIG_APP_SNTP_SERVER, error);
        }
    }
}

void device_clock_doubt(void)
{
    asked_next_ms = 0;
}
