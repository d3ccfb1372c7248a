/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** Scrapes without a network. */
final class Scraper {

  static final String TEXT = "text/plain;version=0.0.4";
  static final String OPEN_METRICS = "application/openmetrics-text;version=1.0.0";
  static final String PROTOBUF =
      "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited";
  static final String UTF8 = ";escaping=allow-utf-8";

  private Scraper() {}

  static ScrapeResponse scrape(PrometheusExporter exporter, String accept) {
    return scrape(exporter, accept, "", "");
  }

  static ScrapeResponse scrape(
      PrometheusExporter exporter, String accept, String acceptEncoding, String query) {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("accept", accept);
    headers.put("accept-encoding", acceptEncoding);
    return exporter.scrapeHandler().scrape(ScrapeRequest.of(query, headers::get));
  }

  static byte[] bytes(PrometheusExporter exporter, String accept) {
    return body(scrape(exporter, accept));
  }

  static String text(PrometheusExporter exporter, String accept) {
    return new String(bytes(exporter, accept), StandardCharsets.UTF_8);
  }

  static byte[] body(ScrapeResponse response) {
    byte[] bytes = response.body().toByteArray();
    if (!response.headers().containsKey("Content-Encoding")) {
      return bytes;
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
