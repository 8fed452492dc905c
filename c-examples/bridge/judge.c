#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "judge.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include "test_clock.h"

enum { PART_SIZE = 65536, ES256_LEN = 64, RSA_BITS_MIN = 2048, RSA_BITS_MAX = 4096 };

int64_t judge_now(const struct registry *registry)
{
    return test_clock_ms(registry->clock) / 1000;
}

int judge_is_identifier(const char *text)
{
    const size_t len = strlen(text);
    return len >= 3 && len < JUDGE_ID_SIZE && isalpha((unsigned char)text[0]) &&
           strspn(text, "-abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+~%") == len;
}

int judge_device(const struct registry *registry, const char *client_id, char device[JUDGE_ID_SIZE])
{
    char prefix[4 * JUDGE_ID_SIZE];
    const int len = snprintf(prefix, sizeof prefix, "projects/%s/locations/%s/registries/%s/devices/", registry->project,
                             registry->location, registry->name);
    if (client_id == NULL || len < 0 || (size_t)len >= sizeof prefix || strncmp(client_id, prefix, (size_t)len) != 0 || !judge_is_identifier(client_id + len)) {
        return 0;
    }
    strcpy(device, client_id + len);
    return 1;
}

static char *read_file(const char *path, size_t *len)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *bytes = calloc(1, PART_SIZE + 1);
    *len = bytes != NULL ? fread(bytes, 1, PART_SIZE, file) : 0;
    fclose(file);
    return bytes;
}

char *judge_file(const struct registry *registry, const char *device, const char *name, size_t *len)
{
    char path[4096];
    const int path_len = snprintf(path, sizeof path, "%s/devices/%s/%s", registry->folder, device, name);
    return path_len > 0 && (size_t)path_len < sizeof path ? read_file(path, len) : NULL;
}

/** Base64url to the letter of RFC 7515 section 2: what OpenSSL decodes must encode to the same text. The bytes, or -1. */
static int decode(const char *text, size_t len, unsigned char bytes[PART_SIZE])
{
    static unsigned char padded[PART_SIZE + 4], again[PART_SIZE + 8];
    if (len >= PART_SIZE || len % 4 == 1) {
        return -1;
    }
    for (size_t i = 0; i < len; i++) {
        if (!isalnum((unsigned char)text[i]) && text[i] != '-' && text[i] != '_') {
            return -1;
        }
        padded[i] = (unsigned char)(text[i] == '-' ? '+' : text[i] == '_' ? '/' : text[i]);
    }
    const size_t padding = (4 - len % 4) % 4;
    memset(padded + len, '=', padding);
    const int decoded = EVP_DecodeBlock(bytes, padded, (int)(len + padding));
    if (decoded < 0) {
        return -1;
    }
    EVP_EncodeBlock(again, bytes, decoded - (int)padding);
    return memcmp(again, padded, len + padding) == 0 ? decoded - (int)padding : -1;
}

/** One part of a token as a JSON object, or NULL. */
static json_t *read_part(const char *text, size_t len)
{
    static unsigned char bytes[PART_SIZE];
    const int decoded = decode(text, len, bytes);
    json_t *object = decoded < 0 ? NULL : json_loadb((char *)bytes, (size_t)decoded, JSON_REJECT_DUPLICATES, NULL);
    if (object != NULL && !json_is_object(object)) {
        json_decref(object);
        return NULL;
    }
    return object;
}

static int is_text(json_t *object, const char *name, const char *expected)
{
    const char *text = json_string_value(json_object_get(object, name));
    return text != NULL && strcmp(text, expected) == 0 && json_string_length(json_object_get(object, name)) == strlen(text);
}

/** Whether the signature is that of the key. */
static int verifies(EVP_PKEY *key, const char *message, size_t len, const unsigned char *signature, int signature_len)
{
    unsigned char *der = NULL;
    if (EVP_PKEY_get_base_id(key) == EVP_PKEY_EC) {
        ECDSA_SIG *pair = ECDSA_SIG_new();
        if (signature_len != ES256_LEN ||
            !ECDSA_SIG_set0(pair, BN_bin2bn(signature, 32, NULL), BN_bin2bn(signature + 32, 32, NULL))) {
            ECDSA_SIG_free(pair);
            return 0;
        }
        signature_len = i2d_ECDSA_SIG(pair, &der);
        ECDSA_SIG_free(pair);
    }
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const int good = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                     EVP_DigestVerify(context, der != NULL ? der : signature, (size_t)signature_len,
                                      (const unsigned char *)message, len) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    return good;
}

/** The algorithm that a key is for, or NULL. */
static const char *algorithm_of(EVP_PKEY *key)
{
    char group[32] = "";
    switch (EVP_PKEY_get_base_id(key)) {
    case EVP_PKEY_EC:
        EVP_PKEY_get_group_name(key, group, sizeof group, NULL);
        return strcmp(group, "prime256v1") == 0 ? "ES256" : NULL;
    case EVP_PKEY_RSA:
        return EVP_PKEY_get_bits(key) >= RSA_BITS_MIN && EVP_PKEY_get_bits(key) <= RSA_BITS_MAX ? "RS256" : NULL;
    default: return NULL;
    }
}

