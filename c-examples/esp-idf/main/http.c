/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "http.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esp_crt_bundle.h>
#include <esp_http_client.h>
#include <esp_log.h>
#include <mbedtls/base64.h>

#include "token.h"

static const char TAG[] = "http";

enum { STATE_SIZE = 128, URL_SIZE = IDENTITY_URL_SIZE + IDENTITY_TEXT_SIZE + 3 * IDENTITY_NAME_SIZE + 128 };

static struct token token;
static char url[URL_SIZE];

/** As a value of a query (RFC 3986 section 2.3). */
static void escape(const char *text, char *out, size_t out_size)
{
    for (; *text != '\0' && out_size > 3; text++) {
        const int is_plain = (*text >= 'a' && *text <= 'z') || (*text >= 'A' && *text <= 'Z') ||
                             (*text >= '0' && *text <= '9') || strchr("-._~", *text) != NULL;
        const int len = snprintf(out, out_size, is_plain ? "%c" : "%%%02X", (unsigned char)*text);
        out += len;
        out_size -= (size_t)len;
    }
}

void http_start(const struct identity *identity)
{
    char name[3 * IDENTITY_NAME_SIZE] = "";
    escape(identity->name, name, sizeof name);
    snprintf(url, sizeof url, "%s/api/v/4/webhook/execute/%s/cloudiotdevice_devices?name=%s&method=setState",
             identity->http_url, identity->system_key, name);
    token_start(&token, identity);
}

/** One request; its status, or 0 where there was no answer. */
static int post(const struct identity *identity, const char *body)
{
    esp_http_client_config_t config = {
        .url = url,
        .method = HTTP_METHOD_POST,
        .cert_pem = identity->ca[0] != '\0' ? identity->ca : NULL,
        .crt_bundle_attach = identity->ca[0] != '\0' ? NULL : esp_crt_bundle_attach,
        .disable_auto_redirect = true, /* the token is for this server only */
        .max_authorization_retries = -1, /* 401 is an answer, and not a question for a user's name */
        /* With the default of 512 bytes a request with a long token goes out broken. */
        .buffer_size_tx = URL_SIZE + TOKEN_SIZE + 256,
    };
    int status = 0;
    esp_http_client_handle_t client = esp_http_client_init(&config);
    if (client != NULL && esp_http_client_set_header(client, "ClearBlade-UserToken", token.text) == ESP_OK &&
        esp_http_client_set_header(client, "Content-Type", "application/json") == ESP_OK &&
        esp_http_client_set_post_field(client, body, (int)strlen(body)) == ESP_OK) {
        /* Of an answer 401 it may say that it failed. */
        const esp_err_t error = esp_http_client_perform(client);
        status = esp_http_client_get_status_code(client);
        if (error != ESP_OK && status != 401) {
            status = 0;
        }
    }
    esp_http_client_cleanup(client);
    return status;
}

int http_set_state(const struct identity *identity, const char *text)
{
    char encoded[STATE_SIZE * 4 / 3 + 4], body[sizeof encoded + 32];
    size_t len;
    jwt_renewal_advice advice = token_advice(&token);
    if (advice.action == JWT_RENEWAL_RENEW && token_mint_http(&token, identity)) {
        advice = token_advice(&token);
    }
    if (advice.action != JWT_RENEWAL_USE ||
        mbedtls_base64_encode((unsigned char *)encoded, sizeof encoded, &len, (const unsigned char *)text, strlen(text)) != 0) {
        return 0;
    }
    snprintf(body, sizeof body, "{\"binaryData\":\"%s\"}", encoded);
    const int status = post(identity, body);
    if (status >= 200 && status < 300) {
        jwt_renewal_accepted(&token.renewal, uptime_ms());
        ESP_LOGI(TAG, "state taken");
        return 1;
    }
    if (status == 401 || status == 403) {
        ESP_LOGW(TAG, "refused: status %d", status);
        jwt_renewal_refused(&token.renewal, uptime_ms());
    } else {
        ESP_LOGW(TAG, "status %d", status);
        jwt_renewal_failed(&token.renewal, uptime_ms());
    }
    return 0;
}
