/* SPDX-License-Identifier: MIT OR Apache-2.0 */
/*
 * A device that publishes readings by MQTT and its state by HTTP, with tokens that it signs itself.
 */
#include <stdio.h>

#include <esp_event.h>
#include <esp_log.h>
#include <freertos/FreeRTOS.h>
#include <freertos/task.h>
#include <sdkconfig.h>

#include "http.h"
#include "identity.h"
#include "mqtt.h"

#if CONFIG_IDF_TARGET_LINUX
#include "linux.h"
#else
#include <esp_netif.h>
#include <esp_netif_sntp.h>
#include <esp_system.h>
#include <nvs_flash.h>
#include <protocol_examples_common.h>
#endif

static const char TAG[] = "device";

/*
 * To mint takes less than 6,000 bytes with RS256 and 2048 bits, less than 3,500 with ES256 (README, Footprint), and TLS in
 * esp_http_client as many as IDF's own examples give it, 8,192; not one on top of the other. The main task's 3,584 are too few, and
 * that it runs over goes unnoticed until something else breaks.
 */
enum { DEVICE_STACK_SIZE = 8192 + 1024, DEVICE_PRIORITY = 5 };

static struct identity identity;

#if !CONFIG_IDF_TARGET_LINUX
static void start_network(void)
{
    esp_err_t error = nvs_flash_init();
    if (error == ESP_ERR_NVS_NO_FREE_PAGES || error == ESP_ERR_NVS_NEW_VERSION_FOUND) {
        /* The partition `nvs`, where the radio keeps its data. The key is not in it. */
        ESP_ERROR_CHECK(nvs_flash_erase());
        error = nvs_flash_init();
    }
    ESP_ERROR_CHECK(error);
    ESP_ERROR_CHECK(esp_netif_init());
    /* It waits until there is a network, and with Wi-Fi tries as often as sdkconfig.defaults says: without end. */
    if (example_connect() != ESP_OK) {
        ESP_LOGE(TAG, "no network; the next attempt is in a minute");
        vTaskDelay(pdMS_TO_TICKS(60 * 1000));
        esp_restart(); /* what it had begun cannot be begun again */
    }
    /* It asks in the background, and goes on asking. Until it has an answer, nothing is signed. */
    esp_sntp_config_t sntp = ESP_NETIF_SNTP_DEFAULT_CONFIG(CONFIG_DEVICE_SNTP_SERVER);
    sntp.wait_for_sync = false;
    ESP_ERROR_CHECK(esp_netif_sntp_init(&sntp));
}
#endif

static void run_device(void *unused)
{
    unsigned reported = 0;
    UBaseType_t stack_left = DEVICE_STACK_SIZE;
    (void)unused;
    identity_load(&identity);
    mqtt_start(&identity);
    http_start(&identity);
    for (;;) {
        char text[64];
        mqtt_step(&identity);
        const unsigned readings = mqtt_readings();
        snprintf(text, sizeof text, "{\"readings\":%u}", readings);
        if (readings != reported && http_set_state(&identity, text)) {
            reported = readings;
        }
        if (uxTaskGetStackHighWaterMark(NULL) < stack_left) {
            stack_left = uxTaskGetStackHighWaterMark(NULL);
            ESP_LOGI(TAG, "%u bytes of stack were never used", (unsigned)stack_left);
        }
    }
}

void app_main(void)
{
#if CONFIG_IDF_TARGET_LINUX
    linux_open_flash();
#endif
    ESP_ERROR_CHECK(esp_event_loop_create_default());
#if !CONFIG_IDF_TARGET_LINUX
    start_network();
#endif
    if (xTaskCreate(run_device, "device", DEVICE_STACK_SIZE, NULL, DEVICE_PRIORITY, NULL) != pdPASS) {
        ESP_LOGE(TAG, "no memory");
    }
}
