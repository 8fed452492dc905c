/*
 * http-guard: an HTTP server whose data only devices get that prove who they are. With libmicrohttpd:
 *
 *     cc -Iinclude -o http-guard c-examples/http-guard/server.c target/shipped/release/libjwt_mint.a -lmicrohttpd
 *     ./http-guard 8080 ec_public.pem my-gateway
 *     curl -H "Authorization: Bearer $(mint claims --key ec_private.pem --subject d1 --audience my-gateway)" \
 *         http://127.0.0.1:8080/api/data
 *
 * 200: {"device":"d1"}, and the claims. 401: no token. 403: a token that is not good, and why.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <microhttpd.h>
#include <netinet/in.h>

#include <jwt_mint.h>

enum { TOKEN_LEN_MAX = 4096, LEEWAY = 60 };

struct server {
    jwt_es256_public_key key;
    jwt_verifier verifier;
    jwt_str audience;
};

/* The headers of a request that may hold a token, and whether one of them is there twice. */
struct credentials {
    jwt_http_request request;
    int is_ambiguous;
};

static enum MHD_Result collect(void *context, enum MHD_ValueKind kind, const char *name, size_t name_len,
                               const char *value, size_t value_len)
{
    struct credentials *found = context;
    jwt_str *place;
    (void)kind;
    (void)name_len;
    if (strcasecmp(name, MHD_HTTP_HEADER_AUTHORIZATION) == 0) {
        place = &found->request.authorization;
    } else if (strcasecmp(name, "ClearBlade-UserToken") == 0) {
        place = &found->request.user_token;
    } else {
        return MHD_YES;
    }
    found->is_ambiguous |= place->ptr != NULL;
    place->ptr = value;
    place->len = value_len;
    return MHD_YES;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned code, const char *challenge,
                               const char *json, size_t len)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(len, (void *)(uintptr_t)json, MHD_RESPMEM_MUST_COPY);
    enum MHD_Result result;
    if (response == NULL) {
        return MHD_NO;
    }
    result = MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, "application/json");
    if (result == MHD_YES && challenge != NULL) {
        result = MHD_add_response_header(response, MHD_HTTP_HEADER_WWW_AUTHENTICATE, challenge);
    }
    if (result == MHD_YES) {
        result = MHD_queue_response(connection, code, response);
    }
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, unsigned code, const char *challenge, const char *why)
{
    char json[128];
    const int len = snprintf(json, sizeof json, "{\"error\":\"%s\"}\n", why);
    return respond(connection, code, challenge, json, (size_t)len);
}

/* GET /api/data, of a device whose claims are known to be its own. */
static enum MHD_Result data(struct MHD_Connection *connection, const jwt_verified *verified)
{
    static const char NO_DEVICE[] = "the token names no device";
    char json[TOKEN_LEN_MAX + 64];
    jwt_str device;
    int len;
    if (jwt_verified_json(&device, verified, JWT_STR("sub")) != JWT_OK) {
        return refuse(connection, MHD_HTTP_FORBIDDEN, NULL, NO_DEVICE);
    }
    /* Claims are JSON, so they go into JSON as they are. */
    len = snprintf(json, sizeof json, "{\"device\":%.*s,\"claims\":%.*s}\n", (int)device.len, device.ptr,
                   (int)verified->payload.len, verified->payload.ptr);
    if (len < 0 || (size_t)len >= sizeof json) {
        return refuse(connection, MHD_HTTP_INTERNAL_SERVER_ERROR, NULL, "too long");
    }
    return respond(connection, MHD_HTTP_OK, NULL, json, (size_t)len);
}

static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url, const char *method,
                              const char *version, const char *upload, size_t *upload_len, void **request_context)
{
    const struct server *server = context;
    struct credentials found;
    uint8_t scratch[JWT_SCRATCH_SIZE(TOKEN_LEN_MAX)];
    size_t scratch_len;
    jwt_policy policy;
    jwt_verified verified;
    jwt_http_answer answer;
    (void)version;
    (void)upload;
    (void)upload_len;
    (void)request_context;

    if (strcmp(url, "/api/data") != 0) {
        return refuse(connection, MHD_HTTP_NOT_FOUND, NULL, "no such resource");
    }
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0) {
        return refuse(connection, MHD_HTTP_METHOD_NOT_ALLOWED, NULL, "only GET");
    }
    memset(&found, 0, sizeof found);
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, collect, &found);
    if (found.is_ambiguous) {
        return refuse(connection, MHD_HTTP_BAD_REQUEST, NULL, "several tokens");
    }
    memset(&policy, 0, sizeof policy);
    policy.now = (int64_t)time(NULL);
    policy.leeway = LEEWAY;
    policy.audience = server->audience;
    answer =
        jwt_guard_http(&verified, &found.request, &server->verifier, 1, &policy, scratch, sizeof scratch, &scratch_len);
    if (answer.code != 200) {
        return refuse(connection, answer.code, answer.www_authenticate, jwt_status_name(answer.status));
    }
    return data(connection, &verified);
}

/* The whole of a small file as text; exits where that fails. */
static jwt_str read_key(const char *path)
{
    static char text[4096];
    FILE *file = fopen(path, "rb");
    jwt_str result = {text, 0};
    if (file != NULL) {
        result.len = fread(text, 1, sizeof text, file);
        fclose(file);
    }
    if (result.len == 0) {
        fprintf(stderr, "http-guard: cannot read %s\n", path);
        exit(2);
    }
    return result;
}

int main(int argc, char **argv)
{
    static struct server server;
    struct MHD_Daemon *daemon;
    const union MHD_DaemonInfo *bound;
    struct sockaddr_in address = {0};
    jwt_status status;

    if (argc != 4) {
        fprintf(stderr, "Usage: http-guard PORT PUBLIC_KEY AUDIENCE\n");
        return 2;
    }
    status = jwt_es256_public_key_load_pem(&server.key, read_key(argv[2]));
    if (status != JWT_OK) {
        fprintf(stderr, "http-guard: %s: %s\n", argv[2], jwt_status_name(status));
        return 1;
    }
    server.verifier = jwt_es256_verifier(&server.key);
    server.audience = jwt_str_from(argv[3]);

    /* A token that is seen can be used by whoever sees it: other machines come in through TLS, by a proxy on this one. */
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10));
    daemon = MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD, 0, NULL, NULL, handle, &server, MHD_OPTION_SOCK_ADDR,
                              &address, MHD_OPTION_END);
    if (daemon == NULL) {
        fprintf(stderr, "http-guard: cannot listen on port %s\n", argv[1]);
        return 1;
    }
    bound = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT);
    printf("http://127.0.0.1:%u/api/data\n", bound != NULL ? bound->port : 0);
    fflush(stdout);
    for (;;) {
        pause(); /* until it is killed */
    }
}
