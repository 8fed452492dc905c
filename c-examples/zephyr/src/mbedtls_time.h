/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Behind Zephyr's configuration of Mbed TLS: the dates of certificates are compared with the device's clock. */
#ifndef MBEDTLS_TIME_H
#define MBEDTLS_TIME_H

#include "device_clock.h"

#define MBEDTLS_PLATFORM_TIME_MACRO device_clock_time

#endif
