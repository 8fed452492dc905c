/* A program as a user of an installed library has it: the README's example, and the version of what was linked. */
#include <stdio.h>

#include <jwt_mint.h>
#include "keys.h"

jwt_status mqtt_password(const char *key_pem, int64_t now, char *password);

int main(void)
{
    char password[256];
    jwt_status status = mqtt_password(KEY_EC_PKCS8_PEM, 1700000000, password);
    printf("TOKEN ec_public %s {\"aud\":\"my-project\",\"iat\":1700000000,\"exp\":1700003600}\n", password);
    return status != JWT_OK || jwt_version() != JWT_MINT_VERSION;
}
