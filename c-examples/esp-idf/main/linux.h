#pragma once

/** The file that the environment variable FLASH names takes the place of the flash. */
void linux_open_flash(void);
