/* Does as it is asked to, each time between trace_begin() and trace_end(), and prints status and output. What leaks does so on
   purpose: whoever looks for differences must find it. */
#include "operate.h"

#include <string.h>

void trace_begin(void);
void trace_end(void);

__attribute__((noinline)) void trace_begin(void)
{
    __asm__ volatile("");
}

__attribute__((noinline)) void trace_end(void)
{
    __asm__ volatile("");
}

__attribute__((noinline)) static void leak_by_branch(void)
{
    static volatile uint8_t sum;
    if ((request.key[0] & 1) != 0) {
        sum = (uint8_t)(sum + 1);
    }
}

__attribute__((noinline)) static void leak_by_address(void)
{
    static const volatile uint8_t table[256];
    (void)table[request.key[0]];
}

static jwt_status operate_or_leak(void)
{
    if (request.operation == LEAK_BY_BRANCH) {
        leak_by_branch();
    } else if (request.operation == LEAK_BY_ADDRESS) {
        leak_by_address();
    }
    return operate();
}

int main(void)
{
    for (uint32_t count = request_count(); count > 0; count--) {
        request_next();
        memset(output, 0, sizeof output);
        output_len = 0;
        trace_begin();
        const jwt_status status = operate_or_leak();
        trace_end();
        print_number(status);
        print_hex(output, output_len);
        print("\n");
    }
    return 0;
}
