/* SPDX-License-Identifier: MIT OR Apache-2.0 */
#include "identity.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <esp_log.h>
#include <nvs.h>
#include <nvs_flash.h>

static const char TAG[] = "identity";
static const char PARTITION[] = "device", NAMESPACE[] = "device";

static void check(esp_err_t error, const char *what)
{
    if (error != ESP_OK) {
        ESP_LOGE(TAG, "%s: %s", what, esp_err_to_name(error));
        abort();
    }
}

static void read_text(nvs_handle_t nvs, const char *name, char *text, size_t text_size)
{
    check(nvs_get_str(nvs, name, text, &text_size), name);
}

/**
 * It lies in plain flash unless flash encryption is on, and NVS encryption with it, which takes an encrypted image and
 * nvs_flash_secure_init_partition().
 */
static void read_key(nvs_handle_t nvs, struct identity *identity)
{
    static char pem[IDENTITY_PEM_SIZE];
    size_t der_len;
    read_text(nvs, "key", pem, sizeof pem);
    const jwt_status status =
        jwt_private_key_load_pem(&identity->key, jwt_str_from(pem), identity->der, sizeof identity->der, &der_len);
    for (volatile char *byte = pem; byte < pem + sizeof pem; byte++) {
        *byte = 0;
    }
    if (status != JWT_OK) {
        ESP_LOGE(TAG, "key: %s", jwt_status_name(status));
        abort();
    }
}

static void check_scheme(const char *url, const char *scheme)
{
    if (strncmp(url, scheme, strlen(scheme)) != 0) {
        /* Whoever reads a token can use it until it expires. */
        ESP_LOGE(TAG, "%s: only %s is served", url, scheme);
        abort();
    }
}

void identity_load(struct identity *identity)
{
    nvs_handle_t nvs;
    /*
     * Examples answer ESP_ERR_NVS_NO_FREE_PAGES and ESP_ERR_NVS_NEW_VERSION_FOUND with nvs_flash_erase(). Here that would erase
     * the device's key, so this partition has no such branch, and is read-only besides (partitions.csv).
     */
    check(nvs_flash_init_partition(PARTITION), "partition");
    check(nvs_open_from_partition(PARTITION, NAMESPACE, NVS_READONLY, &nvs), "namespace");
    read_text(nvs, "project", identity->project, sizeof identity->project);
    read_text(nvs, "location", identity->location, sizeof identity->location);
    read_text(nvs, "registry", identity->registry, sizeof identity->registry);
    read_text(nvs, "system_key", identity->system_key, sizeof identity->system_key);
    read_text(nvs, "device", identity->device, sizeof identity->device);
    read_text(nvs, "mqtt_url", identity->mqtt_url, sizeof identity->mqtt_url);
    read_text(nvs, "http_url", identity->http_url, sizeof identity->http_url);
    check_scheme(identity->mqtt_url, "mqtts://");
    check_scheme(identity->http_url, "https://");
    size_t ca_size = sizeof identity->ca;
    const esp_err_t error = nvs_get_str(nvs, "ca", identity->ca, &ca_size);
    if (error == ESP_ERR_NVS_NOT_FOUND) {
        identity->ca[0] = '\0';
    } else {
        check(error, "ca");
    }
    read_key(nvs, identity);
    nvs_close(nvs);
    snprintf(identity->name, sizeof identity->name, "projects/%s/locations/%s/registries/%s/devices/%s", identity->project,
             identity->location, identity->registry, identity->device);
}
