/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/* What IDF's linux target lacks of a chip. */
#include "linux.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include <esp_private/partition_linux.h>
#include <esp_timer.h>

__attribute__((weak)) int64_t esp_timer_get_time(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

void linux_open_flash(void)
{
    const char *file = getenv("FLASH");
    if (file == NULL) {
        fprintf(stderr, "FLASH is to name a file with the image of the flash\n");
        exit(2);
    }
    esp_partition_file_mmap_ctrl_t *control = esp_partition_get_file_mmap_ctrl_input();
    snprintf(control->flash_file_name, sizeof control->flash_file_name, "%s", file);
}
