/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The bridge's HTTP side: the token goes into a header of every request. */
#pragma once

#include "identity.h"

void http_start(const struct identity *identity);

/** Reports this state where the renewal lets it. Whether the bridge has taken it. */
int http_set_state(const struct identity *identity, const char *text);
