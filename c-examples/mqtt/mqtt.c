/*
 * A device that publishes readings by MQTT for as long as it is asked to, with libmosquitto. Its token is the password; it
 * is renewed before it expires, and a reading counts as published once the bridge has acknowledged it.
 *
 *     mqtt --device my-device --key ec_private.pem --port 8883 --ca ca.pem --readings 10 --every 60
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mosquitto.h>

#include "../device/device.h"

enum { REAL_SECONDS_MAX = 10, LOOP_MS = 10 };

static struct device device;
static struct mosquitto *mqtt;

static struct {
    int is_open, is_answered, reason; /* of the connection; CONNACK's code */
    int mid;                          /* of the reading that is under way; 0: none is */
    unsigned acknowledged;            /* readings */
    int64_t started_ms;
} state;

static jwt_status mint(const struct device *by, const jwt_signer *signer, int64_t now, char *token, size_t token_size,
                       size_t *token_len)
{
    jwt_mqtt_claims claims = {0};
    claims.project = jwt_str_from(by->project);
    claims.now = now;
    claims.lifetime = by->renewal.lifetime;
    return jwt_mint_mqtt(&claims, signer, token, token_size, token_len);
}

static void on_connect(struct mosquitto *client, void *context, int reason)
{
    (void)client, (void)context;
    state.is_answered = 1;
    state.reason = reason;
    state.is_open = reason == 0;
}

static void on_disconnect(struct mosquitto *client, void *context, int reason)
{
    (void)client, (void)context, (void)reason;
    state.is_open = 0;
}

static void on_publish(struct mosquitto *client, void *context, int mid)
{
    (void)client, (void)context;
    if (mid == state.mid) {
        state.mid = 0;
        state.acknowledged++;
    }
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message)
{
    (void)client, (void)context;
    printf("received %s %.*s\n", message->topic, message->payloadlen, (const char *)message->payload);
}

/** Connects with the token, and tells the renewal what came of it. */
static void open_connection(void)
{
    const time_t give_up = time(NULL) + REAL_SECONDS_MAX;
    state.is_answered = 0;
    mosquitto_username_pw_set(mqtt, "unused", device.token);
    int error = mosquitto_connect(mqtt, device.host, device.port, 300);
    while (error == MOSQ_ERR_SUCCESS && !state.is_answered && time(NULL) < give_up) {
        error = mosquitto_loop(mqtt, LOOP_MS, 1);
    }
    const uint32_t uptime_ms = device_uptime_ms(&device);
    if (state.is_open) {
        printf("connected at %lld\n", (long long)device_ms(&device) / 1000);
        jwt_renewal_accepted(&device.renewal, uptime_ms);
    } else if (state.is_answered && (state.reason == 4 || state.reason == 5)) {
        printf("refused: CONNACK %d\n", state.reason);
        jwt_renewal_refused(&device.renewal, uptime_ms);
        mosquitto_disconnect(mqtt);
    } else {
        printf("no connection: %s\n", state.is_answered ? mosquitto_connack_string(state.reason) : mosquitto_strerror(error));
        jwt_renewal_failed(&device.renewal, uptime_ms);
        mosquitto_disconnect(mqtt);
    }
}

static void close_connection(void)
{
    mosquitto_disconnect(mqtt);
    for (int tries = 0; state.is_open && tries < 100; tries++) {
        mosquitto_loop(mqtt, LOOP_MS, 1);
    }
    state.is_open = 0;
}

/** Subscribes, and attaches the other device where there is one. */
static void greet(void)
{
    char topic[512], message[JWT_ATTACH_MESSAGE_SIZE(1024)];
    size_t len;
    snprintf(topic, sizeof topic, "/devices/%s/config", device.id);
    mosquitto_subscribe(mqtt, NULL, topic, 1);
    snprintf(topic, sizeof topic, "/devices/%s/commands/#", device.id);
    mosquitto_subscribe(mqtt, NULL, topic, 1);
    if (device.attach_id != NULL && device_attach_message(&device, mint, message, sizeof message, &len)) {
        snprintf(topic, sizeof topic, "/devices/%s/attach", device.attach_id);
        mosquitto_publish(mqtt, NULL, topic, (int)len, message, 1, false);
    }
}

