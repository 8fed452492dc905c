/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Who the device is: what was written to its read-only partition when it was made. */
#pragma once

#include <jwt_mint.h>

enum { IDENTITY_TEXT_SIZE = 64, IDENTITY_URL_SIZE = 128, IDENTITY_PEM_SIZE = 4000 };

/* The name of the device among all of them: the MQTT client id, and `name` in URLs. */
enum { IDENTITY_NAME_SIZE = sizeof "projects//locations//registries//devices/" + 4 * IDENTITY_TEXT_SIZE };

struct identity {
    char project[IDENTITY_TEXT_SIZE], location[IDENTITY_TEXT_SIZE], registry[IDENTITY_TEXT_SIZE];
    char system_key[IDENTITY_TEXT_SIZE], device[IDENTITY_TEXT_SIZE];
    char name[IDENTITY_NAME_SIZE];
    char mqtt_url[IDENTITY_URL_SIZE];   /* mqtts://us-central1-g5-mqtt.clearblade.com:8883 */
    char http_url[IDENTITY_URL_SIZE];   /* https://us-central1.clearblade.com */
    char ca[IDENTITY_PEM_SIZE];         /* PEM of the CA that is trusted; empty: those of IDF's bundle. */
    jwt_private_key key;                /* ES256 or RS256 */
    uint8_t der[JWT_RS256_DER_SIZE_2048]; /* what an RS256 key refers to */
};

/** Reads it; stops the device where it is not whole. */
void identity_load(struct identity *identity);
