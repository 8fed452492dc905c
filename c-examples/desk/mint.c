/*
 * mint: device tokens on the desk. Every entry of jwt_mint.h that mints, behind a command line; verify.c is for checking.
 *
 *     mint mqtt   --key ec_private.pem --project my-project
 *     mint http   --key rsa_private.pem --system-key 0123456789abcdef0123456789ab --device my-device
 *     mint claims --key ec_private.pem --subject my-device --claim room=kitchen --json floor=2
 *
 * The token alone goes to stdout. Whatever goes wrong goes to stderr, with nothing on stdout.
 */
#define _GNU_SOURCE /* explicit_bzero, getopt_long */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "desk.h"

enum { DEFAULT_LIFETIME = 3600 };

static const char HELP[] =
    "Usage: mint mqtt   --key FILE --project ID\n"
    "       mint http   --key FILE --system-key KEY --device ID\n"
    "       mint claims (--key FILE | --secret FILE) [--claim NAME=TEXT]... [--json NAME=JSON]...\n"
    "       mint verify (--key FILE | --secret FILE) [--jws] (TOKEN | -)\n"
    "\n"
    "Mints a JSON Web Token and prints it; or checks one, - being stdin, and prints its claims.\n"
    "\n"
    "  --key FILE         private key as OpenSSL writes it, PEM: EC on P-256 (ES256) or RSA (RS256); - is stdin\n"
    "  --secret FILE      shared secret of 32 bytes or more, every byte of the file counts (HS256)\n"
    "  --lifetime S       seconds until the token expires; 3600 if not given, at most 86400 for mqtt and http\n"
    "  --now N            seconds since 1970-01-01 UTC; the clock's if not given\n"
    "  --clock-floor N    earliest time that the clock may show\n"
    "  --project ID       mqtt: the cloud project (aud)\n"
    "  --system-key KEY   http: the registry's system key (sk)\n"
    "  --device ID        http: the device id (uid)\n"
    "  --issuer TEXT      claims: iss\n"
    "  --subject TEXT     claims: sub\n"
    "  --audience TEXT    claims: aud\n"
    "  --id TEXT          claims: jti\n"
    "  --not-before N     claims: nbf\n"
    "  --key-id TEXT      claims: kid in the header\n"
    "  --claim NAME=TEXT  claims: a claim of your own whose value is text\n"
    "  --json NAME=JSON   claims: a claim of your own whose value is any JSON\n"
    "\n"
    "  --key FILE         verify: public key as OpenSSL writes it, PEM\n"
    "  --audience TEXT    verify: who aud must name; anyone if not given\n"
    "  --issuer TEXT      verify: what iss must be\n"
    "  --subject TEXT     verify: what sub must be\n"
    "  --leeway S         verify: seconds by which the minter's clock may be off; 0 if not given\n"
    "  --lifetime-max S   verify: the most that exp - iat may be; any if not given\n"
    "  --jws              verify: a JWS whose payload may be anything; its bytes are printed\n"
    "\n"
    "Exit status: 0 minted or accepted, 1 refused (the status is named on stderr), 2 wrong usage or a file that cannot\n"
    "be read.\n";

/* What the command line says. */
struct order {
    const char *key_file, *secret_file;
    jwt_mqtt_claims mqtt;
    jwt_http_claims http;
    jwt_claims general;
    jwt_claim own[JWT_OWN_CLAIMS_MAX];
};

/* A signer and all that it refers to. */
struct identity {
    char file[FILE_SIZE_MAX];
    uint8_t der[JWT_RS256_DER_SIZE_4096];
    jwt_private_key key;
    jwt_hs256_key secret;
    jwt_signer signer;
};

int misused(const char *why, const char *what)
{
    fprintf(stderr, "mint: %s%s\nTry 'mint --help'.\n", why, what);
    return MISUSED;
}

int refused(jwt_status status, const char *what)
{
    fprintf(stderr, "mint: %s: %s\n", what, jwt_status_name(status));
    return REFUSED;
}

int unreadable(const char *path)
{
    fprintf(stderr, "mint: cannot read %s: %s\n", path, strerror(errno));
    return MISUSED;
}

