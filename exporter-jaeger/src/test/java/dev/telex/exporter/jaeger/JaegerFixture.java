/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.apache.thrift.TException;
import org.junit.jupiter.api.AfterEach;

/** A server, exporters to it, spans, and a look at what is left behind. */
abstract class JaegerFixture {

  static final Duration LIMIT = Duration.ofSeconds(30);

  final FaultServer server = FaultServer.start();
  private final List<Exporter> exporters = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (Exporter exporter : exporters) {
      exporter.shutdown(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    server.awaitConnectionsOpen(0, LIMIT);
    server.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-")) {
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  /** Shuts it down at the end of the test. */
  <E extends Exporter> E closing(E exporter) {
    exporters.add(exporter);
    return exporter;
  }

  JaegerExporter exporter() {
    return exporter(builder -> builder);
  }

  JaegerExporter exporter(UnaryOperator<JaegerExporter.Builder> setUp) {
    return closing(
        setUp.apply(JaegerExporter.builder().endpoint(server.uri()).timeout(LIMIT)).build());
  }

  static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    return get(exporter.export(batch, ExportContext.none()).toCompletableFuture());
  }

  static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  static Batch spans(int count) {
    return Batch.traces(spansOf("shop", count));
  }

  /** As many spans of each service, in turns. */
  static Batch spansOf(List<String> services, int count) {
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      for (String service : services) {
        spans.add(span(service, "span " + i));
      }
    }
    return Batch.traces(spans);
  }

  static List<SpanData> spansOf(String service, int count) {
    return spansOf(List.of(service), count).spans();
  }

  static SpanData span(String service, String name) {
    return TestSpanData.builder()
        .setName(name)
        .setResource(Resource.create(Attributes.builder().put("service.name", service).build()))
        .setKind(SpanKind.CLIENT)
        .setSpanContext(
            SpanContext.create(
                "0123456789abcdef0123456789abcdef",
                "00000000000000ab",
                TraceFlags.getSampled(),
                TraceState.getDefault()))
        .setStatus(StatusData.ok())
        .setStartEpochNanos(1_000_000_000L)
        .setEndEpochNanos(2_000_000_000L)
        .setHasEnded(true)
        .build();
  }

  /** The service of a request to a collector. */
  static String service(ReceivedRequest request) {
    return decoded(request).getProcess().getServiceName();
  }

  static io.jaegertracing.thriftjava.Batch decoded(ReceivedRequest request) {
    try {
      return JaegerReader.collector(request.decodedBody());
    } catch (TException e) {
      throw new AssertionError(e);
    }
  }
}
