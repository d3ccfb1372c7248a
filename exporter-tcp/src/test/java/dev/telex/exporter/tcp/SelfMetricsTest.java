/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.tcp.EventProto.Event;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The exporter's own counts as metrics, and a reader of its own. */
class SelfMetricsTest {

  @Test
  void countsOfAllAndOfEachClient() throws Exception {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
        TcpExporter exporter =
            TcpExporter.builder().listen("127.0.0.1", 0).meterProvider(meters).build()) {
      Await.result(exporter.export(Metrics.batch(1, "a"), ExportContext.none()));
      StreamClient.listening(exporter).close();
      Await.until(() -> exporter.stats().connections() == 0);
      try (StreamClient client = StreamClient.listening(exporter)) {
        Await.result(exporter.export(Metrics.batch(1, "a", "b"), ExportContext.none()));
        client.values(2);
        // It is counted after it was written.
        Await.until(() -> exporter.stats().sentMessages() == 2);
        Map<String, String> metrics = new TreeMap<>();
        for (MetricData metric : reader.collectAllMetrics()) {
          metric.getData().getPoints().forEach(p -> metrics.put(key(metric, p), value(p)));
        }
        String peer =
            "{network.peer.address=\"127.0.0.1\", network.peer.port="
                + client.socket().getLocalPort()
                + "}";
        assertThat(metrics)
            .containsEntry("telex.tcp.clients{}", "1")
            .containsEntry("telex.tcp.sent{}", "2")
            .containsEntry("telex.tcp.sent.bytes{}", Long.toString(exporter.stats().sentBytes()))
            .containsEntry("telex.tcp.dropped{reason=\"no_client\"}", "1")
            .containsEntry("telex.tcp.closed{reason=\"left\"}", "1")
            .containsEntry("telex.tcp.client.sent" + peer, "2")
            .containsEntry("telex.tcp.client.dropped" + peer, "0")
            .containsEntry("telex.tcp.client.queue.size" + peer, "0")
            .containsEntry("telex.tcp.client.lag" + peer, "0.0")
            .hasSize(9);
      }
      Await.result(exporter.shutdown(Duration.ofSeconds(10)));
      assertThat(reader.collectAllMetrics()).isEmpty();
    }
  }

  @Test
  void aReaderOfItsOwnCollectsOftenAndLeavesItOpen() throws Exception {
    try (TcpExporter exporter = TcpExporter.builder().listen("127.0.0.1", 0).build();
        StreamClient client = StreamClient.listening(exporter)) {
      try (SdkMeterProvider meters =
          SdkMeterProvider.builder()
              .registerMetricReader(exporter.metricReader(Duration.ofMillis(10)))
              .build()) {
        LongCounter counter = meters.get("scope").counterBuilder("orders").setUnit("1").build();
        counter.add(3);
        // Cumulative, and nothing but time makes it collect again.
        // The SDK has metrics of its own beside it.
        assertThat(client.values("orders", 3))
            .extracting(Event::text)
            .allSatisfy(text -> assertThat(text).startsWith("orders{").endsWith("set_counter=3"));
      }
      assertThat(
              Await.result(exporter.export(Metrics.batch(1, "a"), ExportContext.none())).accepted())
          .isEqualTo(1);
    }
  }

  private static String key(MetricData metric, PointData point) {
    return metric.getName() + point.getAttributes();
  }

  private static String value(PointData point) {
    return point instanceof LongPointData number
        ? Long.toString(number.getValue())
        : Double.toString(((DoublePointData) point).getValue());
  }
}
