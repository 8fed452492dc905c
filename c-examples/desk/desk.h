/* What the commands of the desk program share. */
#ifndef DESK_H
#define DESK_H

#include <stddef.h>
#include <stdint.h>

#include <jwt_mint.h>

enum { DONE = 0, REFUSED = 1, MISUSED = 2 };
enum { FILE_SIZE_MAX = 65535 };

/* Each says on stderr what is wrong, and returns the exit status. */
int misused(const char *why, const char *what);
int refused(jwt_status status, const char *what);
int unreadable(const char *path);

/* The whole of a file, at most `size` bytes of it; `-` is stdin. -1 with errno set where that fails. */
long read_file(const char *path, char *bytes, size_t size);
int parse_number(const char *text, int64_t *number);

/* `mint verify`. `argv[0]` is the program's name, the options follow. */
int verify(int argc, char **argv);

#endif
