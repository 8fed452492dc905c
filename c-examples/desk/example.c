#include <jwt_mint.h>

/* The password of an MQTT connection to the project `my-project`, good for an hour; the user name is `unused`. */
jwt_status mqtt_password(const char *key_pem, int64_t now, char password[256])
{
    jwt_es256_key key;
    jwt_mqtt_claims claims = {0};
    size_t len;

    jwt_status status = jwt_es256_key_load_pem(&key, jwt_str_from(key_pem));
    if (status == JWT_OK) {
        const jwt_signer signer = jwt_es256_signer(&key);
        claims.project = JWT_STR("my-project");
        claims.now = now;
        claims.lifetime = 3600;
        status = jwt_mint_mqtt(&claims, &signer, password, 256, &len);
    }
    jwt_es256_key_wipe(&key);
    return status;
}
