/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.RecordingExporter;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The SDK's own autoconfiguration, with no line of Telex in the program. */
class AutoConfigurationTest {

  private final Map<String, String> properties = new HashMap<>();

  @BeforeEach
  void nothingWasMade() {
    RecordedProvider.MADE.clear();
    properties.put("otel.traces.exporter", "telex");
    properties.put("otel.metrics.exporter", "telex");
    properties.put("otel.logs.exporter", "telex");
    properties.put("telex.chain", "recorded");
  }

  @Test
  void allThreeSignalsReachOneChain() {
    OpenTelemetrySdk sdk = sdk();
    assertThat(sdk.toString()).contains("Pipeline(recorded)").doesNotContain("BatchSpanProcessor");
    emit(sdk);
    sdk.close();

    assertThat(RecordedProvider.MADE).hasSize(1);
    assertEverythingArrived(RecordedProvider.MADE.get(0));
  }

  @Test
  void besideAnotherExporterTheSdkKeepsItsProcessors() {
    properties.put("otel.traces.exporter", "telex,none-of-ours");
    assertThatThrownBy(this::sdk).hasMessageContaining("none-of-ours");
    RecordedProvider.MADE.clear();

    properties.put("otel.traces.exporter", "telex,otlp");
    properties.put("otel.exporter.otlp.endpoint", "http://127.0.0.1:9");
    OpenTelemetrySdk sdk = sdk();
    assertThat(sdk.toString())
        .contains("BatchSpanProcessor", "SdkBridge(recorded)")
        .doesNotContain("Pipeline");
    emit(sdk);
    sdk.close();

    assertThat(RecordedProvider.MADE).hasSize(1);
    assertEverythingArrived(RecordedProvider.MADE.get(0));
  }

  @Test
  void signalsThatDoNotNameTelexAreLeftAlone() {
    properties.put("otel.metrics.exporter", "none");
    properties.put("otel.logs.exporter", "none");
    OpenTelemetrySdk sdk = sdk();
    emit(sdk);
    sdk.close();

    RecordingExporter made = RecordedProvider.MADE.get(0);
    assertThat(made.batches()).extracting(Batch::signal).containsOnly(Signal.TRACES);
    assertThat(made.shutdowns()).isEqualTo(1);
  }

  @Test
  void withoutAChainItIsOtlp() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      properties.remove("telex.chain");
      properties.put("telex.exporter.otlp.endpoint", server.uri().toString());
      OpenTelemetrySdk sdk = sdk();
      emit(sdk);
      sdk.close();

      int spans = 0;
      int points = 0;
      int logs = 0;
      for (ReceivedRequest request : server.requests()) {
        switch (request.path()) {
          case "/v1/traces" ->
              spans +=
                  ExportTraceServiceRequest.parseFrom(request.decodedBody())
                      .getResourceSpans(0)
                      .getScopeSpans(0)
                      .getSpansCount();
          case "/v1/metrics" ->
              points +=
                  ExportMetricsServiceRequest.parseFrom(request.decodedBody())
                      .getResourceMetrics(0)
                      .getScopeMetrics(0)
                      .getMetricsCount();
          default ->
              logs +=
                  ExportLogsServiceRequest.parseFrom(request.decodedBody())
                      .getResourceLogs(0)
                      .getScopeLogs(0)
                      .getLogRecordsCount();
        }
      }
      assertThat(new int[] {spans, points, logs}).containsExactly(1, 1, 1);
    }
  }

  @Test
  void aWrongPropertyIsSaid() {
    properties.put("telex.chain", "recorded.timeout(5)");
    assertThatThrownBy(this::sdk).hasMessageContaining("telex.chain: '5' at column 18");
    properties.put("telex.chain", "recorded");
    properties.put("telex.pipeline.max-batch-size", "many");
    assertThatThrownBy(this::sdk)
        .hasMessageContaining("telex.pipeline.max-batch-size: setting 'max-batch-size' is 'many'");
    properties.put("telex.pipeline.max-batch-size", "4096");
    assertThatThrownBy(this::sdk).hasMessageContaining("want no more than maxQueueSize");
    assertThat(RecordedProvider.MADE)
        .isNotEmpty()
        .allSatisfy(exporter -> assertThat(exporter.shutdowns()).isEqualTo(1));
  }

  @Test
  void thePipelineTakesItsProperties() {
    properties.put("telex.pipeline.max-batch-size", "2");
    properties.put("telex.pipeline.overflow", "drop-oldest");
    OpenTelemetrySdk sdk = sdk();
    for (int i = 0; i < 6; i++) {
      sdk.getTracer("test").spanBuilder("span").startSpan().end();
    }
    sdk.close();
    assertThat(RecordedProvider.MADE.get(0).batches())
        .filteredOn(batch -> batch.signal() == Signal.TRACES)
        .extracting(Batch::itemCount)
        .containsExactly(2, 2, 2);
  }

  private OpenTelemetrySdk sdk() {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> properties)
        .disableShutdownHook()
        .build()
        .getOpenTelemetrySdk();
  }

  private static void emit(OpenTelemetrySdk sdk) {
    sdk.getTracer("test").spanBuilder("span").startSpan().end();
    sdk.getMeter("test").counterBuilder("count").build().add(3, Attributes.empty());
    sdk.getLogsBridge().get("test").logRecordBuilder().setBody("log").emit();
  }

  private static void assertEverythingArrived(RecordingExporter made) {
    assertThat(made.batches())
        .extracting(batch -> batch.signal() + " " + batch.itemCount())
        .containsExactlyInAnyOrder("TRACES 1", "METRICS 1", "LOGS 1");
    assertThat(made.shutdowns()).isEqualTo(1);
  }
}
