/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.FaultServer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server, exporters to it, and a look at what is left of them after each test. */
@Timeout(120)
abstract class OtlpFixture {

  static final Duration LIMIT = Duration.ofSeconds(30);

  final FaultServer server = FaultServer.start();
  private final List<Exporter> exporters = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    closeExporters();
    server.awaitConnectionsOpen(0, LIMIT);
    server.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-")) {
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  void closeExporters() throws Exception {
    for (Exporter exporter : exporters) {
      exporter.shutdown(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
  }

  OtlpExporter exporter() {
    return exporter(builder -> builder);
  }

  OtlpExporter exporter(UnaryOperator<OtlpExporter.Builder> setUp) {
    return closedAtTheEnd(
        setUp.apply(OtlpExporter.builder().endpoint(server.uri()).timeout(LIMIT)).build());
  }

  <E extends Exporter> E closedAtTheEnd(E exporter) {
    exporters.add(exporter);
    return exporter;
  }

  static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    return get(exportAsync(exporter, batch, ExportContext.none()));
  }

  static CompletableFuture<ExportResult> exportAsync(
      Exporter exporter, Batch batch, ExportContext context) {
    return exporter.export(batch, context).toCompletableFuture();
  }

  static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  static Batch spans(int count) {
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      spans.add(
          TestSpanData.builder()
              .setName("span " + i)
              .setKind(SpanKind.CLIENT)
              .setSpanContext(
                  SpanContext.create(
                      "0123456789abcdef0123456789abcdef",
                      String.format("%016x", i + 1),
                      TraceFlags.getSampled(),
                      TraceState.getDefault()))
              .setStatus(StatusData.ok())
              .setStartEpochNanos(1_000_000_000L + i)
              .setEndEpochNanos(2_000_000_000L + i)
              .setHasEnded(true)
              .build());
    }
    return Batch.traces(spans);
  }

  static Batch logs(int count) {
    List<LogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      logs.add(
          TestLogRecordData.builder()
              .setBody("log " + i)
              .setTimestamp(i, TimeUnit.SECONDS)
              .build());
    }
    return Batch.logs(logs);
  }

  /** One counter with that many points. */
  static Batch metrics(int points) {
    InMemoryMetricReader reader = InMemoryMetricReader.create();
    try (SdkMeterProvider provider =
        SdkMeterProvider.builder().registerMetricReader(reader).build()) {
      LongCounter counter = provider.get("test").counterBuilder("requests").build();
      for (int i = 0; i < points; i++) {
        counter.add(i + 1, Attributes.builder().put("route", "/" + i).build());
      }
      return Batch.metrics(reader.collectAllMetrics());
    }
  }
}
