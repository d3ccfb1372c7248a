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
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

    try (FaultServer other = FaultServer.start()) {
      properties.put("otel.traces.exporter", "telex,otlp");
      properties.put("otel.exporter.otlp.protocol", "http/protobuf");
      properties.put("otel.exporter.otlp.endpoint", other.uri().toString());
      OpenTelemetrySdk sdk = sdk();
      assertThat(sdk.toString())
          .contains("BatchSpanProcessor", "SdkBridge(recorded)")
          .doesNotContain("Pipeline");
      emit(sdk);
      sdk.close();
      assertThat(other.requests()).extracting(ReceivedRequest::path).containsExactly("/v1/traces");
    }
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

      List<String> arrived = new ArrayList<>();
      for (ReceivedRequest request : server.requests()) {
        arrived.addAll(names(request));
      }
      assertThat(arrived).containsExactlyInAnyOrder("span", "count", "log");
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

  @Test
  void thePipelineMeasuresItselfWhereTheSdkIsTheGlobalOne() {
    GlobalOpenTelemetry.resetForTest();
    OpenTelemetrySdk sdk = builder().setResultAsGlobal().build().getOpenTelemetrySdk();
    try {
      sdk.getTracer("test").spanBuilder("span").startSpan().end();
      sdk.getSdkTracerProvider().forceFlush().join(30, TimeUnit.SECONDS);
      sdk.getSdkMeterProvider().forceFlush().join(30, TimeUnit.SECONDS);
    } finally {
      sdk.close();
      GlobalOpenTelemetry.resetForTest();
    }
    assertThat(RecordedProvider.MADE.get(0).batches())
        .filteredOn(batch -> batch.signal() == Signal.METRICS)
        .flatExtracting(Batch::metrics)
        .extracting(MetricData::getName)
        .contains("otel.sdk.exporter.span.exported", "otel.sdk.processor.span.queue.size");
  }

  private OpenTelemetrySdk sdk() {
    return builder().build().getOpenTelemetrySdk();
  }

  private AutoConfiguredOpenTelemetrySdkBuilder builder() {
    return AutoConfiguredOpenTelemetrySdk.builder()
        .addPropertiesSupplier(() -> properties)
        .disableShutdownHook();
  }

  private static void emit(OpenTelemetrySdk sdk) {
    sdk.getTracer("test").spanBuilder("span").startSpan().end();
    sdk.getMeter("test").counterBuilder("count").build().add(3, Attributes.empty());
    sdk.getLogsBridge().get("test").logRecordBuilder().setBody("log").emit();
  }

  private static void assertEverythingArrived(RecordingExporter made) {
    List<MetricData> metrics = new ArrayList<>();
    int spans = 0;
    int logs = 0;
    for (Batch batch : made.batches()) {
      switch (batch.signal()) {
        case TRACES -> spans += batch.itemCount();
        case LOGS -> logs += batch.itemCount();
        case METRICS -> metrics.addAll(batch.metrics());
      }
    }
    assertThat(spans).isEqualTo(1);
    assertThat(logs).isEqualTo(1);
    // The SDK's processors have metrics of their own beside it.
    assertThat(metrics).extracting(MetricData::getName).containsOnlyOnce("count");
    assertThat(made.shutdowns()).isEqualTo(1);
  }

  private static List<String> names(ReceivedRequest request) throws Exception {
    byte[] body = request.decodedBody();
    return switch (request.path()) {
      case "/v1/traces" ->
          ExportTraceServiceRequest.parseFrom(body).getResourceSpansList().stream()
              .flatMap(resource -> resource.getScopeSpansList().stream())
              .flatMap(scope -> scope.getSpansList().stream())
              .map(Span::getName)
              .toList();
      case "/v1/metrics" ->
          ExportMetricsServiceRequest.parseFrom(body).getResourceMetricsList().stream()
              .flatMap(resource -> resource.getScopeMetricsList().stream())
              .flatMap(scope -> scope.getMetricsList().stream())
              .map(Metric::getName)
              .toList();
      default ->
          ExportLogsServiceRequest.parseFrom(body).getResourceLogsList().stream()
              .flatMap(resource -> resource.getScopeLogsList().stream())
              .flatMap(scope -> scope.getLogRecordsList().stream())
              .map(record -> record.getBody().getStringValue())
              .toList();
    };
  }
}