long read_file(const char *path, char *bytes, size_t size)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "rb");
    if (file == NULL) {
        return -1;
    }
    setvbuf(file, NULL, _IONBF, 0); /* no second copy of a key */
    const size_t len = fread(bytes, 1, size, file);
    const int failed = ferror(file);
    const int too_long = !failed && len == size && fgetc(file) != EOF;
    const int why = failed ? errno : EFBIG;
    if (file != stdin) {
        fclose(file);
    }
    errno = why;
    return failed || too_long ? -1 : (long)len;
}

static int load_identity(const struct order *order, struct identity *identity)
{
    const char *path = order->key_file != NULL ? order->key_file : order->secret_file;
    const long len = read_file(path, identity->file, sizeof identity->file);
    if (len < 0) {
        return unreadable(path);
    }
    jwt_status status;
    if (order->key_file != NULL) {
        const jwt_str pem = {identity->file, (size_t)len};
        size_t der_len;
        status = jwt_private_key_load_pem(&identity->key, pem, identity->der, sizeof identity->der, &der_len);
        identity->signer = jwt_private_key_signer(&identity->key);
    } else {
        const jwt_bytes secret = jwt_bytes_from((const uint8_t *)identity->file, (size_t)len);
        status = jwt_hs256_key_load(&identity->secret, secret);
        identity->signer = jwt_hs256_signer(&identity->secret);
    }
    return status == JWT_OK ? DONE : refused(status, path);
}

int parse_number(const char *text, int64_t *number)
{
    char *end;
    errno = 0;
    const long long parsed = strtoll(text, &end, 10);
    *number = parsed;
    return end != text && *end == '\0' && errno == 0;
}

/* NAME=VALUE as a claim. */
static int parse_claim(const char *text, int is_json, struct order *order)
{
    const char *equals = strchr(text, '=');
    if (equals == NULL) {
        return 0;
    }
    if (order->general.own_count == JWT_OWN_CLAIMS_MAX) {
        fprintf(stderr, "mint: more than %d claims\n", JWT_OWN_CLAIMS_MAX);
        return 0;
    }
    const jwt_str name = {text, (size_t)(equals - text)};
    const jwt_str value = jwt_str_from(equals + 1);
    order->own[order->general.own_count++] = is_json ? jwt_claim_json(name, value) : jwt_claim_text(name, value);
    return 1;
}

