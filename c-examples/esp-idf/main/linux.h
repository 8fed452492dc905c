/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#pragma once

/** The file that the environment variable FLASH names takes the place of the flash. */
void linux_open_flash(void);
