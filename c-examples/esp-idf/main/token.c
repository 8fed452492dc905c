/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "token.h"

#include <time.h>

#include <esp_log.h>
#include <esp_timer.h>
#include <sdkconfig.h>

static const char TAG[] = "token";

uint32_t uptime_ms(void)
{
    return (uint32_t)(esp_timer_get_time() / 1000);
}

void token_start(struct token *token, const struct identity *identity)
{
    token->renewal.seed = jwt_renewal_seed(jwt_str_from(identity->device));
    token->renewal.lifetime = CONFIG_DEVICE_TOKEN_LIFETIME;
    token->renewal.clock_floor = BUILD_TIME;
    token->renewal.spread_ms = (uint32_t)CONFIG_DEVICE_SPREAD_SECONDS * 1000;
}

jwt_renewal_advice token_advice(struct token *token)
{
    jwt_renewal_advice advice;
    /* Before SNTP has answered, time() is the seconds since the start: the floor tells. */
    token->now = time(NULL);
    const jwt_status status = jwt_renewal_next(&token->renewal, token->now, uptime_ms(), &advice);
    if (status != JWT_OK) {
        ESP_LOGW(TAG, "%s", status == JWT_ERR_CLOCK ? "waiting for the clock to be set" : jwt_status_name(status));
        advice.action = JWT_RENEWAL_WAIT;
        advice.wait_ms = 1000;
    }
    return advice;
}

static int report(struct token *token, jwt_status status)
{
    if (status == JWT_OK) {
        jwt_renewal_minted(&token->renewal, token->now);
    } else {
        ESP_LOGE(TAG, "cannot mint: %s", jwt_status_name(status));
        jwt_renewal_failed(&token->renewal, uptime_ms());
    }
    return status == JWT_OK;
}

int token_mint_mqtt(struct token *token, const struct identity *identity)
{
    const jwt_signer signer = jwt_private_key_signer(&identity->key);
    jwt_mqtt_claims claims = {0};
    size_t len;
    claims.project = jwt_str_from(identity->project);
    claims.now = token->now;
    claims.clock_floor = BUILD_TIME;
    claims.lifetime = CONFIG_DEVICE_TOKEN_LIFETIME;
    return report(token, jwt_mint_mqtt(&claims, &signer, token->text, sizeof token->text, &len));
}

int token_mint_http(struct token *token, const struct identity *identity)
{
    const jwt_signer signer = jwt_private_key_signer(&identity->key);
    jwt_http_claims claims = {0};
    size_t len;
    claims.system_key = jwt_str_from(identity->system_key);
    claims.device = jwt_str_from(identity->device);
    claims.now = token->now;
    claims.clock_floor = BUILD_TIME;
    claims.lifetime = CONFIG_DEVICE_TOKEN_LIFETIME;
    return report(token, jwt_mint_http(&claims, &signer, token->text, sizeof token->text, &len));
}
