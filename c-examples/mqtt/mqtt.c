/*
 * A device that publishes readings by MQTT for as long as it is asked to, with libmosquitto. Its token is the password; it
 * is renewed before it expires, and a reading counts as published once the bridge has acknowledged it.
 *
 *     mqtt --device my-device --key ec_private.pem --port 8883 --ca ca.pem --readings 10 --every 60
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* clock_gettime */
#endif
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
    int attach_mid, is_attached;      /* the attachment that is under way, and whether it was acknowledged */
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
    if (mid == state.attach_mid) {
        state.attach_mid = 0;
        state.is_attached = 1;
    } else if (mid == state.mid) {
        state.mid = 0;
        state.acknowledged++;
        printf("published %u\n", state.acknowledged);
    }
}

static void on_message(struct mosquitto *client, void *context, const struct mosquitto_message *message)
{
    (void)client, (void)context;
    printf("received %s %.*s\n", message->topic, message->payloadlen,
           message->payload != NULL ? (const char *)message->payload : "");
}

/**
 * A client that has nothing under way: libmosquitto would send again what an old connection left, a reading before its device
 * is attached again, and the attachment with a token that may have expired.
 */
static void renew_client(void)
{
    char client_id[4 * DEVICE_TEXT_SIZE + 64];
    snprintf(client_id, sizeof client_id, "projects/%s/locations/%s/registries/%s/devices/%s", device.project,
             device.location, device.registry, device.id);
    state.mid = state.attach_mid = state.is_attached = 0;
    int error = MOSQ_ERR_SUCCESS;
    if (mqtt != NULL) {
        error = mosquitto_reinitialise(mqtt, client_id, true, NULL);
    } else {
        mqtt = mosquitto_new(client_id, true, NULL);
        error = mqtt != NULL ? MOSQ_ERR_SUCCESS : MOSQ_ERR_NOMEM;
    }
    if (error == MOSQ_ERR_SUCCESS && !device.is_plain) {
        error = device.ca != NULL ? mosquitto_tls_set(mqtt, device.ca, NULL, NULL, NULL, NULL)
                                  : mosquitto_int_option(mqtt, MOSQ_OPT_TLS_USE_OS_CERTS, 1);
        /* 1: the server's certificate is verified. TLS 1.2 at least. */
        error = error != MOSQ_ERR_SUCCESS ? error : mosquitto_tls_opts_set(mqtt, 1, "tlsv1.2", NULL);
    }
    if (error != MOSQ_ERR_SUCCESS) {
        fprintf(stderr, "mqtt: cannot be set up: %s\n", mosquitto_strerror(error));
        exit(2);
    }
    mosquitto_connect_callback_set(mqtt, on_connect);
    mosquitto_disconnect_callback_set(mqtt, on_disconnect);
    mosquitto_publish_callback_set(mqtt, on_publish);
    mosquitto_message_callback_set(mqtt, on_message);
}

/** By a clock that nobody sets. */
static time_t real_seconds(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

/** Connects with the token, and tells the renewal what came of it. */
static void open_connection(void)
{
    const time_t give_up = real_seconds() + REAL_SECONDS_MAX;
    state.is_answered = 0;
    renew_client();
    mosquitto_username_pw_set(mqtt, "unused", device.token);
    int error = mosquitto_connect(mqtt, device.host, device.port, 300);
    while (error == MOSQ_ERR_SUCCESS && !state.is_answered && real_seconds() < give_up) {
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
        printf("no connection: %s\n", state.is_answered           ? mosquitto_connack_string(state.reason)
                                       : error == MOSQ_ERR_SUCCESS ? "no answer"
                                                                   : mosquitto_strerror(error));
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
    char topic[DEVICE_TEXT_SIZE + 32], message[JWT_ATTACH_MESSAGE_SIZE(DEVICE_TOKEN_SIZE)];
    size_t len;
    snprintf(topic, sizeof topic, "/devices/%s/config", device.id);
    mosquitto_subscribe(mqtt, NULL, topic, 1);
    snprintf(topic, sizeof topic, "/devices/%s/commands/#", device.id);
    mosquitto_subscribe(mqtt, NULL, topic, 1);
    if (device.attach_id == NULL) {
        return;
    }
    snprintf(topic, sizeof topic, "/devices/%s/attach", device.attach_id);
    if (!device_attach_message(&device, mint, message, sizeof message, &len) ||
        mosquitto_publish(mqtt, &state.attach_mid, topic, (int)len, message, 1, false) != MOSQ_ERR_SUCCESS) {
        printf("cannot attach %s\n", device.attach_id);
        state.attach_mid = 0;
        mosquitto_disconnect(mqtt); /* which serve() finds, and waits before the next */
    }
}

static int64_t due_ms(void)
{
    return state.started_ms + (int64_t)state.acknowledged * device.every * 1000;
}

/**
 * Publishes what is due, one reading at a time, and for another device once it is attached. What is under way when a connection
 * breaks is published again on the next.
 */
static void publish_due(void)
{
    char topic[DEVICE_TEXT_SIZE + 32], reading[64];
    if (state.mid != 0 || (device.attach_id != NULL && !state.is_attached) || state.acknowledged >= device.readings ||
        device_ms(&device) < due_ms()) {
        return;
    }
    snprintf(topic, sizeof topic, "/devices/%s/events", device.attach_id != NULL ? device.attach_id : device.id);
    const int len = snprintf(reading, sizeof reading, "{\"reading\":%u}", state.acknowledged);
    if (mosquitto_publish(mqtt, &state.mid, topic, len, reading, 1, false) != MOSQ_ERR_SUCCESS) {
        state.mid = 0;
    }
}

static int is_under_way(void)
{
    return state.mid != 0 || state.attach_mid != 0;
}

/**
 * Serves the connection until there is nothing to do for a while. Whether it still stands: a bridge that acknowledges nothing for
 * so long that the token might expire meanwhile has lost it.
 */
static int serve(void)
{
    time_t give_up = real_seconds() + REAL_SECONDS_MAX;
    unsigned acknowledged = state.acknowledged;
    do {
        publish_due();
        const int error = mosquitto_loop(mqtt, is_under_way() ? LOOP_MS : 0, 1);
        if (acknowledged != state.acknowledged) {
            acknowledged = state.acknowledged;
            give_up = real_seconds() + REAL_SECONDS_MAX;
        }
        const int is_silent = is_under_way() && real_seconds() >= give_up;
        if (error != MOSQ_ERR_SUCCESS || !state.is_open || is_silent) {
            printf("cut at %lld%s%s%s\n", (long long)device_ms(&device) / 1000, is_silent ? ", no acknowledgement" : "",
                   state.attach_mid != 0 ? ", attaching " : "", state.attach_mid != 0 ? device.attach_id : "");
            if (is_silent) {
                mosquitto_disconnect(mqtt);
            }
            state.is_open = 0;
            jwt_renewal_lost(&device.renewal, device_uptime_ms(&device));
            return 0;
        }
    } while (is_under_way() || (state.acknowledged < device.readings && device_ms(&device) >= due_ms()));
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
    setvbuf(stdout, NULL, _IOLBF, 0);
    device_start(&device, argc, argv);
    mosquitto_lib_init();
    renew_client();
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
