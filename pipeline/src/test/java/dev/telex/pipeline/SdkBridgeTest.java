/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.reliability.ExporterChain;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.MemoryMode;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.logs.export.BatchLogRecordProcessor;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SdkBridgeTest {

  private final RecordingExporter backend = RecordingExporter.named("backend");
  private final SdkBridge bridge = SdkBridge.of(backend);

  @Test
  void whatIsEmittedJustBeforeTheSdkClosesArrives() {
    // Each answer comes later, from another thread, as from a network.
    Executor later = CompletableFuture.delayedExecutor(50, TimeUnit.MILLISECONDS);
    backend.otherwise(
        call -> CompletableFuture.supplyAsync(() -> ExportResult.success(call.batch()), later));
    SdkBridge chained =
        SdkBridge.of(ExporterChain.of(backend).timeout(Duration.ofSeconds(5)).build());
    OpenTelemetrySdk sdk = sdk(chained);
    for (int i = 0; i < 700; i++) {
      sdk.getTracer("test").spanBuilder("span").startSpan().end();
      sdk.getLogsBridge().get("test").logRecordBuilder().setBody("log").emit();
    }
    sdk.getMeter("test").counterBuilder("count").build().add(3, Attributes.empty());

    sdk.close();

    assertThat(items(Signal.TRACES)).isEqualTo(700);
    assertThat(items(Signal.LOGS)).isEqualTo(700);
    assertThat(items(Signal.METRICS)).isEqualTo(1);
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void theExporterIsShutWithTheLastFacadeThatWasHandedOut() {
    SpanExporter spans = bridge.spanExporter();
    MetricExporter metrics = bridge.metricExporter();

    assertThat(metrics.shutdown().join(30, TimeUnit.SECONDS).isSuccess()).isTrue();
    assertThat(backend.shutdowns()).isZero();
    assertThat(metrics.export(List.of()).isSuccess()).isFalse();
    assertThat(spans.export(List.of(span())).isSuccess()).isTrue();

    assertThat(bridge.spanExporter().shutdown().isSuccess()).isTrue();
    assertThat(backend.shutdowns()).isEqualTo(1);
  }

  @Test
  void successAndPartialSucceedAndTheRestFailsWithItsCause() {
    SpanExporter spans = bridge.spanExporter();
    IOException cause = new IOException("reset");
    backend
        .thenAnswer(batch -> ExportResult.partial(batch, List.of(new Rejection(1, "old"))))
        .thenAnswer(ExportResult.failure(cause), ExportResult.permanent("bad"));

    assertThat(spans.export(List.of(span())).isSuccess()).isTrue();
    CompletableResultCode failed = spans.export(List.of(span()));
    assertThat(failed.isSuccess()).isFalse();
    assertThat(failed.getFailureThrowable()).isSameAs(cause);
    assertThat(spans.export(List.of(span())).getFailureThrowable())
        .isInstanceOf(ExportFailedException.class)
        .hasMessageContaining("bad");
  }

  @Test
  void anExporterThatThrowsIsAFailure() {
    backend.then(
        call -> {
          throw new IllegalStateException("broken");
        });
    assertThat(bridge.spanExporter().export(List.of(span())).getFailureThrowable())
        .hasMessage("broken");
  }

  @Test
  void theBatchIsACopy() {
    List<SpanData> reused = new ArrayList<>(List.of(span()));
    bridge.spanExporter().export(reused);
    reused.clear();
    assertThat(backend.batches().get(0).spans()).hasSize(1);
  }

  @Test
  void metricsComeAsTheExporterPrefersThem() {
    MetricExporter metrics = bridge.metricExporter();
    assertThat(metrics.getAggregationTemporality(InstrumentType.COUNTER))
        .isEqualTo(AggregationTemporality.CUMULATIVE);
    assertThat(metrics.getDefaultAggregation(InstrumentType.HISTOGRAM))
        .isEqualTo(Aggregation.defaultAggregation());
    assertThat(metrics.getMemoryMode()).isEqualTo(MemoryMode.IMMUTABLE_DATA);

    Aggregation exponential = Aggregation.base2ExponentialBucketHistogram();
    RecordingExporter delta =
        RecordingExporter.named("delta")
            .preferring(MetricPreferences.delta().withAggregation(type -> exponential));
    MetricExporter preferring = SdkBridge.of(delta).metricExporter();
    assertThat(preferring.getAggregationTemporality(InstrumentType.COUNTER))
        .isEqualTo(AggregationTemporality.DELTA);
    assertThat(preferring.getDefaultAggregation(InstrumentType.HISTOGRAM)).isSameAs(exponential);
  }

  @Test
  void flushTellsWhatHappened() {
    backend.thenHold();
    SdkBridge chained = SdkBridge.of(ExporterChain.of(backend).build());
    SpanExporter spans = chained.spanExporter();
    spans.export(List.of(span()));
    CompletableResultCode flushed = spans.flush();
    assertThat(flushed.isDone()).isFalse();
    backend.calls().get(0).held().complete(ExportResult.permanent("bad"));
    assertThat(flushed.join(30, TimeUnit.SECONDS).isSuccess()).isFalse();
    chained.spanExporter().shutdown();
  }

  @Test
  void anExportBeyondTheBoundFailsAtOnceAndIsCounted() {
    SdkBridge bounded = SdkBridge.builder(backend).maxInFlight(2).build();
    SpanExporter spans = bounded.spanExporter();
    backend.thenHold().thenHold();
    CompletableResultCode first = spans.export(List.of(span()));
    spans.export(List.of(span()));

    CompletableResultCode third = spans.export(List.of(span(), span()));
    assertThat(third.isDone()).isTrue();
    assertThat(third.getFailureThrowable())
        .hasMessage("not exported: 2 exports are under way already (maxInFlight)");
    assertThat(bounded.refused(Signal.TRACES)).isEqualTo(2);
    assertThat(bounded.refused(Signal.LOGS)).isZero();
    assertThat(backend.batches()).hasSize(2);
    // Each signal has its own bound, and asking for a count hands no facade out.
    assertThat(bounded.metricExporter().export(List.of()).isSuccess()).isTrue();

    backend.calls().get(0).held().complete(ExportResult.permanent("bad"));
    assertThat(first.join(30, TimeUnit.SECONDS).isSuccess()).isFalse();
    assertThat(spans.export(List.of(span())).isSuccess()).isTrue();
  }

  @Test
  void printsTheChain() {
    Exporter chain = ExporterChain.of(backend).timeout(Duration.ofSeconds(1)).build();
    assertThat(SdkBridge.of(chain).spanExporter()).hasToString("SdkBridge(Timeout(backend))");
  }

  @Test
  void settingsOutOfBoundsAreRefused() {
    assertThatThrownBy(() -> SdkBridge.builder(backend).grace(Duration.ofSeconds(-1)))
        .hasMessage("grace is PT-1S: want zero or more");
    assertThatThrownBy(() -> SdkBridge.builder(backend).maxInFlight(0))
        .hasMessage("maxInFlight is 0: want 1 or more");
  }

  private long items(Signal signal) {
    return backend.batches().stream()
        .filter(batch -> batch.signal() == signal)
        .mapToLong(Batch::itemCount)
        .sum();
  }

  private static OpenTelemetrySdk sdk(SdkBridge to) {
    return OpenTelemetrySdk.builder()
        .setTracerProvider(
            SdkTracerProvider.builder()
                .addSpanProcessor(BatchSpanProcessor.builder(to.spanExporter()).build())
                .build())
        .setMeterProvider(
            SdkMeterProvider.builder()
                .registerMetricReader(PeriodicMetricReader.create(to.metricExporter()))
                .build())
        .setLoggerProvider(
            SdkLoggerProvider.builder()
                .addLogRecordProcessor(
                    BatchLogRecordProcessor.builder(to.logRecordExporter()).build())
                .build())
        .build();
  }

  private static SpanData span() {
    return SampleBatches.spans(1).spans().get(0);
  }
}