/** Why no key of the device has made the signature, or NULL. */
static const char *judge_signature(const struct registry *registry, const char *device, const char *algorithm,
                                   const char *message, size_t len, const unsigned char *signature, int signature_len)
{
    char path[4096];
    int path_len = snprintf(path, sizeof path, "%s/devices/%s", registry->folder, device);
    DIR *folder = path_len > 0 && (size_t)path_len < sizeof path ? opendir(path) : NULL;
    if (folder == NULL) {
        return "no such device";
    }
    const char *why = "no key of the device is for this algorithm";
    int keys = 0;
    for (struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strlen(entry->d_name) < 4 || strcmp(entry->d_name + strlen(entry->d_name) - 4, ".pem") != 0) {
            continue;
        }
        if (++keys > JUDGE_KEYS_MAX) {
            why = "the device has more than three keys";
            break;
        }
        path_len = snprintf(path, sizeof path, "%s/devices/%s/%s", registry->folder, device, entry->d_name);
        FILE *file = path_len > 0 && (size_t)path_len < sizeof path ? fopen(path, "r") : NULL;
        EVP_PKEY *key = file != NULL ? PEM_read_PUBKEY(file, NULL, NULL, NULL) : NULL;
        const char *of_key = key != NULL ? algorithm_of(key) : NULL;
        if (of_key != NULL && strcmp(of_key, algorithm) == 0 && why != NULL) {
            why = verifies(key, message, len, signature, signature_len) ? NULL : "the signature is wrong";
        }
        EVP_PKEY_free(key);
        if (file != NULL) {
            fclose(file);
        }
    }
    closedir(folder);
    return why;
}

static const char *judge_times(json_t *payload, int64_t now, int64_t *expiry)
{
    json_t *iat = json_object_get(payload, "iat"), *exp = json_object_get(payload, "exp");
    if (!json_is_integer(iat) || !json_is_integer(exp)) {
        return "iat or exp is missing, or no integer";
    }
    const int64_t from = json_integer_value(iat), to = json_integer_value(exp);
    if (from < 0 || to <= from) {
        return "exp is not after iat";
    }
    if (to - from > JUDGE_LIFETIME_MAX) {
        return "exp - iat is more than 24 hours";
    }
    if (from > now + JUDGE_SKEW) {
        return "iat is in the future";
    }
    if (to + JUDGE_SKEW < now) {
        return "exp has passed";
    }
    *expiry = to;
    return NULL;
}

static const char *judge_header(json_t *header)
{
    if (!is_text(header, "typ", "JWT")) {
        return "typ is not JWT";
    }
    if (!is_text(header, "alg", "ES256") && !is_text(header, "alg", "RS256")) {
        return "alg is neither ES256 nor RS256";
    }
    return json_object_size(header) == 2 ? NULL : "the header has more than alg and typ";
}

/** What a profile asks of the payload besides its times. */
typedef const char *judge_claims(const struct registry *registry, const char *device, json_t *payload);

static const char *judge(const struct registry *registry, const char *device, const char *token, judge_claims *claims,
                         int64_t *expiry)
{
    static unsigned char signature[PART_SIZE];
    const char *first = token != NULL ? strchr(token, '.') : NULL;
    const char *second = first != NULL ? strchr(first + 1, '.') : NULL;
    if (second == NULL) {
        return "the password is no token";
    }
    json_t *header = read_part(token, (size_t)(first - token));
    json_t *payload = read_part(first + 1, (size_t)(second - first - 1));
    const int signature_len = decode(second + 1, strlen(second + 1), signature);
    const char *why = "header, payload or signature is not strict base64url, or no JSON object";
    if (header != NULL && payload != NULL && signature_len >= 0) {
        why = judge_header(header);
        why = why != NULL ? why
                          : judge_signature(registry, device, json_string_value(json_object_get(header, "alg")), token,
                                            (size_t)(second - token), signature, signature_len);
        why = why != NULL ? why : judge_times(payload, judge_now(registry), expiry);
        why = why != NULL ? why : claims(registry, device, payload);
    }
    json_decref(header);
    json_decref(payload);
    return why;
}

static const char *claims_of_mqtt(const struct registry *registry, const char *device, json_t *payload)
{
    (void)device;
    return is_text(payload, "aud", registry->project) ? NULL : "aud is not the project";
}

static const char *claims_of_http(const struct registry *registry, const char *device, json_t *payload)
{
    json_t *user_type = json_object_get(payload, "ut");
    if (!is_text(payload, "sk", registry->system_key)) {
        return "sk is not the system key";
    }
    if (!is_text(payload, "uid", device)) {
        return "uid is not the device";
    }
    return json_is_integer(user_type) && json_integer_value(user_type) == 3 ? NULL : "ut is not 3";
}

const char *judge_mqtt(const struct registry *registry, const char *device, const char *token, int64_t *expiry)
{
    return judge(registry, device, token, claims_of_mqtt, expiry);
}

const char *judge_http(const struct registry *registry, const char *device, const char *token)
{
    int64_t expiry;
    return judge(registry, device, token, claims_of_http, &expiry);
}

char *judge_attach_token(const char *message, size_t len)
{
    json_t *object = json_loadb(message, len, JSON_REJECT_DUPLICATES, NULL);
    const char *token = json_string_value(json_object_get(object, "authorization"));
    char *copy = token != NULL && json_object_size(object) == 1 ? strdup(token) : NULL;
    json_decref(object);
    return copy;
}

void judge_note(const struct registry *registry, const char *format, ...)
{
    char path[4096], line[8192];
    va_list arguments;
    va_start(arguments, format);
    int len = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    len = len < 0 ? 0 : len > (int)sizeof line - 2 ? (int)sizeof line - 2 : len;
    for (int i = 0; i < len; i++) {
        line[i] = isprint((unsigned char)line[i]) ? line[i] : '?';
    }
    line[len++] = '\n';
    snprintf(path, sizeof path, "%s/journal", registry->folder);
    const int journal = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (journal < 0 || write(journal, line, (size_t)len) != len) {
        perror(path);
    }
    close(journal);
}
