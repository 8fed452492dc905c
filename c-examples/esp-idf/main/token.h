/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* A token and when it is to be renewed. Everything here runs in the device's own task, for signing takes a stack. */
#pragma once

#include "identity.h"

/* Room for either token, signed with RSA of 2048 bits. */
#define TOKEN_SIZE JWT_HTTP_TOKEN_SIZE(IDENTITY_TEXT_SIZE - 1, IDENTITY_TEXT_SIZE - 1, JWT_RS256_2048_SIGNATURE_LEN)

struct token {
    jwt_renewal renewal;
    int64_t now; /* when advice was asked for, which is when the token is minted */
    char text[TOKEN_SIZE];
};

uint32_t uptime_ms(void);

void token_start(struct token *token, const struct identity *identity);

/** What to do; JWT_RENEWAL_WAIT as long as the clock is not set. */
jwt_renewal_advice token_advice(struct token *token);

/** Mints, and reports it. Whether there is a new token. */
int token_mint_mqtt(struct token *token, const struct identity *identity);
int token_mint_http(struct token *token, const struct identity *identity);
