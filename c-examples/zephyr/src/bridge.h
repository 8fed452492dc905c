/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The MQTT connection to the bridge, one at a time. */
#ifndef BRIDGE_H
#define BRIDGE_H

#include <stdbool.h>
#include <stdint.h>

enum bridge_answer {
    BRIDGE_ACCEPTED, /**< CONNACK 0 */
    BRIDGE_REFUSED,  /**< CONNACK 4 or 5: the token, or the device */
    BRIDGE_FAILED,   /**< all else: no network, no answer, CONNACK 1 to 3 */
};

/** Registers the CA. 0, or a negative error code after it was logged. */
int bridge_start(void);

/** Connects as the device, with the token as the password, and subscribes to its configuration and its commands. */
enum bridge_answer bridge_open(const char *device, const char *token);

/** Publishes a reading. false: it could not be sent. */
bool bridge_publish(const char *device, const char *reading);
/** Whether the bridge has acknowledged the last reading. */
bool bridge_is_acknowledged(void);

/** Serves the connection for that long, less where something arrived. Whether it still stands. */
bool bridge_serve(int64_t ms);

bool bridge_is_open(void);
void bridge_close(void);

#endif
