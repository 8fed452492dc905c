/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* The key is PEM in the device's partition. */
#include <errno.h>

#include <zephyr/logging/log.h>

#include "identity.h"

LOG_MODULE_REGISTER(key_in_flash, LOG_LEVEL_INF);

int key_load(jwt_str pem, jwt_signer *signer)
{
    static jwt_es256_key key;
    const jwt_status status = jwt_es256_key_load_pem(&key, pem);
    if (status != JWT_OK) {
        LOG_ERR("the key in the device's partition: %s", jwt_status_name(status));
        return -EINVAL;
    }
    *signer = jwt_es256_signer(&key);
    return 0;
}
