/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.VirtualScheduler;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What pipelines say to the log: the first failure at once, and then little. */
class PipelineLogTest {

  private final VirtualScheduler time = new VirtualScheduler();
  private final RecordingExporter backend = RecordingExporter.named("backend");
  private final Logger logger = Logger.getLogger("dev.telex.pipeline");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setLevel(Level.ALL);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  private Pipeline pipeline() {
    return Pipeline.builder(backend)
        .threads(VirtualRunner.threads(time))
        .nanoTime(time::nanoTime)
        .maxBatchSize(1)
        .maxQueueSize(2)
        .maxInFlight(1)
        .build();
  }

  private static OpenTelemetrySdk sdk(Pipeline pipeline) {
    return pipeline.registerWith(
        SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
  }

  private void spans(OpenTelemetrySdk sdk, int count) {
    for (int i = 0; i < count; i++) {
      sdk.getTracer("test").spanBuilder("span").startSpan().end();
      time.runDue();
    }
  }

  @Test
  void theFirstFailureIsLoudAndTheRestIsCounted() {
    backend.otherwise(call -> ExportResult.failure(new IOException("reset")).completed());
    Pipeline pipeline = pipeline();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 100);
    assertThat(lines).hasSize(1);
    assertThat(lines.get(0))
        .startsWith("WARNING an export of Batch[1 traces] to backend failed: RETRYABLE[")
        .contains("reset");

    time.advance(Duration.ofMinutes(1));
    spans(sdk, 1);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).endsWith("(99 more since the last such line)");

    spans(sdk, 5);
    pipeline.shutdown(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(1));
    assertThat(lines).hasSize(3);
    assertThat(lines.get(2))
        .isEqualTo("WARNING failed exports of traces: 5 more since the last such line");
  }

  @Test
  void dropsAreSummedUp() {
    backend.otherwise(RecordingExporter.Call::held);
    Pipeline pipeline = pipeline();
    OpenTelemetrySdk sdk = sdk(pipeline);
    spans(sdk, 10);
    assertThat(lines).isEmpty();
    time.advance(Duration.ofSeconds(1));
    assertThat(lines)
        .containsExactly(
            "WARNING traces were dropped: 7 did not fit into the queue (maxQueueSize=2,"
                + " maxQueueBytes=33554432, maxInFlight=1)");
    spans(sdk, 4);
    time.advance(Duration.ofSeconds(59));
    assertThat(lines).hasSize(1);
    time.advance(Duration.ofSeconds(1));
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).contains("4 did not fit");

    backend.otherwise(call -> ExportResult.success(call.batch()).completed());
    backend.calls().forEach(call -> call.held().complete(ExportResult.success(call.batch())));
    time.runDue();
    pipeline.shutdown(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(1));
    assertThat(lines).hasSize(2);
  }

  @Test
  void nothingIsLoggedOfWhatWorks() {
    Pipeline pipeline = pipeline();
    spans(sdk(pipeline), 3);
    time.advance(Duration.ofMinutes(5));
    pipeline.shutdown(Duration.ofSeconds(1));
    time.advance(Duration.ofSeconds(2));
    assertThat(lines).isEmpty();
  }
}
