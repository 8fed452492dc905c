#include <jwt_mint.h>

#define PROJECT "my-project"
enum { PASSWORD_SIZE = JWT_MQTT_TOKEN_SIZE(sizeof PROJECT - 1, JWT_ES256_SIGNATURE_LEN) };

/* The password of an MQTT connection, good for an hour from `now`; the user name is `unused`. */
jwt_status mqtt_password(const char *key_pem, int64_t now, char password[PASSWORD_SIZE])
{
    jwt_es256_key key;
    jwt_mqtt_claims claims = {0}; /* in C++: {} */
    size_t len;

    jwt_status status = jwt_es256_key_load_pem(&key, jwt_str_from(key_pem));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_es256_signer(&key);
        claims.project = JWT_STR(PROJECT);
        claims.now = now;
        claims.lifetime = 3600;
        status = jwt_mint_mqtt(&claims, &signer, password, PASSWORD_SIZE, &len);
    }
    jwt_es256_key_wipe(&key);
    return status;
}
