#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* getopt_long */
#endif
#include "device.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "../bridge/test_clock.h"

static void load_key(const char *path, jwt_private_key *key, uint8_t *der, size_t der_size)
{
    char pem[8192];
    size_t der_len;
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    const jwt_str text = {pem, fread(pem, 1, sizeof pem, file)};
    fclose(file);
    const jwt_status status = jwt_private_key_load_pem(key, text, der, der_size, &der_len);
    explicit_bzero(pem, sizeof pem);
    if (status != JWT_OK) {
        fprintf(stderr, "%s: %s\n", path, jwt_status_name(status));
        exit(2);
    }
}

/** Whether what is sent there in clear text stays on this machine. */
static int is_loopback(const char *host)
{
    struct in_addr address;
    if (inet_pton(AF_INET, host, &address) == 1) {
        return ntohl(address.s_addr) >> 24 == 127;
    }
    return strcmp(host, "localhost") == 0 || strcmp(host, "::1") == 0;
}

static void check_texts(const struct device *device)
{
    const char *const texts[] = {device->project,    device->location, device->registry, device->system_key,
                                 device->id,         device->host,     device->attach_id};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i] != NULL && strlen(texts[i]) >= DEVICE_TEXT_SIZE) {
            fprintf(stderr, "longer than %d characters: %s\n", DEVICE_TEXT_SIZE - 1, texts[i]);
            exit(2);
        }
    }
}

static const char USAGE[] =
    "usage: %s --device ID --key FILE --port N [--ca FILE | --plain] [options]\n"
    "  --host HOST          of the bridge; 127.0.0.1\n"
    "  --ca FILE            PEM of the CA that is trusted; else those of the system\n"
    "  --plain              no TLS, to loopback only\n"
    "  --key FILE           PEM of the private key\n"
    "  --project, --location, --registry, --system-key TEXT   those of c-examples/bridge\n"
    "  --lifetime SECONDS   of a token; 3600\n"
    "  --readings N         how many to publish; 10\n"
    "  --every SECONDS      between two readings; 60\n"
    "  --spread SECONDS     the first connection waits for a random part of them; 0\n"
    "  --attach ID --attach-key FILE   MQTT: publish for that device, as its gateway\n"
    "  --clock FILE [--set-clock]      the time is what the file says, and waiting sets it\n";

/** A whole number of the command line; ends the program where it is none, or out of range. */
static int64_t number(const char *text, int64_t least, int64_t most)
{
    char *end;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (end == text || *end != '\0' || errno != 0 || value < least || value > most) {
        fprintf(stderr, "not a number from %lld to %lld: %s\n", (long long)least, (long long)most, text);
        exit(2);
    }
    return value;
}

void device_start(struct device *device, int argc, char **argv)
{
    enum { PROJECT = 1, LOCATION, REGISTRY, SYSTEM_KEY, DEVICE, HOST, PORT, CA, KEY, LIFETIME, EVERY, READINGS, SPREAD,
           ATTACH, ATTACH_KEY, CLOCK, SET_CLOCK, PLAIN, HELP };
    static const struct option OPTIONS[] = {
        {"project", required_argument, NULL, PROJECT},       {"location", required_argument, NULL, LOCATION},
        {"registry", required_argument, NULL, REGISTRY},     {"system-key", required_argument, NULL, SYSTEM_KEY},
        {"device", required_argument, NULL, DEVICE},         {"host", required_argument, NULL, HOST},
        {"port", required_argument, NULL, PORT},             {"ca", required_argument, NULL, CA},
        {"key", required_argument, NULL, KEY},               {"lifetime", required_argument, NULL, LIFETIME},
        {"every", required_argument, NULL, EVERY},           {"readings", required_argument, NULL, READINGS},
        {"spread", required_argument, NULL, SPREAD},         {"attach", required_argument, NULL, ATTACH},
        {"attach-key", required_argument, NULL, ATTACH_KEY}, {"clock", required_argument, NULL, CLOCK},
        {"set-clock", no_argument, NULL, SET_CLOCK},         {"plain", no_argument, NULL, PLAIN},
        {"help", no_argument, NULL, HELP},                   {NULL, 0, NULL, 0},
    };
    memset(device, 0, sizeof *device);
    device->project = "my-project";
    device->location = "us-central1";
    device->registry = "my-registry";
    device->system_key = "0a1b2c3d4e5f60718293a4b5c6d7";
    device->host = "127.0.0.1";
    device->every = 60;
    device->readings = 10;
    device->renewal.lifetime = 3600;
    for (int option; (option = getopt_long(argc, argv, "", OPTIONS, NULL)) != -1;) {
        switch (option) {
        case PROJECT: device->project = optarg; break;
        case LOCATION: device->location = optarg; break;
        case REGISTRY: device->registry = optarg; break;
        case SYSTEM_KEY: device->system_key = optarg; break;
        case DEVICE: device->id = optarg; break;
        case HOST: device->host = optarg; break;
        case PORT: device->port = (int)number(optarg, 1, 65535); break;
        case CA: device->ca = optarg; break;
        case KEY: device->key_file = optarg; break;
        case LIFETIME: device->renewal.lifetime = number(optarg, 1, JWT_PROFILE_LIFETIME_MAX); break;
        case EVERY: device->every = number(optarg, 1, 1000000); break;
        case READINGS: device->readings = (unsigned)number(optarg, 0, 1000000000); break;
        case SPREAD: device->renewal.spread_ms = (uint32_t)number(optarg, 0, UINT32_MAX / 1000) * 1000; break;
        case ATTACH: device->attach_id = optarg; break;
        case ATTACH_KEY: device->attach_key_file = optarg; break;
        case CLOCK: device->clock = optarg; break;
        case SET_CLOCK: device->sets_clock = 1; break;
        case PLAIN: device->is_plain = 1; break;
        case HELP: printf(USAGE, argv[0]); exit(0);
        default: exit(2);
        }
    }
    if (device->id == NULL || device->key_file == NULL || device->port == 0 ||
        (device->attach_id == NULL) != (device->attach_key_file == NULL) || (device->sets_clock && device->clock == NULL) ||
        (device->is_plain && device->ca != NULL)) {
        fprintf(stderr, USAGE, argc > 0 ? argv[0] : "device");
        exit(2);
    }
    check_texts(device);
    if (device->is_plain && !is_loopback(device->host)) {
        fprintf(stderr, "--plain would send the token in clear text to %s: only loopback gets it so\n", device->host);
        exit(2);
    }
    load_key(device->key_file, &device->key, device->der, sizeof device->der);
    device->renewal.seed = jwt_renewal_seed(jwt_str_from(device->id));
}

