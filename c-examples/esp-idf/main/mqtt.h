/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The connection by MQTT: the token is its password. All calls come from one task. */
#pragma once

#include "identity.h"

void mqtt_start(const struct identity *identity);

/** Looks after the connection for up to a second; publishes a reading where one is due. */
void mqtt_step(const struct identity *identity);

/** Readings that the bridge has acknowledged. */
unsigned mqtt_readings(void);
