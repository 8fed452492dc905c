#include "request.h"

#include <string.h>

#include "board.h"

/* Of the linker's command line. */
extern const uint32_t requests[];

struct request request;

uint32_t request_count(void)
{
    return requests[0];
}

void request_next(void)
{
    static const uint32_t *next;
    if (next == NULL) {
        next = requests + 1;
    }
    request.operation = next[0];
    request.signer = next[1];
    request.argument = next[2];
    request.key_len = next[3];
    request.message_len = next[4];
    next += 5;
    memcpy(request.key, next, request.key_len);
    next += (request.key_len + 3) / 4;
    memcpy(request.message, next, request.message_len);
    next += (request.message_len + 3) / 4;
}

void print(const char *text)
{
    board_write(text, strlen(text));
}

void print_hex(const void *bytes, size_t len)
{
    const uint8_t *byte = bytes;
    char text[65];
    while (len != 0) {
        size_t i;
        for (i = 0; i < len && 2 * i + 2 < sizeof text; i++) {
            text[2 * i] = "0123456789abcdef"[byte[i] >> 4];
            text[2 * i + 1] = "0123456789abcdef"[byte[i] & 15];
        }
        board_write(text, 2 * i);
        byte += i;
        len -= i;
    }
}

void print_number(int32_t number)
{
    char digits[14];
    char *first = digits + sizeof digits - 1;
    uint32_t rest = number < 0 ? 0u - (uint32_t)number : (uint32_t)number;
    *first = '\0';
    *--first = ' ';
    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        *--first = '-';
    }
    print(first);
}
