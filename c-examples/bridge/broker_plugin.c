/*
 * Makes mosquitto the vendor's MQTT bridge: passwords are tokens, a device has its own topics only, a gateway attaches
 * devices, and a client is cut when its token has expired.
 *
 * A refused client gets CONNACK 5 (not authorized): mosquitto lets no plugin choose the vendor's 4.
 */
#define _GNU_SOURCE /* strdup */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "judge.h"

/** A client that is connected, or was. */
struct session {
    struct session *next;
    char *client_id;
    int64_t expiry;
};

/** A device that a gateway has attached. */
struct attachment {
    struct attachment *next;
    char *gateway;
    char *device;
};

struct bridge {
    mosquitto_plugin_id_t *id;
    struct registry registry;
    struct session *sessions;
    struct attachment *attachments;
};

static struct session *session_of(struct bridge *bridge, const char *client_id)
{
    struct session *session = bridge->sessions;
    while (session != NULL && strcmp(session->client_id, client_id) != 0) {
        session = session->next;
    }
    if (session == NULL && (session = calloc(1, sizeof *session)) != NULL) {
        session->client_id = strdup(client_id);
        session->next = bridge->sessions;
        bridge->sessions = session;
    }
    return session;
}

static int on_connect(int event, void *data, void *context)
{
    struct bridge *bridge = context;
    const struct mosquitto_evt_basic_auth *attempt = data;
    const char *client_id = mosquitto_client_id(attempt->client);
    char device[JUDGE_ID_SIZE];
    int64_t expiry = 0;
    (void)event;
    const char *why = "the client id names no device of this registry";
    if (judge_device(&bridge->registry, client_id, device)) {
        why = judge_mqtt(&bridge->registry, device, attempt->password, &expiry);
    }
    struct session *session = why == NULL ? session_of(bridge, client_id) : NULL;
    if (session == NULL) {
        judge_note(&bridge->registry, "mqtt refuse %s: %s", client_id != NULL ? client_id : "", why);
        return MOSQ_ERR_AUTH;
    }
    session->expiry = expiry;
    judge_note(&bridge->registry, "mqtt accept %s until %lld", device, (long long)expiry);
    return MOSQ_ERR_SUCCESS;
}

static int on_tick(int event, void *data, void *context)
{
    struct bridge *bridge = context;
    const int64_t now = judge_now(&bridge->registry);
    (void)event, (void)data;
    for (struct session *session = bridge->sessions; session != NULL; session = session->next) {
        if (session->expiry != 0 && session->expiry + JUDGE_SKEW < now) {
            session->expiry = 0;
            if (mosquitto_kick_client_by_clientid(session->client_id, false) == MOSQ_ERR_SUCCESS) {
                judge_note(&bridge->registry, "mqtt cut %s", session->client_id);
            }
        }
    }
    return MOSQ_ERR_SUCCESS;
}

static bool is_attached(const struct bridge *bridge, const char *gateway, const char *device)
{
    const struct attachment *attachment = bridge->attachments;
    while (attachment != NULL && (strcmp(attachment->gateway, gateway) != 0 || strcmp(attachment->device, device) != 0)) {
        attachment = attachment->next;
    }
    return attachment != NULL;
}

/** A gateway hands over a device's token. */
static int attach(struct bridge *bridge, const char *gateway, const char *device, const struct mosquitto_evt_acl_check *check)
{
    int64_t expiry;
    char *token = judge_attach_token(check->payload, check->payloadlen);
    const char *why =
        token != NULL ? judge_mqtt(&bridge->registry, device, token, &expiry) : "not {\"authorization\":\"token\"}";
    free(token);
    if (why != NULL) {
        judge_note(&bridge->registry, "mqtt refuse attachment of %s by %s: %s", device, gateway, why);
        return MOSQ_ERR_ACL_DENIED;
    }
    struct attachment *attachment = is_attached(bridge, gateway, device) ? NULL : calloc(1, sizeof *attachment);
    if (attachment != NULL) {
        *attachment = (struct attachment){bridge->attachments, strdup(gateway), strdup(device)};
        bridge->attachments = attachment;
    }
    judge_note(&bridge->registry, "mqtt attach %s by %s", device, gateway);
    return MOSQ_ERR_SUCCESS;
}