static int parse(const char *command, int argc, char **argv, struct order *order)
{
    enum { KEY = 1, SECRET, LIFETIME, NOW, CLOCK_FLOOR, PROJECT, SYSTEM_KEY, DEVICE, ISSUER, SUBJECT, AUDIENCE, ID,
           NOT_BEFORE, KEY_ID, CLAIM, JSON, REPEATABLE = CLAIM };
    const int first_of_http = SYSTEM_KEY, first_of_claims = ISSUER;
    static const struct option OPTIONS[] = {
        {"key", required_argument, NULL, KEY},
        {"secret", required_argument, NULL, SECRET},
        {"lifetime", required_argument, NULL, LIFETIME},
        {"now", required_argument, NULL, NOW},
        {"clock-floor", required_argument, NULL, CLOCK_FLOOR},
        {"project", required_argument, NULL, PROJECT},
        {"system-key", required_argument, NULL, SYSTEM_KEY},
        {"device", required_argument, NULL, DEVICE},
        {"issuer", required_argument, NULL, ISSUER},
        {"subject", required_argument, NULL, SUBJECT},
        {"audience", required_argument, NULL, AUDIENCE},
        {"id", required_argument, NULL, ID},
        {"not-before", required_argument, NULL, NOT_BEFORE},
        {"key-id", required_argument, NULL, KEY_ID},
        {"claim", required_argument, NULL, CLAIM},
        {"json", required_argument, NULL, JSON},
        {NULL, 0, NULL, 0},
    };
    jwt_claims *general = &order->general;
    int64_t now = (int64_t)time(NULL), lifetime = DEFAULT_LIFETIME, clock_floor = 0;
    unsigned seen = 0;
    int option, good = 1;

    while (good && (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1) {
        const char *of = option < PROJECT ? command
                         : option < first_of_http ? "mqtt"
                         : option < first_of_claims ? "http"
                                                    : "claims";
        if (option != '?' && strcmp(of, command) != 0) {
            return misused("only for the command ", of);
        }
        if (option < REPEATABLE && (seen & 1U << option) != 0) {
            return misused("given twice, the second time as ", optarg);
        }
        seen |= option < REPEATABLE ? 1U << option : 0;
        switch (option) {
        case KEY: order->key_file = optarg; break;
        case SECRET: order->secret_file = optarg; break;
        case LIFETIME: good = parse_number(optarg, &lifetime); break;
        case NOW: good = parse_number(optarg, &now); break;
        case CLOCK_FLOOR: good = parse_number(optarg, &clock_floor); break;
        case PROJECT: order->mqtt.project = jwt_str_from(optarg); break;
        case SYSTEM_KEY: order->http.system_key = jwt_str_from(optarg); break;
        case DEVICE: order->http.device = jwt_str_from(optarg); break;
        case ISSUER: general->issuer = jwt_str_from(optarg); break;
        case SUBJECT: general->subject = jwt_str_from(optarg); break;
        case AUDIENCE: general->audience = jwt_str_from(optarg); break;
        case ID: general->jwt_id = jwt_str_from(optarg); break;
        case NOT_BEFORE: good = parse_number(optarg, &general->not_before); break;
        case KEY_ID: general->key_id = jwt_str_from(optarg); break;
        case CLAIM: good = parse_claim(optarg, 0, order); break;
        case JSON: good = parse_claim(optarg, 1, order); break;
        default: return misused("cannot use the options", "");
        }
    }
    if (!good) {
        return misused("cannot use the value ", optarg);
    }
    if (optind != argc) {
        return misused("unexpected: ", argv[optind]);
    }
    order->mqtt.now = order->http.now = general->now = now;
    order->mqtt.lifetime = order->http.lifetime = general->lifetime = lifetime;
    order->mqtt.clock_floor = order->http.clock_floor = general->clock_floor = clock_floor;
    general->own = order->own;
    return DONE;
}

static int mint(const char *command, const struct order *order, const jwt_signer *signer)
{
    static char token[JWT_TOKEN_LEN_MAX + 1];
    size_t len;
    jwt_status status;

    if (strcmp(command, "mqtt") == 0) {
        status = jwt_mint_mqtt(&order->mqtt, signer, token, sizeof token, &len);
    } else if (strcmp(command, "http") == 0) {
        status = jwt_mint_http(&order->http, signer, token, sizeof token, &len);
    } else {
        status = jwt_mint(&order->general, signer, token, sizeof token, &len);
    }
    if (status != JWT_OK) {
        return refused(status, command);
    }
    if (puts(token) == EOF || fflush(stdout) == EOF) {
        perror("mint");
        return MISUSED;
    }
    return DONE;
}

int main(int argc, char **argv)
{
    static struct order order;
    static struct identity identity;

    const char *command = argc > 1 ? argv[1] : "";
    if (strcmp(command, "--help") == 0 || (argc > 2 && strcmp(argv[2], "--help") == 0)) {
        return fputs(HELP, stdout) == EOF || fflush(stdout) == EOF ? MISUSED : DONE;
    }
    if (strcmp(command, "verify") == 0) {
        argv[1] = argv[0]; /* for getopt's messages */
        return verify(argc - 1, argv + 1);
    }
    const int is_mqtt = strcmp(command, "mqtt") == 0, is_http = strcmp(command, "http") == 0;
    if (!is_mqtt && !is_http && strcmp(command, "claims") != 0) {
        return misused(argc > 1 ? "no such command: " : "no command", command);
    }
    argv[1] = argv[0]; /* for getopt's messages */
    int result = parse(command, argc - 1, argv + 1, &order);
    if (result == DONE && (order.key_file == NULL) == (order.secret_file == NULL)) {
        result = misused("one of --key and --secret is needed", "");
    }
    if (result == DONE && is_mqtt && order.mqtt.project.ptr == NULL) {
        result = misused("--project is needed", "");
    }
    if (result == DONE && is_http && (order.http.system_key.ptr == NULL || order.http.device.ptr == NULL)) {
        result = misused("--system-key and --device are needed", "");
    }
    if (result == DONE) {
        result = load_identity(&order, &identity);
    }
    if (result == DONE) {
        result = mint(command, &order, &identity.signer);
    }
    jwt_private_key_wipe(&identity.key);
    explicit_bzero(&identity, sizeof identity);
    return result;
}
