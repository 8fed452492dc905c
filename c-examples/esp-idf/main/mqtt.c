#include "mqtt.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include <esp_crt_bundle.h>
#include <esp_log.h>
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

/* What happens in the client's task, told to the device's. */
enum happening { ACCEPTED, REFUSED, FAILED, LOST, PUBLISHED };

static esp_mqtt_client_handle_t client;
static QueueHandle_t happenings;
static struct token token;

static struct {
    enum { UNSTARTED, CLOSED, OPENING, OPEN, CLOSING } connection;
    int is_under_way;      /* a reading, until it is acknowledged */
    unsigned acknowledged; /* readings */
    uint32_t due_ms;       /* when the next is */
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

static void tell(enum happening happening)
{
    xQueueSend(happenings, &happening, portMAX_DELAY);
}

/** Runs in the client's task. */
static void on_event(void *context, esp_event_base_t base, int32_t id, void *data)
{
    static enum happening end;
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
        tell(ACCEPTED);
        break;
    case MQTT_EVENT_ERROR:
        if (event->error_handle->error_type == MQTT_ERROR_TYPE_CONNECTION_REFUSED &&
            (event->error_handle->connect_return_code == MQTT_CONNECTION_REFUSE_BAD_USERNAME ||
             event->error_handle->connect_return_code == MQTT_CONNECTION_REFUSE_NOT_AUTHORIZED)) {
            end = REFUSED;
        }
        break;
    case MQTT_EVENT_DISCONNECTED: tell(end); break;
    case MQTT_EVENT_PUBLISHED: tell(PUBLISHED); break;
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
    happenings = xQueueCreate(8, sizeof(enum happening));
    client = esp_mqtt_client_init(&config);
    if (happenings == NULL || client == NULL) {
        ESP_LOGE(TAG, "no memory");
        abort();
    }
    ESP_ERROR_CHECK(esp_mqtt_client_register_event(client, MQTT_EVENT_ANY, on_event, NULL));
    token_start(&token, identity);
    state.due_ms = uptime_ms();
}

unsigned mqtt_readings(void)
{
    return state.acknowledged;
}

/** Connects, with a token that was never used before. */
static void open_connection(const struct identity *identity)
{
    if (!token_mint_mqtt(&token, identity)) {
        return;
    }
    const esp_err_t error =
        state.connection == UNSTARTED ? esp_mqtt_client_start(client) : esp_mqtt_client_reconnect(client);
    if (error == ESP_OK) {
        state.connection = OPENING;
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

static void take(enum happening happening, const struct identity *identity)
{
    switch (happening) {
    case ACCEPTED:
        ESP_LOGI(TAG, "connected");
        jwt_renewal_accepted(&token.renewal, uptime_ms());
        state.connection = OPEN;
        greet(identity);
        break;
    case PUBLISHED:
        if (state.is_under_way) {
            state.is_under_way = 0;
            state.acknowledged++;
            state.due_ms += (uint32_t)CONFIG_DEVICE_READING_PERIOD * 1000;
            ESP_LOGI(TAG, "published %u", state.acknowledged);
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
 * One reading at a time. The client keeps a message that was not acknowledged, and sends it again on the next connection: a
 * reading may arrive twice.
 */
static void publish_due(const struct identity *identity)
{
    char topic[IDENTITY_TEXT_SIZE + 32], reading[64];
    if (state.is_under_way || (int32_t)(uptime_ms() - state.due_ms) < 0) {
        return;
    }
    snprintf(topic, sizeof topic, "/devices/%s/events", identity->device);
    snprintf(reading, sizeof reading, "{\"reading\":%u}", state.acknowledged);
    state.is_under_way = esp_mqtt_client_publish(client, topic, reading, 0, 1, 0) > 0;
}

void mqtt_step(const struct identity *identity)
{
    enum happening happening;
    const jwt_renewal_advice advice = token_advice(&token);
    if (advice.action == JWT_RENEWAL_RENEW && state.connection == OPEN) {
        ESP_LOGI(TAG, "renewing");
        state.connection = CLOSING; /* MQTT takes a new token with a new CONNECT only */
        esp_mqtt_client_disconnect(client);
    } else if (advice.action != JWT_RENEWAL_WAIT && (state.connection == UNSTARTED || state.connection == CLOSED)) {
        open_connection(identity);
    } else if (state.connection == OPEN) {
        publish_due(identity);
    }
    uint32_t wait_ms = advice.wait_ms < STEP_MS && state.connection == CLOSED ? advice.wait_ms : STEP_MS;
    if (xQueueReceive(happenings, &happening, pdMS_TO_TICKS(wait_ms)) == pdTRUE) {
        take(happening, identity);
    }
}
