/* Does as it is asked to and prints all RAM: what is left of the stack that the call ran on, and all variables. */
#include "request.h"

#include <string.h>

#include "board.h"
#include "with_key.h"

enum { SIGN_ES256 = 1, SIGN_RS256, SIGN_HS256, MINT_ES256, LOAD_ES256, FORGET_ES256 };

/* Of the linker script. */
extern uint8_t stack_limit[], bss_end[];

static uint8_t output[JWT_RS256_2048_SIGNATURE_LEN];
static size_t output_len;

static jwt_bytes key_bytes(void)
{
    return jwt_bytes_from(request.key, request.key_len);
}

static jwt_status sign(const jwt_signer *signer)
{
    const jwt_bytes message = jwt_bytes_from(request.message, request.message_len);
    return jwt_sign(signer, message, output, sizeof output, &output_len);
}

static jwt_status mint(const jwt_signer *signer)
{
    jwt_mqtt_claims claims;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("project");
    claims.now = 1700000000;
    claims.lifetime = 3600;
    return jwt_mint_mqtt(&claims, signer, (char *)output, sizeof output, &output_len);
}

static jwt_status load_es256(void)
{
    jwt_es256_key key;
    const jwt_status status = jwt_es256_key_load_der(&key, key_bytes());
    jwt_es256_key_wipe(&key);
    return status;
}

__attribute__((noinline)) static void forget(void)
{
    volatile uint8_t copy[32];
    for (size_t i = 0; i < sizeof copy; i++) {
        copy[i] = request.key[i];
    }
}

static jwt_status operate(void)
{
    jwt_status status;
    switch (request.operation) {
    case SIGN_ES256:
        return with_es256(key_bytes(), sign);
    case MINT_ES256:
        return with_es256(key_bytes(), mint);
    case SIGN_RS256:
        return with_rs256(key_bytes(), sign);
    case SIGN_HS256:
        return with_hs256(key_bytes(), sign);
    case LOAD_ES256:
        return load_es256();
    case FORGET_ES256:
        status = with_es256(key_bytes(), sign);
        forget();
        return status;
    default:
        return JWT_ERR_SIGNER;
    }
}

/* So far down that what prints does not overwrite what is to be found. */
__attribute__((noinline)) static jwt_status operate_below(void)
{
    volatile uint8_t room[768];
    room[0] = 0;
    const jwt_status status = operate();
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
