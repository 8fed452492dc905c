#include "operate.h"

#include <string.h>

#include "with_key.h"

uint8_t output[OUTPUT_SIZE];
size_t output_len;
uint32_t scratch_words[JWT_RS256_SCRATCH_WORDS_2048];

static const int64_t NOW = 1700000000;

jwt_bytes key_bytes(void)
{
    return jwt_bytes_from(request.key, request.key_len);
}

jwt_bytes scalar_bytes(void)
{
    return jwt_bytes_from(request.key, SCALAR_LEN);
}

jwt_bytes entropy_bytes(void)
{
    return jwt_bytes_from(request.key + SCALAR_LEN, ENTROPY_LEN);
}

static jwt_status mint(const jwt_signer *signer, uint8_t *out, size_t size, size_t *len)
{
    jwt_claims claims;
    memset(&claims, 0, sizeof claims);
    claims.subject = JWT_STR("device");
    claims.now = NOW;
    claims.lifetime = 3600;
    return jwt_mint(&claims, signer, (char *)out, size, len);
}

static jwt_status mint_mqtt(const jwt_signer *signer, uint8_t *out, size_t size, size_t *len)
{
    jwt_mqtt_claims claims;
    memset(&claims, 0, sizeof claims);
    claims.project = JWT_STR("project");
    claims.now = NOW;
    claims.lifetime = 3600;
    return jwt_mint_mqtt(&claims, signer, (char *)out, size, len);
}

jwt_status use_as_asked(const jwt_signer *signer, uint8_t *out, size_t size, size_t *len)
{
    const jwt_bytes message = jwt_bytes_from(request.message, request.message_len);
    switch (request.operation) {
    case MINT:
        return mint(signer, out, size, len);
    case MINT_MQTT:
        return mint_mqtt(signer, out, size, len);
    default:
        return jwt_sign(signer, message, out, size, len);
    }
}

static jwt_status use(const jwt_signer *signer)
{
    return use_as_asked(signer, output, sizeof output, &output_len);
}

static jwt_status operate_with_signer(void)
{
    switch (request.signer) {
    case ES256:
        return with_es256(scalar_bytes(), use);
    case ES256_HEDGED:
        return with_es256_hedged(scalar_bytes(), entropy_bytes(), use);
    case RS256:
        return with_rs256(key_bytes(), use);
    case RS256_IN_SCRATCH:
        return with_rs256_in_scratch(key_bytes(), scratch_words, use);
    case HS256:
        return with_hs256(key_bytes(), use);
    default:
        return JWT_ERR_SIGNER;
    }
}

static jwt_status load_es256(void)
{
    jwt_es256_key key;
    const jwt_str text = {(const char *)request.key, request.key_len};
    const jwt_status status = request.operation == LOAD_PEM ? jwt_es256_key_load_pem(&key, text)
                                                            : jwt_es256_key_load_der(&key, key_bytes());
    jwt_es256_key_wipe(&key);
    return status;
}

static jwt_status load_rs256(void)
{
    static uint8_t der[JWT_RS256_DER_SIZE_2048];
    jwt_rs256_key key;
    const jwt_str text = {(const char *)request.key, request.key_len};
    size_t der_len;
    const jwt_status status = request.operation == LOAD_PEM
                                  ? jwt_rs256_key_load_pem(&key, text, der, sizeof der, &der_len)
                                  : jwt_rs256_key_load_der(&key, key_bytes());
    jwt_rs256_key_wipe(&key);
    return status;
}

static jwt_status verify_hs256(void)
{
    static uint8_t scratch[JWT_SCRATCH_SIZE(MESSAGE_SIZE)];
    const jwt_str token = {(const char *)request.message, request.message_len};
    return verify_by_hs256(key_bytes(), token, NOW, scratch, sizeof scratch);
}

jwt_status operate(void)
{
    switch (request.operation) {
    case LOAD_DER:
    case LOAD_PEM:
        return request.signer == ES256 ? load_es256() : load_rs256();
    case VERIFY:
        return verify_hs256();
    default:
        return operate_with_signer();
    }
}
