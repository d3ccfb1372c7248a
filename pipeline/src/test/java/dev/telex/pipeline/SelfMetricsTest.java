/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.VirtualScheduler;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.testing.exporter.InMemoryMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The metrics of the semantic conventions (sdk-metrics). */
class SelfMetricsTest {

  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("otel.component.type");
  private static final AttributeKey<String> NAME = AttributeKey.stringKey("otel.component.name");

  private final VirtualScheduler time = new VirtualScheduler();
  private final RecordingExporter backend = RecordingExporter.named("backend");
  private final InMemoryMetricReader reader = InMemoryMetricReader.create();

  private Pipeline pipeline(PipelineBuilder builder) {
    return builder.threads(VirtualRunner.threads(time)).nanoTime(time::nanoTime).build();
  }

  private static OpenTelemetrySdk sdk(Pipeline pipeline) {
    return pipeline.registerWith(
        SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
  }

  private static void spans(OpenTelemetrySdk sdk, int count) {
    for (int i = 0; i < count; i++) {
      sdk.getTracer("test").spanBuilder("span").startSpan().end();
    }
  }

  /** The values of an instrument by their {@code error.type}; "" for none. */
  private Map<String, Long> values(String name) {
    Map<String, Long> values = new TreeMap<>();
    for (LongPointData point : metric(name).getLongSumData().getPoints()) {
      String error = point.getAttributes().get(ERROR);
      values.put(error == null ? "" : error, point.getValue());
    }
    return values;
  }

  private MetricData metric(String name) {
    return reader.collectAllMetrics().stream()
        .filter(metric -> metric.getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError(name + " is missing"));
  }

  @Test
  void theyTellOfTheProcessorAndTheExporter() {
    SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
    backend
        .thenAnswer(batch -> ExportResult.partial(batch, List.of(new Rejection(1, "old"))))
        .thenAnswer(
            ExportResult.failure(new IOException("reset")),
            ExportResult.retryable("busy").withStatusCode(503),
            ExportResult.permanent("bad"))
        .thenHold();
    Pipeline pipeline =
        pipeline(
            Pipeline.builder(backend)
                .meterProvider(meters)
                .maxQueueSize(3)
                .maxBatchSize(2)
                .maxInFlight(1));
    OpenTelemetrySdk sdk = sdk(pipeline);
    for (int i = 0; i < 5; i++) {
      spans(sdk, 2);
      time.runDue();
    }
    spans(sdk, 4);

    assertThat(values("otel.sdk.processor.span.queue.size")).isEqualTo(Map.of("", 3L));
    assertThat(values("otel.sdk.processor.span.queue.capacity")).isEqualTo(Map.of("", 3L));
    assertThat(values("otel.sdk.processor.span.processed"))
        .isEqualTo(Map.of("", 10L, "queue_full", 1L));
    assertThat(values("otel.sdk.exporter.span.inflight")).isEqualTo(Map.of("", 2L));
    assertThat(values("otel.sdk.exporter.span.exported"))
        .isEqualTo(
            Map.of(
                "", 1L, "rejected", 1L, "java.io.IOException", 2L, "503", 2L, "export_failed", 2L));
    assertThat(metric("otel.sdk.processor.span.processed").getUnit()).isEqualTo("{span}");
    MetricData duration = metric("otel.sdk.exporter.operation.duration");
    assertThat(duration.getUnit()).isEqualTo("s");
    assertThat(duration.getHistogramData().getPoints())
        .hasSize(4)
        .allSatisfy(point -> assertThat(point.getBoundaries()).isEmpty())
        .anySatisfy(
            point ->
                assertThat(
                        point
                            .getAttributes()
                            .get(AttributeKey.longKey("http.response.status_code")))
                    .isEqualTo(503));

    Attributes processor =
        metric("otel.sdk.processor.span.queue.size")
            .getLongSumData()
            .getPoints()
            .iterator()
            .next()
            .getAttributes();
    assertThat(processor.get(TYPE)).isEqualTo("dev.telex.pipeline.PipelineSpanProcessor");
    assertThat(processor.get(NAME)).matches("dev.telex.pipeline.PipelineSpanProcessor/[0-9]+");

    backend.calls().get(4).held().complete(ExportResult.retryable("late"));
    pipeline.shutdown(Duration.ZERO);
    spans(sdk, 2);
    assertThat(values("otel.sdk.processor.span.processed")).containsEntry("already_shutdown", 2L);
  }

  @Test
  void theyNameTheStatusOfGrpc() {
    SdkMeterProvider meters = SdkMeterProvider.builder().registerMetricReader(reader).build();
    backend.thenAnswer(ExportResult.retryable("busy").withStatusCode(14));
    Pipeline pipeline = pipeline(Pipeline.builder(backend).meterProvider(meters).maxBatchSize(1));
    spans(sdk(pipeline), 1);
    time.runDue();

    assertThat(values("otel.sdk.exporter.span.exported"))
        .isEqualTo(Map.of("", 0L, "UNAVAILABLE", 1L));
    assertThat(metric("otel.sdk.exporter.operation.duration").getHistogramData().getPoints())
        .singleElement()
        .satisfies(
            point ->
                assertThat(point.getAttributes().get(AttributeKey.stringKey("rpc.status_code")))
                    .isEqualTo("UNAVAILABLE"));
  }

  @Test
  void theyGoThroughTheirOwnPipelineWithoutFeedingThemselves() {
    AtomicReference<@Nullable MeterProvider> own = new AtomicReference<>();
    Pipeline pipeline = pipeline(Pipeline.builder(backend).meterProvider(own::get));
    OpenTelemetrySdk sdk = sdk(pipeline);
    own.set(sdk.getMeterProvider());
    spans(sdk, 1);
    time.advance(Duration.ofMinutes(3));
    long before = pipeline.stats().metrics().emitted();
    time.advance(Duration.ofMinutes(1));
    long first = pipeline.stats().metrics().emitted() - before;
    time.advance(Duration.ofMinutes(10));
    long then = pipeline.stats().metrics().emitted() - before - first;

    assertThat(first).isPositive();
    assertThat(then).as("data points of ten more collections").isEqualTo(10 * first);
    assertThat(pipeline.stats().traces().emitted()).isEqualTo(1);
  }
}
