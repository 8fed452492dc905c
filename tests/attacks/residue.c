/* Does as it is asked to and prints all RAM: what is left of the stack that the call ran on, and all variables. */
#include "operate.h"

#include <string.h>

/* Of the linker script. */
extern uint8_t stack_limit[], bss_end[];

__attribute__((noinline)) static void forget(void)
{
    volatile uint8_t copy[32];
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = request.key[i];
    }
}

/* So far down that what prints does not overwrite what is to be found. */
__attribute__((noinline)) static jwt_status operate_below(void)
{
    volatile uint8_t room[768];
    room[0] = 0;
    const jwt_status status = operate();
    if (request.operation == FORGET) {
        forget();
    }
    room[sizeof room - 1] = 0;
    return status;
}

int main(void)
{
    request_next();
    const jwt_status status = operate_below();
    /* The caller's own copy. */
    memset(request.key, 0, sizeof request.key);
    print_number(status);
    print_hex(output, output_len);
    print("\n");
    print_hex(stack_limit, (size_t)(bss_end - stack_limit));
    print("\n");
    return 0;
}