/** The rest of a topic behind `/devices/ID/`, and that ID; NULL for another topic. */
static const char *topic_of_device(const char *topic, char device[JUDGE_ID_SIZE])
{
    static const char prefix[] = "/devices/";
    const char *start = topic + sizeof prefix - 1;
    const char *slash = strncmp(topic, prefix, sizeof prefix - 1) == 0 ? strchr(start, '/') : NULL;
    if (slash == NULL || slash - start >= JUDGE_ID_SIZE) {
        return NULL;
    }
    memcpy(device, start, (size_t)(slash - start));
    device[slash - start] = '\0';
    return slash + 1;
}

static int may_publish(struct bridge *bridge, const char *client, const char *device, const char *rest,
                       const struct mosquitto_evt_acl_check *check)
{
    const bool is_own = strcmp(client, device) == 0;
    if (strcmp(rest, "attach") == 0) {
        return is_own ? MOSQ_ERR_ACL_DENIED : attach(bridge, client, device, check);
    }
    if (!is_own && !is_attached(bridge, client, device)) {
        return MOSQ_ERR_ACL_DENIED;
    }
    if (strcmp(rest, "state") != 0 && strcmp(rest, "events") != 0 && strncmp(rest, "events/", 7) != 0) {
        return MOSQ_ERR_ACL_DENIED;
    }
    judge_note(&bridge->registry, "mqtt message %s %.*s", check->topic, (int)check->payloadlen,
               (const char *)check->payload);
    return MOSQ_ERR_SUCCESS;
}

/** Who subscribes to its configuration gets it. */
static int may_subscribe(struct bridge *bridge, const char *device, const char *rest,
                         const struct mosquitto_evt_acl_check *check)
{
    size_t len;
    if (strcmp(rest, "commands/#") == 0) {
        return MOSQ_ERR_SUCCESS;
    }
    if (strcmp(rest, "config") != 0) {
        return MOSQ_ERR_ACL_DENIED;
    }
    char *config = judge_file(&bridge->registry, device, "config", &len);
    if (config != NULL) {
        mosquitto_broker_publish_copy(mosquitto_client_id(check->client), check->topic, (int)len, config, 1, false, NULL);
        free(config);
    }
    return MOSQ_ERR_SUCCESS;
}

static int on_access(int event, void *data, void *context)
{
    struct bridge *bridge = context;
    const struct mosquitto_evt_acl_check *check = data;
    char client[JUDGE_ID_SIZE], device[JUDGE_ID_SIZE];
    const char *rest = topic_of_device(check->topic, device);
    (void)event;
    if (check->access == MOSQ_ACL_READ || check->access == MOSQ_ACL_UNSUBSCRIBE) {
        return MOSQ_ERR_SUCCESS;
    }
    if (rest == NULL || !judge_device(&bridge->registry, mosquitto_client_id(check->client), client)) {
        return MOSQ_ERR_ACL_DENIED;
    }
    if (check->access == MOSQ_ACL_WRITE) {
        return may_publish(bridge, client, device, rest, check);
    }
    return strcmp(client, device) == 0 || is_attached(bridge, client, device)
               ? may_subscribe(bridge, device, rest, check)
               : MOSQ_ERR_ACL_DENIED;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    for (int i = 0; i < count; i++) {
        if (versions[i] == MOSQ_PLUGIN_VERSION) {
            return MOSQ_PLUGIN_VERSION;
        }
    }
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *id, void **context, struct mosquitto_opt *options, int count)
{
    struct bridge *bridge = calloc(1, sizeof *bridge);
    if (bridge == NULL) {
        return MOSQ_ERR_NOMEM;
    }
    const struct {
        const char *key;
        const char **value;
    } settings[] = {
        {"folder", &bridge->registry.folder},     {"project", &bridge->registry.project},
        {"location", &bridge->registry.location}, {"registry", &bridge->registry.name},
        {"system_key", &bridge->registry.system_key}, {"clock", &bridge->registry.clock},
    };
    for (int i = 0; i < count; i++) {
        for (size_t j = 0; j < sizeof settings / sizeof settings[0]; j++) {
            if (strcmp(options[i].key, settings[j].key) == 0) {
                *settings[j].value = strdup(options[i].value);
            }
        }
    }
    bridge->id = id;
    *context = bridge;
    mosquitto_callback_register(id, MOSQ_EVT_BASIC_AUTH, on_connect, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_ACL_CHECK, on_access, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_TICK, on_tick, NULL, bridge);
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *context, struct mosquitto_opt *options, int count)
{
    (void)context, (void)options, (void)count; /* the process ends */
    return MOSQ_ERR_SUCCESS;
}
