/*
 * The bridge: the HTTP side of the vendor's API, and the parent of a mosquitto that is its MQTT side. Loopback only. A
 * refused token is answered with 401; what the vendor answers, its pages do not say.
 *
 *     bridge FOLDER [--port-mqtt N] [--port-mqtts N] [--port-http N] [--port-https N] [--clock FILE]
 *            [--project ID] [--location ID] [--registry ID] [--system-key KEY]
 *
 * A port that is not given, or 0, is a free one. When all four are open, FOLDER/ports names them. It ends, with mosquitto,
 * on SIGTERM, SIGINT or, with --until-input-ends, the end of its standard input.
 */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <microhttpd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/evp.h>

#include "judge.h"

static int until_input_ends;

enum { EVENT_SIZE_MAX = 256 * 1024, BODY_SIZE = EVENT_SIZE_MAX / 3 * 4 + 1024, FOLDER_LEN_MAX = 3072 };
/* A path of that length, and the names of a device and of a file in its folder behind it, are shorter than 4096. */

static struct registry registry = {.folder = NULL,
                                   .project = "my-project",
                                   .location = "us-central1",
                                   .name = "my-registry",
                                   .system_key = "0a1b2c3d4e5f60718293a4b5c6d7"};

/* HTTP. */

struct request {
    size_t len; /* of all that was sent, of which the body holds what there is room for */
    char body[BODY_SIZE];
};

/** The bytes that a body, `{"binaryData":"<standard base64, padded>"}`, says, to be freed; NULL where it is none. */
static unsigned char *read_binary_data(const struct request *request, int *len)
{
    json_t *object = json_loadb(request->body, request->len, JSON_REJECT_DUPLICATES, NULL);
    const char *text = json_string_value(json_object_get(object, "binaryData"));
    const size_t text_len = text != NULL ? strlen(text) : 0;
    unsigned char *bytes = text != NULL ? malloc(text_len + 4) : NULL;
    unsigned char *again = text != NULL ? malloc(text_len + 4) : NULL;
    *len = -1;
    if (bytes != NULL && again != NULL) {
        *len = EVP_DecodeBlock(bytes, (const unsigned char *)text, (int)text_len);
        for (size_t i = text_len; *len > 0 && i-- > 0 && text[i] == '=';) {
            --*len;
        }
        /* OpenSSL passes over blanks and more: what encodes to another text was not that. */
        if (*len >= 0 && (EVP_EncodeBlock(again, bytes, *len) != (int)text_len || memcmp(again, text, text_len) != 0)) {
            *len = -1;
        }
    }
    free(again);
    if (*len < 0) {
        free(bytes);
        bytes = NULL;
    }
    json_decref(object);
    return bytes;
}

/** A device's configuration as the vendor hands it out, to be freed. */
static char *config_of(const char *device)
{
    size_t len = 0;
    char *config = judge_file(&registry, device, "config", &len);
    unsigned char *encoded = calloc(1, len * 4 / 3 + 5);
    char *json = NULL;
    EVP_EncodeBlock(encoded, (unsigned char *)config, (int)len);
    if (asprintf(&json, "{\"version\":\"1\",\"binaryData\":\"%s\"}", (char *)encoded) < 0) {
        json = NULL;
    }
    free(encoded);
    free(config);
    return json;
}

static enum MHD_Result answer(struct MHD_Connection *connection, unsigned status, char *json)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(json != NULL ? strlen(json) : 0, json, MHD_RESPMEM_MUST_FREE);
    const enum MHD_Result queued = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return queued;
}

enum { NAME, METHOD, VERSION, TOKEN, VALUES };

struct values {
    const char *texts[VALUES];
    int is_good;
};

/**
 * Takes what is asked for once: of two values, or of what is behind a NUL, another reader might take the other. Of a header
 * libmicrohttpd 0.9 gives what is before the NUL and the length of that.
 */
