/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.elasticsearch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Locale;

/** Asks Elasticsearch for the spans of each service and how long they took, without Kibana. */
final class Query {

  private static final String SEARCH = "/traces-shop.otel-default/_search?size=0";
  private static final String BODY =
      """
      {"aggs":{"services":{"terms":{"field":"resource.attributes.service.name"},\
      "aggs":{"durations":{"percentiles":{"field":"duration","percents":[50,95]}}}}}}""";

  private final HttpClient http = HttpClient.newHttpClient();
  private final String node;

  Query(String node) {
    this.node = node;
  }

  /** The command that asks the same, and the answer as a table. */
  String run() throws IOException, InterruptedException {
    // What was written is found about a second later, or when somebody asks for it.
    post("/traces-shop.otel-default/_refresh", "");
    JsonNode services = post(SEARCH, BODY).at("/aggregations/services/buckets");
    StringBuilder table =
        new StringBuilder("curl -s -H 'Content-Type: application/json' \\\n  '")
            .append(node + SEARCH)
            .append("' \\\n  -d '")
            .append(BODY)
            .append("'\nservice      spans   median      95 %\n");
    for (JsonNode service : services) {
      table.append(
          String.format(
              Locale.ROOT,
              "%-10s %7d %5.1f ms %6.1f ms%n",
              service.path("key").asText(),
              service.path("doc_count").asLong(),
              service.at("/durations/values/50.0").asDouble() / 1e6,
              service.at("/durations/values/95.0").asDouble() / 1e6));
    }
    return table.toString();
  }

  private JsonNode post(String path, String body) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        http.send(
            HttpRequest.newBuilder(URI.create(node + path))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
    }
    return new ObjectMapper().readTree(answer.body());
  }
}
