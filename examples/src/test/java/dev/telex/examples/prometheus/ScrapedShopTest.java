/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;

/** The shop without its clock: a number of requests, and what a scraper gets. */
class ScrapedShopTest {

  private static final int REQUESTS = 500;

  @Test
  void everyRequestIsScraped() throws Exception {
    HttpClient http = HttpClient.newHttpClient();
    HttpRequest scrape;
    try (ScrapedShop shop = new ScrapedShop(0)) {
      for (int i = 0; i < REQUESTS; i++) {
        shop.serve();
      }
      scrape =
          HttpRequest.newBuilder(shop.metrics())
              .header("Accept", "application/openmetrics-text;version=1.0.0")
              .build();

      String text = http.send(scrape, BodyHandlers.ofString()).body();

      assertThat(
              text.lines()
                  .filter(line -> line.startsWith("http_server_request_duration_seconds_count{"))
                  .mapToLong(line -> Long.parseLong(line.substring(line.lastIndexOf(' ') + 1)))
                  .sum())
          .isEqualTo(REQUESTS);
      assertThat(text)
          .contains("# {span_id=\"", "\nshop_items_sold_total{", "\njvm_memory_used_bytes{");
      assertThat(text).contains("service_name=\"shop\"").endsWith("# EOF\n");
    }
    assertThatThrownBy(() -> http.send(scrape, BodyHandlers.ofString()))
        .isInstanceOf(IOException.class);
  }
}
