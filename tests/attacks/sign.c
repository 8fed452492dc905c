/* Signs as it is asked to, each time between trace_begin() and trace_end(), and prints status and signature. What leaks does
   so on purpose: whoever looks for differences must find it. */
#include "request.h"

#include <string.h>

#include "with_key.h"

enum { SIGN_ES256 = 1, SIGN_RS256, SIGN_HS256, LEAK_BY_BRANCH, LEAK_BY_ADDRESS };

static uint8_t signature[JWT_RS256_2048_SIGNATURE_LEN];
static size_t signature_len;

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

static jwt_status sign(const jwt_signer *signer)
{
    const jwt_bytes message = jwt_bytes_from(request.message, request.message_len);
    return jwt_sign(signer, message, signature, sizeof signature, &signature_len);
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

static jwt_status operate(void)
{
    const jwt_bytes key = jwt_bytes_from(request.key, request.key_len);
    switch (request.operation) {
    case LEAK_BY_BRANCH:
        leak_by_branch();
        return with_es256(key, sign);
    case LEAK_BY_ADDRESS:
        leak_by_address();
        return with_es256(key, sign);
    case SIGN_ES256:
        return with_es256(key, sign);
    case SIGN_RS256:
        return with_rs256(key, sign);
    case SIGN_HS256:
        return with_hs256(key, sign);
    default:
        return JWT_ERR_SIGNER;
    }
}

int main(void)
{
    for (uint32_t count = request_count(); count > 0; count--) {
        request_next();
        memset(signature, 0, sizeof signature);
        trace_begin();
        const jwt_status status = operate();
        trace_end();
        print_number(status);
        print_hex(signature, signature_len);
        print("\n");
    }
    return 0;
}