int64_t device_ms(const struct device *device)
{
    return test_clock_ms(device->clock);
}

uint32_t device_uptime_ms(const struct device *device)
{
    struct timespec time;
    if (device->clock != NULL) {
        return (uint32_t)device_ms(device);
    }
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint32_t)((uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000);
}

void device_pass(const struct device *device, int64_t ms)
{
    if (device->sets_clock) {
        test_clock_set(device->clock, device_ms(device) + ms);
    } else {
        /* A test clock goes at a pace of its own; a connection is looked after once in a second. */
        const int64_t sleep_ms = device->clock != NULL ? 10 : ms > 1000 ? 1000 : ms;
        nanosleep(&(struct timespec){sleep_ms / 1000, sleep_ms % 1000 * 1000000}, NULL);
    }
}

jwt_renewal_advice device_advice(struct device *device, device_mint *mint, int *renewed)
{
    const int64_t now = device_ms(device) / 1000;
    jwt_renewal_advice advice;
    size_t len;

    *renewed = 0;
    const jwt_status status = jwt_renewal_next(&device->renewal, now, device_uptime_ms(device), &advice);
    if (status == JWT_ERR_CLOCK) {
        printf("waiting for the clock to be set\n");
        advice.action = JWT_RENEWAL_WAIT;
        advice.wait_ms = 1000;
    } else if (status != JWT_OK) {
        fprintf(stderr, "renewal: %s\n", jwt_status_name(status));
        exit(1);
    }
    if (advice.action == JWT_RENEWAL_RENEW) {
        const jwt_signer signer = jwt_private_key_signer(&device->key);
        const jwt_status minted = mint(device, &signer, now, device->token, sizeof device->token, &len);
        if (minted == JWT_OK) {
            jwt_renewal_minted(&device->renewal, now);
            device->tokens++;
            *renewed = 1;
        } else {
            printf("cannot mint: %s\n", jwt_status_name(minted));
            jwt_renewal_failed(&device->renewal, device_uptime_ms(device));
        }
    }
    return advice;
}

int device_attach_message(const struct device *device, device_mint *mint, char *message, size_t message_size, size_t *len)
{
    static uint8_t der[JWT_RS256_DER_SIZE_4096];
    static jwt_private_key key;
    char token[DEVICE_TOKEN_SIZE];
    size_t token_len = 0;

    load_key(device->attach_key_file, &key, der, sizeof der);
    const jwt_signer signer = jwt_private_key_signer(&key);
    jwt_status status = mint(device, &signer, device_ms(device) / 1000, token, sizeof token, &token_len);
    if (status == JWT_OK) {
        const jwt_str text = {token, token_len};
        status = jwt_attach_message(text, message, message_size, len);
    }
    jwt_private_key_wipe(&key);
    return status == JWT_OK;
}
