/* The harness without what differs between desk and board. */

#include "harness.h"

#define PATTERN 0xa5
#define GUARD 16
/** Failures that are printed of one case. */
#define PRINTED_MAX 20

static union {
    int64_t aligned;
    unsigned char bytes[GUARD + HARNESS_ROOM + GUARD];
} arena;

static struct {
    unsigned failures;
    const char *what;
    size_t round;
} current;

static void print_number(size_t number)
{
    char digits[24];
    size_t start = sizeof digits - 1;
    digits[start] = '\0';
    do {
        digits[--start] = (char)('0' + (int)(number % 10));
        number /= 10;
    } while (number != 0);
    harness_print(digits + start);
}

static void begin_failure(const char *file, int line)
{
    harness_print(file);
    harness_print(":");
    print_number((size_t)line);
    harness_print(": ");
}

static void end_failure(void)
{
    if (current.what != NULL) {
        harness_print(" [");
        harness_print(current.what);
        harness_print(" ");
        print_number(current.round);
        harness_print("]");
    }
    harness_print("\n");
}

void harness_check(int holds, const char *file, int line, const char *condition)
{
    if (holds) {
        return;
    }
    if (++current.failures <= PRINTED_MAX) {
        begin_failure(file, line);
        harness_print(condition);
        end_failure();
    }
}

void harness_check_status(int32_t expected, int32_t status, const char *file, int line, const char *call)
{
    if (status == expected) {
        return;
    }
    if (++current.failures <= PRINTED_MAX) {
        begin_failure(file, line);
        harness_print(jwt_status_name(status));
        harness_print(" instead of ");
        harness_print(jwt_status_name(expected));
        harness_print(": ");
        harness_print(call);
        end_failure();
    }
}

void harness_note(const char *what, size_t round)
{
    current.what = what;
    current.round = round;
}

static int run(const struct harness_case *one)
{
    current.failures = 0;
    current.what = NULL;
    one->run();
    return current.failures == 0 ? 0 : 1;
}

int harness_main(int argc, char **argv)
{
    const struct harness_case *one;
    int failed = 0;
    if (argc > 1 && strcmp(argv[1], "--list") == 0) {
        for (one = harness_cases; one->name != NULL; one++) {
            harness_print(one->name);
            harness_print("\n");
        }
        return 0;
    }
    if (argc > 1) {
        for (one = harness_cases; one->name != NULL; one++) {
            if (strcmp(argv[1], one->name) == 0) {
                return run(one);
            }
        }
        harness_print("no such case\n");
        return 1;
    }
    for (one = harness_cases; one->name != NULL; one++) {
        int result = run(one);
        harness_print(result == 0 ? "ok " : "FAILED ");
        harness_print(one->name);
        harness_print("\n");
        failed |= result;
    }
    return failed;
}

char *harness_room(size_t out_size)
{
    memset(arena.bytes, PATTERN, sizeof arena.bytes);
    CHECK(out_size <= HARNESS_ROOM);
    return (char *)arena.bytes + GUARD;
}

int harness_all(const void *bytes, size_t len, uint8_t value)
{
    const uint8_t *byte = (const uint8_t *)bytes;
    size_t i;
    for (i = 0; i < len; i++) {
        if (byte[i] != value) {
            return 0;
        }
    }
    return 1;
}

int harness_guards_hold(size_t out_size)
{
    const size_t end = GUARD + out_size;
    return harness_all(arena.bytes, GUARD, PATTERN) &&
           harness_all(arena.bytes + end, sizeof arena.bytes - end, PATTERN);
}

void *harness_place(size_t distance, const void *object, size_t size)
{
    const size_t place = (GUARD + distance + 15) / 16 * 16;
    CHECK(place + size <= GUARD + HARNESS_ROOM);
    memcpy(arena.bytes + place, object, size);
    return arena.bytes + place;
}

