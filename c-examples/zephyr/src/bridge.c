/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "bridge.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <jwt_mint.h>
#include <zephyr/logging/log.h>
#include <zephyr/net/mqtt.h>
#include <zephyr/net/socket.h>
#include <zephyr/net/tls_credentials.h>

LOG_MODULE_REGISTER(bridge, LOG_LEVEL_INF);

#define CLIENT_ID_START \
    "projects/" CONFIG_APP_PROJECT "/locations/" CONFIG_APP_LOCATION "/registries/" CONFIG_APP_REGISTRY "/devices/"

enum {
    CLIENT_ID_SIZE = sizeof CLIENT_ID_START + 255,
    /* The CONNECT packet is in there as a whole, and with it the token: too small a buffer fails with -ENOMEM. */
    SEND_SIZE = JWT_MQTT_TOKEN_SIZE(sizeof CONFIG_APP_PROJECT - 1, JWT_ES256_SIGNATURE_LEN) + CLIENT_ID_SIZE + 64,
    RECEIVE_SIZE = 512,
    ANSWER_MS = 10000,
};

static struct mqtt_client client;
static struct sockaddr_storage address;
static struct mqtt_utf8 user_name, password;
static char client_id[CLIENT_ID_SIZE];
static uint8_t send_buffer[SEND_SIZE], receive_buffer[RECEIVE_SIZE];

static bool is_open, is_answered, is_acknowledged;
static int reason; /* CONNACK's code */
static uint16_t message_id;

#if defined(CONFIG_APP_TLS)
enum { CA_TAG = 1 };
static const sec_tag_t tags[] = {CA_TAG};
static const uint8_t ca[] = {
#include "ca.pem.inc"
    0 /* PEM is text, which ends in a NUL for Mbed TLS. */
};
#endif

int bridge_start(void)
{
    int error = 0;
#if defined(CONFIG_APP_TLS)
    error = tls_credential_add(CA_TAG, TLS_CREDENTIAL_CA_CERTIFICATE, ca, sizeof ca);
    if (error != 0) {
        LOG_ERR("the CA is not taken: %d", error);
    }
#endif
    return error;
}

static uint16_t next_message_id(void)
{
    message_id = message_id == UINT16_MAX ? 1 : message_id + 1; /* 0 is none */
    return message_id;
}

/** What the bridge sends on these topics take() reads. 0, or what went wrong. */
static int subscribe(const char *device)
{
    static const char *const kinds[] = {"config", "commands/#"};
    char text[sizeof "/devices//commands/#" + 255];
    int error = 0;
    for (size_t i = 0; i < ARRAY_SIZE(kinds) && error == 0; i++) {
        const int len = snprintf(text, sizeof text, "/devices/%s/%s", device, kinds[i]);
        struct mqtt_topic topic = {.topic = {(const uint8_t *)text, (uint32_t)len}, .qos = MQTT_QOS_1_AT_LEAST_ONCE};
        const struct mqtt_subscription_list list = {.list = &topic, .list_count = 1, .message_id = next_message_id()};
        error = mqtt_subscribe(&client, &list);
    }
    return error;
}

/** Reads a message as a whole, however long, so that the next packet is found. */
static void take(const struct mqtt_publish_param *publish)
{
    uint8_t piece[64];
    uint32_t left = publish->message.payload.len;
    while (left > 0) {
        const int len = mqtt_read_publish_payload_blocking(&client, piece, MIN(left, sizeof piece));
        if (len <= 0) {
            return;
        }
        left -= (uint32_t)len;
    }
    LOG_INF("received %u bytes on %.*s", publish->message.payload.len, (int)publish->message.topic.topic.size,
            (const char *)publish->message.topic.topic.utf8);
    if (publish->message.topic.qos == MQTT_QOS_1_AT_LEAST_ONCE) {
        const struct mqtt_puback_param puback = {.message_id = publish->message_id};
        mqtt_publish_qos1_ack(&client, &puback);
    }
}

static void on_event(struct mqtt_client *of, const struct mqtt_evt *event)
{
    ARG_UNUSED(of);
    switch (event->type) {
    case MQTT_EVT_CONNACK:
        is_answered = true;
        reason = event->param.connack.return_code;
        is_open = reason == MQTT_CONNECTION_ACCEPTED;
        break;
    case MQTT_EVT_PUBACK:
        is_acknowledged = is_acknowledged || event->param.puback.message_id == message_id;
        break;
    case MQTT_EVT_PUBLISH: take(&event->param.publish); break;
    case MQTT_EVT_DISCONNECT: is_open = false; break;
    default: break;
    }
}

static int resolve(void)
{
    static const struct zsock_addrinfo hints = {.ai_family = AF_INET, .ai_socktype = SOCK_STREAM};
    struct zsock_addrinfo *found;
    const int error = zsock_getaddrinfo(CONFIG_APP_BRIDGE_HOST, STRINGIFY(CONFIG_APP_BRIDGE_PORT), &hints, &found);
    if (error == 0) {
        memcpy(&address, found->ai_addr, found->ai_addrlen);
        zsock_freeaddrinfo(found);
    }
    return error;
}

