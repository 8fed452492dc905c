/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* Who the device is: its id, and its key as a signer. */
#ifndef IDENTITY_H
#define IDENTITY_H

#include <jwt_mint.h>

enum { IDENTITY_ID_SIZE = 256 };

struct identity {
    char id[IDENTITY_ID_SIZE];
    jwt_signer signer;
};

/**
 * Reads the partition `device_partition`: the device's id on a line of its own and, where the key is in flash, the key as PEM
 * behind it. 0, or a negative error code after it was logged.
 */
int identity_load(struct identity *identity);

/** Makes `signer`, from the PEM or from the key store. `pem` is gone afterwards. */
int key_load(jwt_str pem, jwt_signer *signer);

#endif
