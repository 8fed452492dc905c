/*
 * A device that publishes readings by HTTP for as long as it is asked to, with libcurl. Its token goes into a header of every
 * request and is renewed before it expires; a reading counts as published once it was answered with 204.
 *
 *     http --device my-device --key rsa_private.pem --port 443 --ca ca.pem --readings 10 --every 60
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "../device/device.h"

static struct device device;
static CURL *http;
static char method_url[8192], config_url[8192];

static jwt_status mint(const struct device *by, const jwt_signer *signer, int64_t now, char *token, size_t token_size,
                       size_t *token_len)
{
    jwt_http_claims claims = {0};
    claims.system_key = jwt_str_from(by->system_key);
    claims.device = jwt_str_from(by->id);
    claims.now = now;
    claims.lifetime = by->renewal.lifetime;
    return jwt_mint_http(&claims, signer, token, token_size, token_len);
}

/** Standard base64, with padding (RFC 4648 section 4). */
static void base64(const char *text, size_t len, char *out)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < len; i += 3) {
        const uint32_t bits = (uint32_t)(unsigned char)text[i] << 16 |
                              (i + 1 < len ? (uint32_t)(unsigned char)text[i + 1] << 8 : 0) |
                              (i + 2 < len ? (uint32_t)(unsigned char)text[i + 2] : 0);
        *out++ = digits[bits >> 18];
        *out++ = digits[bits >> 12 & 63];
        *out++ = i + 1 < len ? digits[bits >> 6 & 63] : '=';
        *out++ = i + 2 < len ? digits[bits & 63] : '=';
    }
    *out = '\0';
}

static size_t on_body(char *bytes, size_t size, size_t count, void *context)
{
    (void)size, (void)context;
    printf("received %.*s\n", (int)count, bytes);
    return count;
}

/** One request, a GET where there is no body; tells the renewal what came of it. Whether it was answered with 2xx. */
static int request(const char *url, const char *body)
{
    char header[sizeof device.token + 32];
    long status = 0;
    snprintf(header, sizeof header, "ClearBlade-UserToken: %s", device.token);
    struct curl_slist *headers = curl_slist_append(NULL, header);
    headers = curl_slist_append(headers, "Content-Type: application/json");
    curl_easy_setopt(http, CURLOPT_URL, url);
    curl_easy_setopt(http, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(http, body != NULL ? CURLOPT_POST : CURLOPT_HTTPGET, 1L);
    if (body != NULL) {
        curl_easy_setopt(http, CURLOPT_POSTFIELDS, body);
    }
    const CURLcode error = curl_easy_perform(http);
    curl_slist_free_all(headers);
    curl_easy_getinfo(http, CURLINFO_RESPONSE_CODE, &status);

    const uint32_t uptime_ms = device_uptime_ms(&device);
    if (error == CURLE_OK && status >= 200 && status < 300) {
        jwt_renewal_accepted(&device.renewal, uptime_ms);
        return 1;
    }
    if (error == CURLE_OK && (status == 401 || status == 403)) {
        printf("refused: status %ld\n", status);
        jwt_renewal_refused(&device.renewal, uptime_ms);
    } else {
        if (error == CURLE_OK) {
            printf("failed: status %ld\n", status);
        } else {
            printf("no answer: %s\n", curl_easy_strerror(error));
        }
        jwt_renewal_failed(&device.renewal, uptime_ms);
    }
    return 0;
}

static int publish(unsigned reading)
{
    char text[64], encoded[128], body[256];
    const int len = snprintf(text, sizeof text, "{\"reading\":%u}", reading);
    base64(text, (size_t)len, encoded);
    snprintf(body, sizeof body, "{\"binaryData\":\"%s\"}", encoded);
    return request(method_url, body);
}

/** Nothing but HTTPS with TLS 1.2 or later, or HTTP where --plain asks for it: a redirection changes nothing of that. */
static int secure(void)
{
#if LIBCURL_VERSION_NUM >= 0x075500
    CURLcode error = curl_easy_setopt(http, CURLOPT_PROTOCOLS_STR, device.is_plain ? "http" : "https");
#else
    CURLcode error = curl_easy_setopt(http, CURLOPT_PROTOCOLS, (long)(device.is_plain ? CURLPROTO_HTTP : CURLPROTO_HTTPS));
#endif
    error = error != CURLE_OK ? error : curl_easy_setopt(http, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    if (error == CURLE_OK && device.ca != NULL) {
        error = curl_easy_setopt(http, CURLOPT_CAINFO, device.ca);
        /* Else the system's folder of CAs would be trusted besides. */
        error = error != CURLE_OK ? error : curl_easy_setopt(http, CURLOPT_CAPATH, NULL);
    }
    return error == CURLE_OK;
}

static void write_urls(void)
{
    char name[4 * DEVICE_TEXT_SIZE + 64];
    snprintf(name, sizeof name, "projects/%s/locations/%s/registries/%s/devices/%s", device.project, device.location,
             device.registry, device.id);
    char *escaped = curl_easy_escape(http, name, 0);
    char base[sizeof method_url - 32];
    const int is_ipv6 = strchr(device.host, ':') != NULL;
    const int len = snprintf(base, sizeof base, "%s://%s%s%s:%d/api/v/4/webhook/execute/%s/cloudiotdevice_devices?name=%s",
                             device.is_plain ? "http" : "https", is_ipv6 ? "[" : "", device.host, is_ipv6 ? "]" : "",
                             device.port, device.system_key, escaped != NULL ? escaped : "");
    if (escaped == NULL || len < 0 || (size_t)len >= sizeof base) {
        fprintf(stderr, "http: the URL is too long\n");
        exit(2);
    }
    snprintf(method_url, sizeof method_url, "%s&method=publishEvent", base);
    snprintf(config_url, sizeof config_url, "%s&localVersion=0", base);
    curl_free(escaped);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IOLBF, 0);
    device_start(&device, argc, argv);
    if (device.attach_id != NULL) {
        fprintf(stderr, "http: only a gateway that speaks MQTT attaches devices\n");
        return 2;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    http = curl_easy_init();
    if (http == NULL || !secure()) {
        fprintf(stderr, "http: cannot be set up\n");
        return 2;
    }
    curl_easy_setopt(http, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(http, CURLOPT_TIMEOUT, 10L);
    curl_easy_setopt(http, CURLOPT_PROXY, "");
    write_urls();

    unsigned published = 0;
    int is_configured = 0;
    const int64_t started_ms = device_ms(&device);
    while (published < device.readings) {
        int renewed;
        const jwt_renewal_advice advice = device_advice(&device, mint, &renewed);
        const int64_t until_due = started_ms + (int64_t)published * device.every * 1000 - device_ms(&device);
        if (advice.action == JWT_RENEWAL_USE && !is_configured) {
            is_configured = request(config_url, NULL);
        } else if (advice.action == JWT_RENEWAL_USE && until_due <= 0) {
            published += publish(published) ? 1 : 0;
        } else if (advice.action != JWT_RENEWAL_RENEW) {
            const int is_due_first = advice.action == JWT_RENEWAL_USE && until_due < advice.wait_ms;
            device_pass(&device, is_due_first ? until_due : (int64_t)advice.wait_ms);
        }
    }
    printf("done: %u readings, %u tokens\n", published, device.tokens);
    curl_easy_cleanup(http);
    curl_global_cleanup();
    jwt_private_key_wipe(&device.key);
    return 0;
}