static enum MHD_Result on_value(void *context, enum MHD_ValueKind kind, const char *key, size_t key_size, const char *value,
                                size_t value_size)
{
    static const char *const names[VALUES] = {"name", "method", "localVersion", "ClearBlade-UserToken"};
    struct values *values = context;
    if (strlen(key) != key_size || (value != NULL && strlen(value) != value_size)) {
        values->is_good = 0;
    }
    for (int i = 0; i < VALUES; i++) {
        const int is_header = i == TOKEN;
        if (is_header != (kind == MHD_HEADER_KIND) || (is_header ? strcasecmp(key, names[i]) : strcmp(key, names[i])) != 0) {
            continue;
        }
        if (values->texts[i] != NULL) {
            values->is_good = 0;
        } else {
            values->texts[i] = value != NULL ? value : "";
        }
    }
    return MHD_YES;
}

static enum MHD_Result judge_request(struct MHD_Connection *connection, const char *path, int is_post,
                                     const struct request *request)
{
    char expected[512], device[JUDGE_ID_SIZE];
    struct values values = {.is_good = 1};
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND | MHD_HEADER_KIND, on_value, &values);
    const char *name = values.texts[NAME], *method = values.texts[METHOD];
    snprintf(expected, sizeof expected, "/api/v/4/webhook/execute/%s/cloudiotdevice_devices", registry.system_key);
    if (strcmp(path, expected) != 0 || !judge_device(&registry, name, device)) {
        return answer(connection, MHD_HTTP_NOT_FOUND, NULL);
    }
    const char *why = values.is_good ? judge_http(&registry, device, values.texts[TOKEN])
                                     : "a header or a parameter holds a NUL, or comes twice";
    if (why != NULL) {
        judge_note(&registry, "http refuse %s: %s", device, why);
        return answer(connection, MHD_HTTP_UNAUTHORIZED, NULL);
    }
    if (!is_post) {
        return values.texts[VERSION] != NULL ? answer(connection, MHD_HTTP_OK, config_of(device))
                               : answer(connection, MHD_HTTP_BAD_REQUEST, NULL);
    }
    if (request->len > sizeof request->body) {
        return answer(connection, MHD_HTTP_CONTENT_TOO_LARGE, NULL);
    }
    int len = 0;
    unsigned char *bytes = read_binary_data(request, &len);
    if (bytes == NULL || method == NULL || (strcmp(method, "publishEvent") != 0 && strcmp(method, "setState") != 0)) {
        free(bytes);
        return answer(connection, MHD_HTTP_BAD_REQUEST, NULL);
    }
    if (len > EVENT_SIZE_MAX) {
        free(bytes);
        return answer(connection, MHD_HTTP_CONTENT_TOO_LARGE, NULL);
    }
    judge_note(&registry, "http message /devices/%s/%s %.*s", device, strcmp(method, "setState") == 0 ? "state" : "events",
               len, (char *)bytes);
    free(bytes);
    return answer(connection, MHD_HTTP_NO_CONTENT, NULL);
}

static enum MHD_Result on_request(void *context, struct MHD_Connection *connection, const char *path, const char *verb,
                                  const char *protocol, const char *upload, size_t *upload_len, void **held)
{
    struct request *request = *held;
    (void)context, (void)protocol;
    if (request == NULL) {
        *held = calloc(1, sizeof *request);
        return *held != NULL ? MHD_YES : MHD_NO;
    }
    if (*upload_len != 0) {
        if (request->len + *upload_len <= sizeof request->body) {
            memcpy(request->body + request->len, upload, *upload_len);
            request->len += *upload_len;
        } else {
            request->len = sizeof request->body + 1;
        }
        *upload_len = 0;
        return MHD_YES;
    }
    const int is_post = strcmp(verb, "POST") == 0;
    if (!is_post && strcmp(verb, "GET") != 0) {
        return answer(connection, MHD_HTTP_METHOD_NOT_ALLOWED, NULL);
    }
    return judge_request(connection, path, is_post, request);
}

