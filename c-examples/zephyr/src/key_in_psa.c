/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * The key is in the PSA key store, which signs and never hands it out. The device makes it at its first start; the public key
 * that it logs is what is registered.
 */
#include <errno.h>

#include <psa/crypto.h>
#include <zephyr/logging/log.h>
#include <zephyr/psa/key_ids.h>
#include <zephyr/sys/util.h>

#include "identity.h"

LOG_MODULE_REGISTER(key_in_psa, LOG_LEVEL_INF);

static const psa_key_id_t KEY_ID = ZEPHYR_PSA_APPLICATION_KEY_ID_RANGE_BEGIN;

/* What the library hands over is the digest already: the hash is not the store's to do. */
static int32_t sign(void *context, const uint8_t *digest, size_t message_len, uint8_t *signature, size_t signature_size,
                    size_t *signature_len)
{
    ARG_UNUSED(context);
    ARG_UNUSED(message_len);
    /* PSA's own form of an ECDSA signature is r then s, 32 bytes each. */
    return psa_sign_hash(KEY_ID, PSA_ALG_ECDSA(PSA_ALG_SHA_256), digest, 32, signature, signature_size, signature_len);
}

static psa_status_t make_key(void)
{
    psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
    psa_key_id_t made;
    psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
    psa_set_key_bits(&attributes, 256);
    psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
    psa_set_key_algorithm(&attributes, PSA_ALG_ECDSA(PSA_ALG_SHA_256));
    psa_set_key_lifetime(&attributes, PSA_KEY_LIFETIME_PERSISTENT);
    psa_set_key_id(&attributes, KEY_ID);
    return psa_generate_key(&attributes, &made);
}

/* SubjectPublicKeyInfo of a point on P-256 (RFC 5480 section 2), which makes the lines that OpenSSL reads. */
static void tell(const uint8_t point[65])
{
    static const uint8_t prefix[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06,
                                     0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00};
    char line[2 * (sizeof prefix + 65) + 1];
    bin2hex(prefix, sizeof prefix, line, sizeof line);
    bin2hex(point, 65, line + 2 * sizeof prefix, 2 * 65 + 1);
    LOG_INF("public key (DER in hexadecimal): %s", line);
}

int key_load(jwt_str pem, jwt_signer *signer)
{
    static jwt_es256_public_key public_key;
    static jwt_callback callback;
    uint8_t point[65];
    size_t len;
    ARG_UNUSED(pem);

    psa_status_t status = psa_crypto_init();
    if (status == PSA_SUCCESS) {
        status = psa_export_public_key(KEY_ID, point, sizeof point, &len);
    }
    if (status == PSA_ERROR_INVALID_HANDLE || status == PSA_ERROR_DOES_NOT_EXIST) {
        status = make_key();
        if (status == PSA_SUCCESS) {
            status = psa_export_public_key(KEY_ID, point, sizeof point, &len);
        }
    }
    if (status != PSA_SUCCESS) {
        LOG_ERR("the key store: %d", (int)status);
        return -EIO;
    }
    const jwt_status loaded = jwt_es256_public_key_load_raw(&public_key, jwt_bytes_from(point, len));
    if (loaded != JWT_OK) {
        LOG_ERR("the key store's public key: %s", jwt_status_name(loaded));
        return -EINVAL;
    }
    tell(point);
    callback.signature = JWT_SIGNATURE_ES256_RAW;
    callback.sign = sign;
    /* Each signature is checked before it is used. */
    callback.verifier = jwt_es256_verifier(&public_key);
    *signer = jwt_callback_signer(&callback);
    return 0;
}
