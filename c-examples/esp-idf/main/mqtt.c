/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "mqtt.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <esp_crt_bundle.h>
#include <esp_log.h>
#include <esp_timer.h>
#include <freertos/FreeRTOS.h>
#include <freertos/queue.h>
#include <mqtt_client.h>
#include <sdkconfig.h>

#include "token.h"

static const char TAG[] = "mqtt";

/*
 * CONNECT holds the client id, the user name and the token. With the default of 1,024 bytes a long token ends in
 * `Connect message cannot be created`.
 */
enum { OUT_SIZE = TOKEN_SIZE + IDENTITY_NAME_SIZE + 64, STEP_MS = 1000 };

/* How long esp_mqtt keeps a message that nobody acknowledges; then it drops it, connected or not, and tells nobody. */
#ifdef CONFIG_MQTT_OUTBOX_EXPIRED_TIMEOUT_MS
enum { KEPT_MS = CONFIG_MQTT_OUTBOX_EXPIRED_TIMEOUT_MS };
#else
enum { KEPT_MS = 30 * 1000 };
#endif

/* What happens in the client's task, told to the device's. */
struct happening {
    enum { ACCEPTED, REFUSED, FAILED, LOST, PUBLISHED } what;
    int message_id; /* of what was PUBLISHED */
};

static esp_mqtt_client_handle_t client;
static QueueHandle_t happenings;
static struct token token;

static struct {
    enum { UNSTARTED, CLOSED, OPENING, OPEN, CLOSING } connection;
    int has_unused_token;
    int message_id;        /* of the reading that is under way until it is acknowledged; 0: none is */
    int64_t sent_ms;       /* when it was sent */
    unsigned acknowledged; /* readings */
    int64_t due_ms;        /* when the next is */
} state;

/*
 * Complete and lasting, because esp_mqtt_set_config() sets back whatever is zero, certificates among it. The client connects when
 * the renewal says so, not on a timer of its own, which would take the old token in a circle and know no back-off.
 * Nothing is signed in the client's task, so its stack is the default.
 */
static esp_mqtt_client_config_t config = {
    .credentials.username = "unused", /* some clients leave out the password of an empty one */
    .network.disable_auto_reconnect = true,
    .buffer.size = 1024,
    .buffer.out_size = OUT_SIZE,
};

/** 64 bits, which no outage outlasts. */
static int64_t now_ms(void)
{
    return esp_timer_get_time() / 1000;
}

static void tell(int what, int message_id)
{
    const struct happening happening = {what, message_id};
    xQueueSend(happenings, &happening, portMAX_DELAY);
}

/** Runs in the client's task. */
static void on_event(void *context, esp_event_base_t base, int32_t id, void *data)
{
    static int end = FAILED;
    const esp_mqtt_event_t *event = data;
    (void)context, (void)base;
    switch (id) {
    case MQTT_EVENT_BEFORE_CONNECT:
        /* Whatever made it connect: this attempt takes the token that was minted for it. CONNECT is written afterwards. */
        end = FAILED;
        config.credentials.authentication.password = token.text;
        ESP_ERROR_CHECK(esp_mqtt_set_config(client, &config));
        break;
    case MQTT_EVENT_CONNECTED:
        end = LOST;
        tell(ACCEPTED, 0);
        break;
    case MQTT_EVENT_ERROR:
        if (event->error_handle->error_type == MQTT_ERROR_TYPE_CONNECTION_REFUSED &&
            (event->error_handle->connect_return_code == MQTT_CONNECTION_REFUSE_BAD_USERNAME ||
             event->error_handle->connect_return_code == MQTT_CONNECTION_REFUSE_NOT_AUTHORIZED)) {
            end = REFUSED;
        }
        break;
    case MQTT_EVENT_DISCONNECTED: tell(end, 0); break;
    case MQTT_EVENT_PUBLISHED: tell(PUBLISHED, event->msg_id); break;
    case MQTT_EVENT_DATA:
        ESP_LOGI(TAG, "received %.*s %.*s", event->topic_len, event->topic, event->data_len, event->data);
        break;
    default: break;
    }
}

void mqtt_start(const struct identity *identity)
{
    config.broker.address.uri = identity->mqtt_url;
    if (identity->ca[0] != '\0') {
        config.broker.verification.certificate = identity->ca;
    } else {
        config.broker.verification.crt_bundle_attach = esp_crt_bundle_attach;
    }
    config.credentials.client_id = identity->name;
    happenings = xQueueCreate(8, sizeof(struct happening));
    client = esp_mqtt_client_init(&config);
    if (happenings == NULL || client == NULL) {
        ESP_LOGE(TAG, "no memory");
        abort();
    }
    ESP_ERROR_CHECK(esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_event, NULL));
    token_start(&token, identity);
    state.due_ms = now_ms();
}

unsigned mqtt_readings(void)
{
    return state.acknowledged;
}