void harness_sweep(harness_call call, size_t len, size_t needed)
{
    size_t out_size;
    for (out_size = 0; out_size <= needed + 1; out_size++) {
        char *out = harness_room(out_size);
        size_t out_len = 7777;
        const jwt_status status = call(out, out_size, &out_len);
        harness_note("out_size", out_size);
        CHECK_STATUS(out_size < needed ? JWT_ERR_BUFFER_TOO_SMALL : JWT_OK, status);
        CHECK(out_len == len);
        CHECK(harness_guards_hold(out_size));
        CHECK(out_size == 0 || out_size >= needed || out[0] == '\0');
    }
    harness_note(NULL, 0);
}

static void append(harness_json *json, const char *text, size_t len)
{
    CHECK(json->len + len < sizeof json->text);
    if (json->len + len < sizeof json->text) {
        memcpy(json->text + json->len, text, len);
        json->len += len;
        json->text[json->len] = '\0';
    }
}

void harness_json_raw(harness_json *json, const char *text)
{
    append(json, text, strlen(text));
}

void harness_json_text(harness_json *json, jwt_str text)
{
    static const char digits[] = "0123456789ABCDEF";
    static const char named[] = "\"\\\b\f\n\r\t";
    static const char names[] = "\"\\bfnrt";
    size_t i;
    append(json, "\"", 1);
    for (i = 0; i < text.len; i++) {
        const char character = text.ptr[i];
        const unsigned char byte = (unsigned char)character;
        const char *name = character != '\0' ? strchr(named, character) : NULL;
        if (name != NULL) {
            append(json, "\\", 1);
            append(json, names + (name - named), 1);
        } else if (byte < 0x20) {
            append(json, "\\u00", 4);
            append(json, digits + (byte >> 4), 1);
            append(json, digits + (byte & 15), 1);
        } else {
            append(json, &character, 1);
        }
    }
    append(json, "\"", 1);
}

void harness_json_integer(harness_json *json, int64_t number)
{
    char digits[24];
    size_t start = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do {
        digits[--start] = (char)('0' + (int)(rest % 10));
        rest /= 10;
    } while (rest != 0);
    if (number < 0) {
        digits[--start] = '-';
    }
    append(json, digits + start, sizeof digits - start);
}

/** The value of a character of base64url; 64 where it is none. */
static unsigned digit(char character)
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const char *found = character != '\0' ? strchr(alphabet, character) : NULL;
    return found != NULL ? (unsigned)(found - alphabet) : 64;
}

/** Whether `len` characters are base64url without padding, with zeros in unused bits, of `text`. */
static int encodes(const char *characters, size_t len, const char *text)
{
    const size_t text_len = strlen(text);
    uint32_t bits = 0;
    unsigned held = 0;
    size_t i;
    size_t taken = 0;
    for (i = 0; i < len; i++) {
        bits = (bits << 6 | digit(characters[i])) & 0xffff;
        held += 6;
        if (held >= 8) {
            held -= 8;
            if (taken == text_len || (unsigned char)text[taken] != (bits >> held & 0xff)) {
                return 0;
            }
            taken++;
        }
    }
    return taken == text_len && len % 4 != 1 && (bits & ((1u << held) - 1)) == 0;
}

void harness_token(const char *key, const char *header, const char *payload, const char *token, size_t len)
{
    size_t dots[2] = {0, 0};
    size_t found = 0;
    size_t i;
    CHECK(token[len] == '\0');
    CHECK(strlen(token) == len);
    for (i = 0; i < len; i++) {
        if (token[i] != '.') {
            CHECK(digit(token[i]) < 64);
        } else if (found++ < 2) {
            dots[found - 1] = i;
        }
    }
    CHECK(found == 2);
    if (found != 2) {
        return;
    }
    CHECK(encodes(token, dots[0], header));
    CHECK(encodes(token + dots[0] + 1, dots[1] - dots[0] - 1, payload));
    CHECK(dots[1] + 1 < len);
    if (key != NULL) {
        harness_print("TOKEN ");
        harness_print(key);
        harness_print(" ");
        harness_print(token);
        harness_print(" ");
        harness_print(payload);
        harness_print("\n");
    }
}