static int64_t due_ms(void)
{
    return state.started_ms + (int64_t)state.acknowledged * device.every * 1000;
}

/** Publishes what is due, one reading at a time. What is under way when a connection breaks, libmosquitto sends again. */
static void publish_due(void)
{
    char topic[512], reading[64];
    if (state.mid != 0 || device_ms(&device) < due_ms()) {
        return;
    }
    snprintf(topic, sizeof topic, "/devices/%s/events", device.attach_id != NULL ? device.attach_id : device.id);
    const int len = snprintf(reading, sizeof reading, "{\"reading\":%u}", state.acknowledged);
    if (mosquitto_publish(mqtt, &state.mid, topic, len, reading, 1, false) != MOSQ_ERR_SUCCESS) {
        state.mid = 0;
    }
}

/** Serves the connection until there is nothing to do for a while. Whether it still stands. */
static int serve(void)
{
    do {
        publish_due();
        if (mosquitto_loop(mqtt, state.mid != 0 ? LOOP_MS : 0, 1) != MOSQ_ERR_SUCCESS || !state.is_open) {
            state.is_open = 0;
            printf("cut at %lld\n", (long long)device_ms(&device) / 1000);
            jwt_renewal_lost(&device.renewal, device_uptime_ms(&device));
            return 0;
        }
    } while (state.mid != 0 || (state.acknowledged < device.readings && device_ms(&device) >= due_ms()));
    return 1;
}

static void step(void)
{
    int renewed;
    const jwt_renewal_advice advice = device_advice(&device, mint, &renewed);
    if (renewed) {
        close_connection(); /* it was made with the old token */
    }
    if (advice.action == JWT_RENEWAL_USE && !state.is_open) {
        open_connection();
        if (state.is_open) {
            greet();
        }
    } else if (advice.action != JWT_RENEWAL_RENEW && (!state.is_open || serve()) &&
               state.acknowledged < device.readings) {
        const int64_t until_due = due_ms() - device_ms(&device);
        const int is_due_first = state.is_open && until_due < advice.wait_ms;
        device_pass(&device, is_due_first ? until_due > 0 ? until_due : 0 : (int64_t)advice.wait_ms);
    }
}

int main(int argc, char **argv)
{
    char client_id[1024];
    setvbuf(stdout, NULL, _IOLBF, 0);
    device_start(&device, argc, argv);
    snprintf(client_id, sizeof client_id, "projects/%s/locations/%s/registries/%s/devices/%s", device.project,
             device.location, device.registry, device.id);
    mosquitto_lib_init();
    mqtt = mosquitto_new(client_id, true, NULL);
    if (mqtt == NULL || (device.ca != NULL && mosquitto_tls_set(mqtt, device.ca, NULL, NULL, NULL, NULL) != MOSQ_ERR_SUCCESS)) {
        fprintf(stderr, "mqtt: cannot be set up\n");
        return 2;
    }
    mosquitto_connect_callback_set(mqtt, on_connect);
    mosquitto_disconnect_callback_set(mqtt, on_disconnect);
    mosquitto_publish_callback_set(mqtt, on_publish);
    mosquitto_message_callback_set(mqtt, on_message);
    state.started_ms = device_ms(&device);
    while (state.acknowledged < device.readings) {
        step();
    }
    close_connection();
    printf("done: %u readings, %u tokens\n", state.acknowledged, device.tokens);
    mosquitto_destroy(mqtt);
    mosquitto_lib_cleanup();
    jwt_private_key_wipe(&device.key);
    return 0;
}