static void on_completed(void *context, struct MHD_Connection *connection, void **held,
                         enum MHD_RequestTerminationCode why)
{
    (void)context, (void)connection, (void)why;
    free(*held);
}

/** A server on loopback; the port that it has goes to `port`. */
static struct MHD_Daemon *serve(int *port, char *key, char *certificate)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)*port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    static char priorities[] = "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1";
    const struct MHD_OptionItem tls[] = {{MHD_OPTION_HTTPS_MEM_KEY, 0, key},
                                         {MHD_OPTION_HTTPS_MEM_CERT, 0, certificate},
                                         {MHD_OPTION_HTTPS_PRIORITIES, 0, priorities},
                                         {MHD_OPTION_END, 0, NULL}};
    const struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
    struct MHD_Daemon *daemon = MHD_start_daemon(
        key != NULL ? MHD_USE_TLS : MHD_NO_FLAG, 0, NULL, NULL, on_request, NULL, MHD_OPTION_SOCK_ADDR, &address,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_ARRAY, key != NULL ? tls : plain, MHD_OPTION_END);
    if (daemon != NULL) {
        *port = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
    }
    return daemon;
}

/* MQTT. */

static int connects(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int good = connect(client, (struct sockaddr *)&address, sizeof address) == 0;
    close(client);
    return good;
}

static int free_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int probe = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int bound =
        bind(probe, (struct sockaddr *)&address, size) == 0 && getsockname(probe, (struct sockaddr *)&address, &size) == 0;
    close(probe);
    return bound ? ntohs(address.sin_port) : 0;
}

static void write_configuration(int mqtt, int mqtts)
{
    char path[4096];
    snprintf(path, sizeof path, "%s/mosquitto.conf", registry.folder);
    FILE *file = fopen(path, "w");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    fprintf(file, "per_listener_settings false\nallow_anonymous false\npersistence false\nlog_dest none\nset_tcp_nodelay true\n");
    if (geteuid() == 0) {
        /* Else mosquitto becomes a user of its own, which may read nothing in a folder that is root's only. */
        fprintf(file, "user root\n");
    }
    fprintf(file, "plugin %s/broker_plugin.so\n", registry.folder);
    fprintf(file, "plugin_opt_folder %s\nplugin_opt_project %s\nplugin_opt_location %s\nplugin_opt_registry %s\n",
            registry.folder, registry.project, registry.location, registry.name);
    fprintf(file, "plugin_opt_system_key %s\n", registry.system_key);
    if (registry.clock != NULL) {
        fprintf(file, "plugin_opt_clock %s\n", registry.clock);
    }
    fprintf(file, "listener %d 127.0.0.1\n", mqtt);
    fprintf(file, "listener %d 127.0.0.1\ntls_version tlsv1.2\ncertfile %s/server.pem\nkeyfile %s/server.key\n", mqtts,
            registry.folder, registry.folder);
    fclose(file);
}

/** Starts mosquitto and waits until both its ports are open; its process id, or 0. */
static pid_t start_mosquitto(int mqtt, int mqtts)
{
    char configuration[4096], log[4096];
    write_configuration(mqtt, mqtts);
    snprintf(configuration, sizeof configuration, "%s/mosquitto.conf", registry.folder);
    snprintf(log, sizeof log, "%s/mosquitto.log", registry.folder);
    const pid_t bridge = getpid(), child = fork();
    if (child == 0) {
        const int output = open(log, O_WRONLY | O_CREAT | O_TRUNC, 0600), nothing = open("/dev/null", O_RDONLY);
        dup2(nothing, STDIN_FILENO);
        dup2(output, STDOUT_FILENO);
        dup2(output, STDERR_FILENO);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() == bridge) {
            execlp("mosquitto", "mosquitto", "-c", configuration, (char *)NULL);
            execl("/usr/sbin/mosquitto", "mosquitto", "-c", configuration, (char *)NULL);
        }
        _exit(127);
    }
    for (int tries = 0; tries < 500; tries++) {
        if (waitpid(child, NULL, WNOHANG) != 0) {
            return 0;
        }
        if (connects(mqtt) && connects(mqtts)) {
            return child;
        }
        usleep(20000);
    }
    kill(child, SIGKILL);
    waitpid(child, NULL, 0);
    return 0;
}

