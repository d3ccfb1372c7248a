/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Payload;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * The answer to a scrape, for a server to pass on. Immutable; the bytes are shared with every other
 * scraper that asked for the same.
 *
 * @param status of HTTP: 200; 503 when the exporter is shut down or the scrape was interrupted; 500
 *     when something failed that should not, which is logged, never because of what the metrics are
 * @param headers {@code Content-Type}, {@code Vary} and, if the body is compressed, {@code
 *     Content-Encoding}; the length is that of the body
 * @param body the bytes, for {@link Payload#writeTo} or {@link Payload#buffers}
 */
public record ScrapeResponse(int status, Map<String, String> headers, Payload body) {

  /** Copies the headers. */
  public ScrapeResponse {
    headers = Map.copyOf(headers);
  }

  static ScrapeResponse text(int status, String words) {
    return new ScrapeResponse(
        status,
        Map.of("Content-Type", "text/plain; charset=utf-8"),
        Payload.of((words + "\n").getBytes(StandardCharsets.UTF_8)));
  }
}
