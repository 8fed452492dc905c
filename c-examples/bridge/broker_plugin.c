/*
 * Makes mosquitto the vendor's MQTT bridge: passwords are tokens, a device has its own topics only, a gateway attaches
 * devices, and a client is cut when its token has expired.
 *
 * A refused client gets CONNACK 5 (not authorized): mosquitto lets no plugin choose the vendor's 4. Nor does it tell a plugin how
 * long a password is, so a NUL ends it.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* strdup */
#endif
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "judge.h"

/**
 * What a publish is refused with. MQTT 3.1.1 has no PUBACK that refuses: mosquitto acknowledges what MOSQ_ERR_ACL_DENIED refuses,
 * and closes the connection for any other error. Kicking the client from within a callback is no way: a will that is refused
 * would end its connection again while it ends.
 */
enum { REFUSE_AND_DISCONNECT = MOSQ_ERR_UNKNOWN };

/** A device that a gateway has attached. */
struct attachment {
    struct attachment *next;
    int64_t expiry;
    char device[JUDGE_ID_SIZE];
};

/** A client that is connected. It goes by its address: a second connection of the same client id is another session. */
struct session {
    struct session *next;
    const struct mosquitto *client;
    char *client_id;
    int64_t expiry; /**< 0: it was cut. */
    struct attachment *attachments;
};

struct bridge {
    struct registry registry;
    struct session *sessions;
};

static struct session *session_of(const struct bridge *bridge, const struct mosquitto *client)
{
    struct session *session = bridge->sessions;
    while (session != NULL && session->client != client) {
        session = session->next;
    }
    return session;
}

static void end_session(struct bridge *bridge, const struct mosquitto *client)
{
    struct session **link = &bridge->sessions;
    while (*link != NULL && (*link)->client != client) {
        link = &(*link)->next;
    }
    struct session *session = *link;
    if (session == NULL) {
        return;
    }
    *link = session->next;
    for (struct attachment *attachment = session->attachments, *next; attachment != NULL; attachment = next) {
        next = attachment->next;
        free(attachment);
    }
    free(session->client_id);
    free(session);
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
    if (attempt->username == NULL || *attempt->username == '\0') {
        why = "the user name is empty, with which some clients leave the password out";
    } else if (judge_device(&bridge->registry, client_id, device)) {
        /* mosquitto tells no length: of a password with a NUL this sees what is before it. */
        why = judge_mqtt(&bridge->registry, device, attempt->password, &expiry);
    }
    end_session(bridge, attempt->client);
    struct session *session = why == NULL ? calloc(1, sizeof *session) : NULL;
    char *copy = session != NULL ? strdup(client_id) : NULL;
    if (copy == NULL) {
        free(session);
        judge_note(&bridge->registry, "mqtt refuse %s: %s", client_id != NULL ? client_id : "",
                   why != NULL ? why : "no memory");
        return MOSQ_ERR_AUTH;
    }
    *session = (struct session){bridge->sessions, attempt->client, copy, expiry, NULL};
    bridge->sessions = session;
    judge_note(&bridge->registry, "mqtt accept %s until %lld", device, (long long)expiry);
    return MOSQ_ERR_SUCCESS;
}

static int on_disconnect(int event, void *data, void *context)
{
    const struct mosquitto_evt_disconnect *end = data;
    (void)event;
    end_session(context, end->client);
    return MOSQ_ERR_SUCCESS;
}

static int on_tick(int event, void *data, void *context)
{
    struct bridge *bridge = context;
    const int64_t now = judge_now(&bridge->registry);
    (void)event, (void)data;
    /* To kick a client is to be told of its end, which changes the list. */
    for (struct session *session = bridge->sessions; session != NULL;) {
        if (session->expiry == 0 || session->expiry + JUDGE_SKEW >= now) {
            session = session->next;
            continue;
        }
        session->expiry = 0;
        judge_note(&bridge->registry, "mqtt cut %s", session->client_id);
        mosquitto_kick_client_by_clientid(session->client_id, false);
        session = bridge->sessions;
    }
    return MOSQ_ERR_SUCCESS;
}

static struct attachment *attachment_of(const struct session *session, const char *device)
{
    struct attachment *attachment = session != NULL ? session->attachments : NULL;
    while (attachment != NULL && strcmp(attachment->device, device) != 0) {
        attachment = attachment->next;
    }
    return attachment;
}

static bool is_attached(const struct bridge *bridge, const struct mosquitto *client, const char *device)
{
    const struct attachment *attachment = attachment_of(session_of(bridge, client), device);
    return attachment != NULL && attachment->expiry + JUDGE_SKEW >= judge_now(&bridge->registry);
}