static void stop_mosquitto(pid_t mosquitto)
{
    kill(mosquitto, SIGTERM);
    for (int tries = 0; tries < 100; tries++) {
        if (waitpid(mosquitto, NULL, WNOHANG) != 0) {
            return;
        }
        usleep(20000);
    }
    kill(mosquitto, SIGKILL);
    waitpid(mosquitto, NULL, 0);
}

static void write_ports(const int ports[4])
{
    char path[4096], fresh[4096];
    snprintf(path, sizeof path, "%s/ports", registry.folder);
    snprintf(fresh, sizeof fresh, "%s/ports.new", registry.folder);
    FILE *file = fopen(fresh, "w");
    if (file == NULL || fprintf(file, "MQTT=%d\nMQTTS=%d\nHTTP=%d\nHTTPS=%d\n", ports[0], ports[1], ports[2], ports[3]) < 0 ||
        fclose(file) != 0 || rename(fresh, path) != 0) {
        perror(path);
        exit(2);
    }
}

static char *text_of(const char *name)
{
    char path[4096];
    static char texts[2][16384];
    static int used;
    snprintf(path, sizeof path, "%s/%s", registry.folder, name);
    FILE *file = fopen(path, "r");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    texts[used][fread(texts[used], 1, sizeof texts[0] - 1, file)] = '\0';
    fclose(file);
    return texts[used++];
}

static volatile sig_atomic_t ended;

static void on_signal(int signal)
{
    (void)signal;
    ended = 1;
}

/** Serves both HTTP ports, in this one thread, until it is told to end. */
static void serve_until_ended(struct MHD_Daemon *const daemons[2], pid_t mosquitto)
{
    while (!ended) {
        fd_set readable, writable, failed;
        FD_ZERO(&readable);
        FD_ZERO(&writable);
        FD_ZERO(&failed);
        int highest = STDIN_FILENO;
        if (until_input_ends) {
            FD_SET(STDIN_FILENO, &readable);
        }
        for (int i = 0; i < 2; i++) {
            MHD_get_fdset(daemons[i], &readable, &writable, &failed, &highest);
        }
        MHD_UNSIGNED_LONG_LONG wait_ms;
        struct timeval wait = {0, 100000};
        for (int i = 0; i < 2; i++) {
            if (MHD_get_timeout(daemons[i], &wait_ms) == MHD_YES && wait_ms < 100) {
                wait.tv_usec = (suseconds_t)wait_ms * 1000;
            }
        }
        if (select(highest + 1, &readable, &writable, &failed, &wait) < 0) {
            if (errno != EINTR) {
                perror("bridge: select");
                ended = 1;
            }
            FD_ZERO(&readable);
        }
        char byte;
        if (until_input_ends && FD_ISSET(STDIN_FILENO, &readable) && read(STDIN_FILENO, &byte, 1) <= 0) {
            ended = 1;
        }
        for (int i = 0; i < 2; i++) {
            MHD_run(daemons[i]);
        }
        if (kill(mosquitto, 0) != 0 || waitpid(mosquitto, NULL, WNOHANG) != 0) {
            fprintf(stderr, "bridge: mosquitto has ended; see %s/mosquitto.log\n", registry.folder);
            exit(1);
        }
    }
}

/** Whether it is safe in paths, in a URL and in a line of mosquitto's configuration. */
static int is_plain_text(const char *text)
{
    const size_t len = strlen(text);
    return len > 0 && len < JUDGE_ID_SIZE &&
           strspn(text, "-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+~%:") == len;
}

