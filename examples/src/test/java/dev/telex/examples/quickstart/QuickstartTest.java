/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.EncodingStats;
import dev.telex.exporter.Signal;
import dev.telex.reliability.DeliveryStats;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The quickstart without its clock: a number of orders, and every item accounted for. */
class QuickstartTest {

  private static final int ORDERS = 300;

  @TempDir private Path folder;

  @Test
  void everyItemIsAccountedForOnEveryLegAndEncodedOnce() throws Exception {
    Path undelivered = folder.resolve("undelivered.jsonl");
    ByteArrayOutputStream console = new ByteArrayOutputStream();
    Quickstart quickstart;
    try (OtlpSink failing = new OtlpSink();
        OtlpSink healthy = new OtlpSink()) {
      quickstart = new Quickstart(failing.endpoint(), healthy.endpoint(), undelivered, console);
      try (Shop shop = new Shop(quickstart.sdk())) {
        for (int order = 0; order < ORDERS; order++) {
          if (order == ORDERS / 4) {
            // From here on for good, because several batches are under way at a time.
            failing.failNext(Integer.MAX_VALUE);
          }
          shop.order(order);
        }
        // Just before the SDK closes.
        quickstart.close();
      }

      DeliveryStats stats = quickstart.stats();
      UndeliveredFile file = UndeliveredFile.read(undelivered);
      for (Signal signal : Signal.values()) {
        DeliveryStats.Counts primary = stats.of("primary", signal);
        assertThat(primary.delivered() + primary.rejected() + primary.fellBack())
            .as("primary " + signal)
            .isEqualTo(primary.items());
        assertThat(failing.items(signal)).isEqualTo(primary.delivered());
        assertThat(file.items(signal)).isEqualTo(primary.fellBack());
        DeliveryStats.Counts second = stats.of("second", signal);
        assertThat(healthy.items(signal)).isEqualTo(second.items()).isEqualTo(primary.items());
        assertThat(second.delivered()).isEqualTo(second.items());
        assertThat(stats.of("console", signal).delivered()).isEqualTo(second.items());
      }
      assertThat(healthy.items(Signal.TRACES)).isEqualTo((long) ORDERS * Shop.SPANS_AN_ORDER);
      assertThat(healthy.items(Signal.LOGS)).isEqualTo((long) ORDERS * Shop.LOGS_AN_ORDER);

      assertThat(file.spanIds()).isNotEmpty();
      Set<String> somewhere = new HashSet<>(failing.spanIds());
      somewhere.addAll(file.spanIds());
      assertThat(failing.spanIds()).doesNotContainAnyElementsOf(file.spanIds());
      assertThat(somewhere).isEqualTo(healthy.spanIds()).hasSize(ORDERS * Shop.SPANS_AN_ORDER);

      long batches = 0;
      long retries = 0;
      for (Signal signal : Signal.values()) {
        batches += stats.of("second", signal).batches();
        retries += stats.of("primary", signal).retries();
      }
      // Each refusal led to a retry, or was the last of a batch that is now a line of the file;
      // or to both, where the closing cut the wait for the retry short.
      assertThat(failing.refused())
          .isGreaterThanOrEqualTo(Math.max(retries, file.lines()))
          .isLessThanOrEqualTo(retries + file.lines());
      EncodingStats encodings = quickstart.encodings();
      // Protobuf for both OTLP legs and lines for the console, once a batch; JSON for what fell
      // back.
      assertThat(encodings.encodings()).isEqualTo(2 * batches + file.lines());
      assertThat(encodings.compressions()).isEqualTo(batches);
      assertThat(quickstart.bytesSent()).isEqualTo(failing.bodyBytes() + healthy.bodyBytes());
    }
    assertThat(quickstart.report())
        .contains("primary    traces", "Encodings run: " + quickstart.encodings().encodings());
    assertThat(console.toString(StandardCharsets.UTF_8)).contains("more");
  }
}