static int mint(const struct identity *identity)
{
    state.has_unused_token = token_mint_mqtt(&token, identity);
    return state.has_unused_token;
}

/** MQTT takes a new token with a new CONNECT only. Where none can be minted, the connection with the old one stays. */
static void renew(const struct identity *identity)
{
    if (mint(identity)) {
        ESP_LOGI(TAG, "renewing");
        state.connection = CLOSING;
        esp_mqtt_client_disconnect(client);
    }
}

/** Connects, with a token that was never used before. */
static void open_connection(const struct identity *identity, int is_renewal_due)
{
    if ((is_renewal_due || !state.has_unused_token) && !mint(identity)) {
        return;
    }
    const esp_err_t error =
        state.connection == UNSTARTED ? esp_mqtt_client_start(client) : esp_mqtt_client_reconnect(client);
    if (error == ESP_OK) {
        state.connection = OPENING;
        state.has_unused_token = 0;
    } else {
        ESP_LOGW(TAG, "cannot connect: %s", esp_err_to_name(error));
        jwt_renewal_failed(&token.renewal, uptime_ms());
    }
}

static void greet(const struct identity *identity)
{
    char topic[IDENTITY_TEXT_SIZE + 32];
    snprintf(topic, sizeof topic, "/devices/%s/config", identity->device);
    esp_mqtt_client_subscribe(client, topic, 1);
    snprintf(topic, sizeof topic, "/devices/%s/commands/#", identity->device);
    esp_mqtt_client_subscribe(client, topic, 0);
}

/** The next is due a period after this one was. Readings that an outage has kept from being sent are not made up for. */
static void count_acknowledged(void)
{
    const int64_t now = now_ms(), due_ms = state.due_ms + (int64_t)CONFIG_DEVICE_READING_PERIOD * 1000;
    state.due_ms = due_ms > now ? due_ms : now;
    state.message_id = 0;
    state.acknowledged++;
    ESP_LOGI(TAG, "published %u", state.acknowledged);
}

static void take(struct happening happening, const struct identity *identity)
{
    switch (happening.what) {
    case ACCEPTED:
        ESP_LOGI(TAG, "connected");
        jwt_renewal_accepted(&token.renewal, uptime_ms());
        state.connection = OPEN;
        greet(identity);
        break;
    case PUBLISHED:
        /* A late acknowledgement, of a message that was given up, is not one of the message that took its place. */
        if (state.message_id != 0 && happening.message_id == state.message_id) {
            count_acknowledged();
        }
        break;
    case REFUSED:
        ESP_LOGW(TAG, "refused");
        jwt_renewal_refused(&token.renewal, uptime_ms());
        state.connection = CLOSED;
        break;
    case FAILED:
        ESP_LOGW(TAG, "no connection");
        jwt_renewal_failed(&token.renewal, uptime_ms());
        state.connection = CLOSED;
        break;
    case LOST:
        if (state.connection != CLOSING) { /* one's own closing is reported to nobody */
            ESP_LOGW(TAG, "cut");
            jwt_renewal_lost(&token.renewal, uptime_ms());
        }
        state.connection = CLOSED;
        break;
    }
}

/**
 * One reading at a time. The client sends a message that was not acknowledged again, on the next connection too, but only for as
 * long as it keeps it; a second later the reading goes out as a new message. Either way a reading may arrive twice.
 */
static void publish_due(const struct identity *identity)
{
    char topic[IDENTITY_TEXT_SIZE + 32], reading[64];
    const int64_t now = now_ms();
    const int is_under_way = state.message_id != 0 && now - state.sent_ms <= KEPT_MS + 1000;
    if (is_under_way || now < state.due_ms) {
        return;
    }
    snprintf(topic, sizeof topic, "/devices/%s/events", identity->device);
    snprintf(reading, sizeof reading, "{\"reading\":%u}", state.acknowledged);
    const int message_id = esp_mqtt_client_publish(client, topic, reading, 0, 1, 0);
    state.message_id = message_id > 0 ? message_id : 0;
    state.sent_ms = now_ms();
}

void mqtt_step(const struct identity *identity)
{
    struct happening happening;
    const jwt_renewal_advice advice = token_advice(&token);
    if (advice.action == JWT_RENEWAL_RENEW && state.connection == OPEN) {
        renew(identity);
    } else if (advice.action != JWT_RENEWAL_WAIT && (state.connection == UNSTARTED || state.connection == CLOSED)) {
        open_connection(identity, advice.action == JWT_RENEWAL_RENEW);
    } else if (state.connection == OPEN) {
        publish_due(identity);
    }
    uint32_t wait_ms = advice.wait_ms < STEP_MS && state.connection == CLOSED ? advice.wait_ms : STEP_MS;
    if (xQueueReceive(happenings, &happening, pdMS_TO_TICKS(wait_ms)) == pdTRUE) {
        take(happening, identity);
    }
}