static void check_settings(void)
{
    const char *const texts[] = {registry.project, registry.location, registry.name, registry.system_key};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (!is_plain_text(texts[i])) {
            fprintf(stderr, "bridge: no identifier: %s\n", texts[i]);
            exit(2);
        }
    }
    const char *const paths[] = {registry.folder, registry.clock};
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        if (paths[i] != NULL && (strlen(paths[i]) > FOLDER_LEN_MAX || strpbrk(paths[i], "\r\n") != NULL)) {
            fprintf(stderr, "bridge: a path is longer than %d bytes, or has a line break\n", FOLDER_LEN_MAX);
            exit(2);
        }
    }
}

int main(int argc, char **argv)
{
    enum { PROJECT = 4, LOCATION, REGISTRY, SYSTEM_KEY, CLOCK, UNTIL_INPUT_ENDS };
    static const struct option OPTIONS[] = {
        {"port-mqtt", required_argument, NULL, 0},       {"port-mqtts", required_argument, NULL, 1},
        {"port-http", required_argument, NULL, 2},       {"port-https", required_argument, NULL, 3},
        {"project", required_argument, NULL, PROJECT},   {"location", required_argument, NULL, LOCATION},
        {"registry", required_argument, NULL, REGISTRY}, {"system-key", required_argument, NULL, SYSTEM_KEY},
        {"clock", required_argument, NULL, CLOCK},       {"until-input-ends", no_argument, NULL, UNTIL_INPUT_ENDS},
        {NULL, 0, NULL, 0},
    };
    int ports[4] = {0, 0, 0, 0};
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case PROJECT: registry.project = optarg; break;
        case LOCATION: registry.location = optarg; break;
        case REGISTRY: registry.name = optarg; break;
        case SYSTEM_KEY: registry.system_key = optarg; break;
        case CLOCK: registry.clock = optarg; break;
        case UNTIL_INPUT_ENDS: until_input_ends = 1; break;
        case '?': return 2;
        default: ports[option] = atoi(optarg); break;
        }
    }
    if (optind != argc - 1) {
        fprintf(stderr, "usage: bridge FOLDER [options]\n");
        return 2;
    }
    registry.folder = argv[optind];
    check_settings();
    /* A socket that took the place of the closed standard input would be read as such. */
    if (fcntl(STDIN_FILENO, F_GETFD) < 0 && (until_input_ends || open("/dev/null", O_RDONLY) != STDIN_FILENO)) {
        fprintf(stderr, "bridge: the standard input is closed\n");
        return 2;
    }
    struct sigaction action = {.sa_handler = on_signal};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    signal(SIGPIPE, SIG_IGN);

    char *key = text_of("server.key"), *certificate = text_of("server.pem");
    struct MHD_Daemon *const daemons[2] = {serve(&ports[2], NULL, NULL), serve(&ports[3], key, certificate)};
    if (daemons[0] == NULL || daemons[1] == NULL) {
        fprintf(stderr, "bridge: the HTTP ports cannot be opened\n");
        return 1;
    }
    /* Between the choice of a free port and its use somebody else may take it. */
    const int chosen[2] = {ports[0], ports[1]};
    pid_t mosquitto = 0;
    for (int tries = 0; tries < 5 && mosquitto == 0; tries++) {
        for (int i = 0; i < 2; i++) {
            ports[i] = chosen[i] != 0 ? chosen[i] : free_port();
        }
        mosquitto = start_mosquitto(ports[0], ports[1]);
    }
    if (mosquitto == 0) {
        fprintf(stderr, "bridge: mosquitto does not start; see %s/mosquitto.log\n", registry.folder);
        return 1;
    }
    write_ports(ports);
    printf("bridge: MQTT %d, with TLS %d; HTTP %d, with TLS %d\n", ports[0], ports[1], ports[2], ports[3]);
    fflush(stdout);
    serve_until_ended(daemons, mosquitto);
    stop_mosquitto(mosquitto);
    MHD_stop_daemon(daemons[0]);
    MHD_stop_daemon(daemons[1]);
    return 0;
}