static void prepare(const char *device, const char *token)
{
    mqtt_client_init(&client);
    const int len = snprintf(client_id, sizeof client_id, CLIENT_ID_START "%s", device);
    user_name = MQTT_UTF8_LITERAL("unused"); /* not empty, or the vendor's bridge would not look at the password */
    password = (struct mqtt_utf8){(const uint8_t *)token, strlen(token)};
    client.broker = &address;
    client.evt_cb = on_event;
    client.client_id = (struct mqtt_utf8){(const uint8_t *)client_id, (uint32_t)len};
    client.user_name = &user_name;
    client.password = &password;
    client.protocol_version = MQTT_VERSION_3_1_1;
    client.rx_buf = receive_buffer;
    client.rx_buf_size = sizeof receive_buffer;
    client.tx_buf = send_buffer;
    client.tx_buf_size = sizeof send_buffer;
#if defined(CONFIG_APP_TLS)
    client.transport.type = MQTT_TRANSPORT_SECURE;
    client.transport.tls.config = (struct mqtt_sec_config){.peer_verify = TLS_PEER_VERIFY_REQUIRED,
                                                           .sec_tag_list = tags,
                                                           .sec_tag_count = ARRAY_SIZE(tags),
                                                           .hostname = CONFIG_APP_BRIDGE_NAME};
#else
    client.transport.type = MQTT_TRANSPORT_NON_SECURE;
#endif
}

static int descriptor(void)
{
#if defined(CONFIG_APP_TLS)
    return client.transport.tls.sock;
#else
    return client.transport.tcp.sock;
#endif
}

/** Waits for bytes that long at most, and hands them to the MQTT library. 0, or what went wrong. */
static int receive(int64_t ms)
{
    struct zsock_pollfd ready = {.fd = descriptor(), .events = ZSOCK_POLLIN};
    const int count = zsock_poll(&ready, 1, (int)CLAMP(ms, 0, INT32_MAX));
    if (count < 0) {
        return -errno;
    }
    return count > 0 ? mqtt_input(&client) : 0;
}

enum bridge_answer bridge_open(const char *device, const char *token)
{
    is_open = is_answered = false;
    int error = resolve();
    if (error == 0) {
        prepare(device, token);
        error = mqtt_connect(&client);
        if (error == 0) {
            const int64_t give_up = k_uptime_get() + ANSWER_MS;
            while (error == 0 && !is_answered && k_uptime_get() < give_up) {
                error = receive(give_up - k_uptime_get());
            }
            if (is_open) {
                error = subscribe(device);
                is_open = error == 0;
            }
            if (!is_open) {
                mqtt_abort(&client);
            }
        }
    }
    if (is_open) {
        return BRIDGE_ACCEPTED;
    }
    if (is_answered && reason != MQTT_CONNECTION_ACCEPTED) {
        LOG_WRN("refused: CONNACK %d", reason);
    } else {
        LOG_WRN("no connection: %d", error);
    }
    const bool is_refused =
        is_answered && (reason == MQTT_BAD_USER_NAME_OR_PASSWORD || reason == MQTT_NOT_AUTHORIZED);
    return is_refused ? BRIDGE_REFUSED : BRIDGE_FAILED;
}

bool bridge_publish(const char *device, const char *reading)
{
    char topic[sizeof "/devices//events" + 255];
    const int len = snprintf(topic, sizeof topic, "/devices/%s/events", device);
    struct mqtt_publish_param publish = {0};
    publish.message.topic.topic = (struct mqtt_utf8){(const uint8_t *)topic, (uint32_t)len};
    publish.message.topic.qos = MQTT_QOS_1_AT_LEAST_ONCE;
    publish.message.payload = (struct mqtt_binstr){(uint8_t *)reading, strlen(reading)};
    publish.message_id = next_message_id();
    is_acknowledged = false;
    return mqtt_publish(&client, &publish) == 0;
}

bool bridge_is_acknowledged(void)
{
    return is_acknowledged;
}

bool bridge_serve(int64_t ms)
{
    int error = receive(MIN(ms, mqtt_keepalive_time_left(&client)));
    if (error == 0 && is_open) {
        error = mqtt_live(&client);
        error = error == -EAGAIN ? 0 : error; /* no ping is due */
        /* The next ping goes out when the one before had all of the keep-alive interval for its answer. */
        if (error == 0 && client.unacked_ping > 1) {
            LOG_WRN("no answer to a ping");
            error = -ETIMEDOUT;
        }
    }
    if (error != 0 && is_open) {
        mqtt_abort(&client);
        is_open = false;
    }
    return is_open;
}

bool bridge_is_open(void)
{
    return is_open;
}

void bridge_close(void)
{
    if (is_open) {
        mqtt_disconnect(&client, NULL);
        is_open = false;
    }
}
