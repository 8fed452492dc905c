/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A device that publishes a reading once in a while. Its token is the password of the connection; it is renewed before it
 * expires, and a reading counts as published once the bridge has acknowledged it.
 */
#include <stdio.h>

#include <jwt_mint.h>
#include <zephyr/kernel.h>
#include <zephyr/logging/log.h>

#include "bridge.h"
#include "device_clock.h"
#include "identity.h"

LOG_MODULE_REGISTER(device, LOG_LEVEL_INF);

/* A bridge that does not acknowledge a reading for so long has lost it. */
enum { ACKNOWLEDGEMENT_MS = 10000 };

static struct identity identity;
static jwt_renewal renewal;
static char token[JWT_MQTT_TOKEN_SIZE(sizeof CONFIG_APP_PROJECT - 1, JWT_ES256_SIGNATURE_LEN)];

static struct {
    bool is_under_way;
    unsigned acknowledged;
    int64_t due_ms, give_up_ms; /* uptime */
} reading;

static jwt_status mint(int64_t now)
{
    jwt_mqtt_claims claims = {0};
    size_t len;
    claims.project = JWT_STR(CONFIG_APP_PROJECT);
    claims.now = now;
    claims.lifetime = renewal.lifetime;
    claims.clock_floor = renewal.clock_floor;
    return jwt_mint_mqtt(&claims, &identity.signer, token, sizeof token, &len);
}

static void renew(int64_t now)
{
    const jwt_status status = mint(now);
    if (status == JWT_OK) {
        LOG_INF("new token at %lld", (long long)now);
        jwt_renewal_minted(&renewal, now);
        bridge_close(); /* it was made with the old token */
        reading.is_under_way = false;
    } else {
        LOG_ERR("cannot mint: %s", jwt_status_name(status));
        jwt_renewal_failed(&renewal, k_uptime_get_32());
    }
}

static void connect(void)
{
    const enum bridge_answer answer = bridge_open(identity.id, token);
    const uint32_t uptime_ms = k_uptime_get_32();
    if (answer == BRIDGE_ACCEPTED) {
        LOG_INF("connected at %lld", (long long)device_clock_now());
        jwt_renewal_accepted(&renewal, uptime_ms);
        return;
    }
    if (answer == BRIDGE_REFUSED) {
        jwt_renewal_refused(&renewal, uptime_ms);
    } else {
        jwt_renewal_failed(&renewal, uptime_ms);
    }
    device_clock_doubt();
}

/** Publishes what is due, one reading at a time. What is under way when a connection breaks is published again on the next. */
static void publish_due(void)
{
    char text[32];
    if (reading.is_under_way && bridge_is_acknowledged()) {
        reading.is_under_way = false;
        reading.acknowledged++;
        /* What an outage has held up is not made up for: the next one is due now, not all of them. */
        reading.due_ms = MAX(reading.due_ms + (int64_t)CONFIG_APP_PUBLISH_SECONDS * 1000, k_uptime_get());
        LOG_INF("published %u", reading.acknowledged);
    }
    if (!reading.is_under_way && k_uptime_get() >= reading.due_ms) {
        snprintf(text, sizeof text, "{\"reading\":%u}", reading.acknowledged);
        reading.is_under_way = bridge_publish(identity.id, text);
        reading.give_up_ms = k_uptime_get() + ACKNOWLEDGEMENT_MS;
    }
}

static void serve(uint32_t wait_ms)
{
    publish_due();
    const int64_t until_ms = reading.is_under_way ? reading.give_up_ms : reading.due_ms;
    const bool stands = bridge_serve(CLAMP(until_ms - k_uptime_get(), 0, wait_ms));
    const bool is_silent = reading.is_under_way && !bridge_is_acknowledged() && k_uptime_get() >= reading.give_up_ms;
    if (!stands || is_silent) {
        LOG_INF("cut at %lld", (long long)device_clock_now());
        bridge_close();
        reading.is_under_way = false;
        jwt_renewal_lost(&renewal, k_uptime_get_32());
        device_clock_doubt();
    }
}

static void step(void)
{
    jwt_renewal_advice advice;
    device_clock_sync();
    const int64_t now = device_clock_now();
    const jwt_status status = jwt_renewal_next(&renewal, now, k_uptime_get_32(), &advice);
    if (status == JWT_ERR_CLOCK && bridge_is_open()) {
        serve(1000); /* a connection that stands may stay */
    } else if (status == JWT_ERR_CLOCK) {
        k_sleep(K_SECONDS(1)); /* until the clock is set */
    } else if (status != JWT_OK) {
        LOG_ERR("renewal: %s", jwt_status_name(status));
        k_sleep(K_SECONDS(60));
    } else if (advice.action == JWT_RENEWAL_RENEW) {
        renew(now);
    } else if (bridge_is_open()) {
        serve(advice.wait_ms);
    } else if (advice.action == JWT_RENEWAL_USE) {
        connect();
    } else {
        k_sleep(K_MSEC(advice.wait_ms));
    }
}

int main(void)
{
    if (identity_load(&identity) != 0 || bridge_start() != 0) {
        return 0;
    }
    LOG_INF("device %s", identity.id);
    renewal.seed = jwt_renewal_seed(jwt_str_from(identity.id));
    renewal.lifetime = CONFIG_APP_TOKEN_LIFETIME;
    renewal.spread_ms = (uint32_t)CONFIG_APP_SPREAD_SECONDS * 1000;
    /* A time before this was built cannot be right. */
    renewal.clock_floor = BUILD_TIME;
    reading.due_ms = k_uptime_get();
    for (;;) {
        step();
    }
}
