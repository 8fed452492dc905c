/* Runs the operation once, on a stack that was painted, between two looks at a clock that counts instructions, and prints what
   that showed. */
#include "probe.h"

#include "board.h"
#include "inputs.h"
#include "keys.h"

/* Of the linker script. */
extern uint32_t stack_limit[];

/* What stands before the scalar in SEC1 (RFC 5915): SEQUENCE, version 1, OCTET STRING. */
enum { SEC1_PREFIX_LEN = 7 };

#define TEN(n) n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9
#define FIFTY(n) TEN(n), TEN(n + 10), TEN(n + 20), TEN(n + 30), TEN(n + 40)
static const uint8_t message[] = {FIFTY(0), FIFTY(50), FIFTY(100), FIFTY(150)};
static const uint8_t secret[] = {TEN(0), TEN(10), TEN(20), 30, 31};
static const struct inputs inputs = {
    .ec_pem = KEY_EC_PKCS8_PEM,
    .ec_scalar = KEY_EC_SEC1_DER + SEC1_PREFIX_LEN,
    .rsa_der = KEY_RSA_2048_PKCS8_DER,
    .rsa_der_len = sizeof KEY_RSA_2048_PKCS8_DER,
    .secret = secret,
    .message = message,
    .rsa_n = RSA_N,
    .rsa_d = RSA_D,
    .rsa_p = RSA_P,
    .rsa_q = RSA_Q,
    .rsa_pkcs1 = KEY_RSA_2048_PKCS1_DER,
    .rsa_pkcs1_len = sizeof KEY_RSA_2048_PKCS1_DER,
    .ec_public = KEY_EC_PUBLIC_DER,
    .ec_public_len = sizeof KEY_EC_PUBLIC_DER,
    .rsa_public = KEY_RSA_2048_PUBLIC_DER,
    .rsa_public_len = sizeof KEY_RSA_2048_PUBLIC_DER,
    .jws_es256 = JWS_ES256,
    .jws_rs256 = JWS_RS256,
    .rsa_3072_der = KEY_RSA_3072_PKCS8_DER,
    .rsa_3072_der_len = sizeof KEY_RSA_3072_PKCS8_DER,
    .rsa_4096_der = KEY_RSA_4096_PKCS8_DER,
    .rsa_4096_der_len = sizeof KEY_RSA_4096_PKCS8_DER,
};
static struct output output;

struct costs {
    uint32_t instructions;
    uint32_t stack;
    int failed;
};

__attribute__((weak)) int prepare(const struct inputs *in)
{
    (void)in;
    return 0;
}

static int nothing(const struct inputs *in, struct output *out)
{
    (void)in;
    (void)out;
    return 0;
}

__attribute__((noinline)) static struct costs costs_of(int (*call)(const struct inputs *, struct output *))
{
    const uint32_t *stack;
#ifdef __riscv
    __asm__ volatile("mv %0, sp" : "=r"(stack));
#else
    __asm__ volatile("mov %0, sp" : "=r"(stack));
#endif
    for (volatile uint32_t *word = stack_limit; word < stack; word++) {
        *word = BOARD_UNUSED_STACK;
    }
    clock_start();
    const uint32_t start = clock_now();
    const int status = call(&inputs, &output);
    const uint32_t end = clock_now();
    const int failed = status != 0 || clock_overflowed() != 0;
    const uint32_t *used = stack_limit;
    while (used < stack && *used == BOARD_UNUSED_STACK) {
        used++;
    }
    return (struct costs){(end - start) / CLOCK_STEPS, (uint32_t)((stack - used) * (ptrdiff_t)sizeof *used), failed};
}

static void print(const char *text)
{
    size_t len = 0;
    while (text[len] != '\0') {
        len++;
    }
    board_write(text, len);
}

static void print_number(const char *name, uint32_t number)
{
    char digits[12];
    char *first = digits + sizeof digits - 1;
    *first = '\0';
    do {
        *--first = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    print(name);
    print(first);
    print("\n");
}

int main(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    const uint32_t around = costs_of(nothing).instructions;
    print_number("yardstick ", costs_of(thousand_instructions).instructions - around);
    const int unprepared = prepare(&inputs);
    const struct costs costs = costs_of(operation);
    print_number("instructions ", costs.instructions - around);
    print_number("stack ", costs.stack);
    print("output ");
    for (size_t i = 0; i < output.len; i++) {
        const char digits[] = {"0123456789abcdef"[output.bytes[i] >> 4], "0123456789abcdef"[output.bytes[i] & 15], '\0'};
        print(digits);
    }
    print("\n");
    return unprepared != 0 || costs.failed;
}