/** A gateway hands over a device's token. */
static int attach(struct bridge *bridge, struct session *session, const char *gateway, const char *device,
                  const struct mosquitto_evt_message *message)
{
    int64_t expiry = 0;
    char *token = judge_attach_token(message->payload, message->payloadlen);
    const char *why =
        token != NULL ? judge_mqtt(&bridge->registry, device, token, &expiry) : "not {\"authorization\":\"token\"}";
    free(token);
    struct attachment *attachment = attachment_of(session, device);
    if (why == NULL && attachment == NULL) {
        attachment = calloc(1, sizeof *attachment);
        if (attachment == NULL) {
            why = "no memory";
        } else {
            attachment->next = session->attachments;
            strcpy(attachment->device, device);
            session->attachments = attachment;
        }
    }
    if (why != NULL) {
        judge_note(&bridge->registry, "mqtt refuse attachment of %s by %s: %s", device, gateway, why);
        return REFUSE_AND_DISCONNECT;
    }
    attachment->expiry = expiry;
    judge_note(&bridge->registry, "mqtt attach %s by %s", device, gateway);
    return MOSQ_ERR_SUCCESS;
}

/** The rest of a topic behind `/devices/ID/`, and that ID; NULL for another topic. */
static const char *topic_of_device(const char *topic, char device[JUDGE_ID_SIZE])
{
    static const char prefix[] = "/devices/";
    if (strncmp(topic, prefix, sizeof prefix - 1) != 0) {
        return NULL;
    }
    const char *start = topic + sizeof prefix - 1;
    const char *slash = strchr(start, '/');
    if (slash == NULL || slash - start >= JUDGE_ID_SIZE) {
        return NULL;
    }
    memcpy(device, start, (size_t)(slash - start));
    device[slash - start] = '\0';
    return judge_is_identifier(device) ? slash + 1 : NULL;
}

/** Of a will too, which is sent when the session has ended: then a client has its own topics only, and attaches nothing. */
static int may_publish(const struct bridge *bridge, const struct mosquitto *client, const char *client_device,
                       const char *device, const char *rest)
{
    const bool is_own = strcmp(client_device, device) == 0;
    if (strcmp(rest, "attach") == 0) {
        return !is_own && session_of(bridge, client) != NULL ? MOSQ_ERR_SUCCESS : REFUSE_AND_DISCONNECT;
    }
    if (!is_own && !is_attached(bridge, client, device)) {
        return REFUSE_AND_DISCONNECT;
    }
    if (strcmp(rest, "state") != 0 && strcmp(rest, "events") != 0 && strncmp(rest, "events/", 7) != 0) {
        return REFUSE_AND_DISCONNECT;
    }
    return MOSQ_ERR_SUCCESS;
}

/** What a client has sent, and was allowed to; a will is none. */
static int on_message(int event, void *data, void *context)
{
    struct bridge *bridge = context;
    const struct mosquitto_evt_message *message = data;
    char client[JUDGE_ID_SIZE], device[JUDGE_ID_SIZE];
    const char *rest = topic_of_device(message->topic, device);
    struct session *session = session_of(bridge, message->client);
    (void)event;
    if (rest == NULL || session == NULL || !judge_device(&bridge->registry, mosquitto_client_id(message->client), client)) {
        return REFUSE_AND_DISCONNECT;
    }
    if (strcmp(rest, "attach") == 0) {
        return attach(bridge, session, client, device, message);
    }
    judge_note(&bridge->registry, "mqtt message %s %.*s", message->topic, (int)message->payloadlen,
               message->payload != NULL ? (const char *)message->payload : "");
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
    const bool is_publish = check->access == MOSQ_ACL_WRITE;
    const bool is_device = judge_device(&bridge->registry, mosquitto_client_id(check->client), client);
    int verdict = is_publish ? REFUSE_AND_DISCONNECT : MOSQ_ERR_ACL_DENIED;
    if (rest != NULL && is_device && is_publish) {
        verdict = may_publish(bridge, check->client, client, device, rest);
    } else if (rest != NULL && is_device && (strcmp(client, device) == 0 || is_attached(bridge, check->client, device))) {
        verdict = may_subscribe(bridge, device, rest, check);
    }
    if (verdict != MOSQ_ERR_SUCCESS) {
        judge_note(&bridge->registry, "mqtt refuse %s %s by %s: not a topic of the device, or of one that it attached",
                   is_publish ? "message" : "subscription", check->topic, is_device ? client : "nobody");
    }
    return verdict;
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
    *context = bridge;
    mosquitto_callback_register(id, MOSQ_EVT_BASIC_AUTH, on_connect, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_ACL_CHECK, on_access, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_MESSAGE, on_message, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_DISCONNECT, on_disconnect, NULL, bridge);
    mosquitto_callback_register(id, MOSQ_EVT_TICK, on_tick, NULL, bridge);
    return MOSQ_ERR_SUCCESS;
}

int mosquitto_plugin_cleanup(void *context, struct mosquitto_opt *options, int count)
{
    (void)context, (void)options, (void)count; /* the process ends */
    return MOSQ_ERR_SUCCESS;
}
