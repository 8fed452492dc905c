/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "identity.h"

#include <errno.h>
#include <string.h>

#include <zephyr/logging/log.h>
#include <zephyr/storage/flash_map.h>

LOG_MODULE_REGISTER(identity, LOG_LEVEL_INF);

/* An id of at most 255 characters, and the PEM of a key on P-256 with what OpenSSL may write around it. */
enum { RECORD_SIZE = 1024 };

int identity_load(struct identity *identity)
{
    static char record[RECORD_SIZE];
    const struct flash_area *partition;
    /* A key here lies in plain flash: only the chip's read-out protection keeps it from whoever holds the device. */
    int error = flash_area_open(FIXED_PARTITION_ID(device_partition), &partition);
    if (error == 0) {
        error = flash_area_read(partition, 0, record, sizeof record);
        flash_area_close(partition);
    }
    if (error != 0) {
        LOG_ERR("the device's partition cannot be read: %d", error);
        return error;
    }

    /* Behind the text the flash is as it was erased. */
    size_t len = 0;
    while (len < sizeof record && record[len] != '\0' && (uint8_t)record[len] != 0xff) {
        len++;
    }
    const char *line_end = memchr(record, '\n', len);
    size_t id_len = line_end != NULL ? (size_t)(line_end - record) : len;
    jwt_str pem = {record + id_len, len - id_len};
    if (id_len > 0 && record[id_len - 1] == '\r') {
        id_len--;
    }
    if (id_len == 0 || id_len >= sizeof identity->id) {
        LOG_ERR("no device id in the device's partition: it is to be provisioned");
        error = -ENOENT;
    } else {
        memcpy(identity->id, record, id_len);
        identity->id[id_len] = '\0';
        error = key_load(pem, &identity->signer);
    }
    /* A memset() would be left out: nothing reads this again. */
    for (volatile char *byte = record; byte < record + sizeof record; byte++) {
        *byte = 0;
    }
    return error;
}
