/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.Join;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.exporter.otlp.logs.OtlpGrpcLogRecordExporter;
import io.opentelemetry.exporter.otlp.metrics.OtlpGrpcMetricExporter;
import io.opentelemetry.exporter.otlp.trace.OtlpGrpcSpanExporter;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.export.AggregationTemporalitySelector;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;

class WrappedExporterTest {

  /** Of the kind that a user brings: its answers are the test's. */
  private static final class Theirs implements SpanExporter {
    private final Queue<CompletableResultCode> answers = new ArrayDeque<>();
    private final List<Collection<SpanData>> exported = new ArrayList<>();
    private CompletableResultCode flushed = CompletableResultCode.ofSuccess();
    private CompletableResultCode shut = CompletableResultCode.ofSuccess();
    private int shutdowns;

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      exported.add(spans);
      CompletableResultCode answer = answers.poll();
      return answer == null ? CompletableResultCode.ofSuccess() : answer;
    }

    @Override
    public CompletableResultCode flush() {
      return flushed;
    }

    @Override
    public CompletableResultCode shutdown() {
      shutdowns++;
      return shut;
    }

    @Override
    public String toString() {
      return "Theirs{header=s3cret}";
    }
  }

  private final Theirs theirs = new Theirs();
  private final Exporter leg = SdkBridge.wrap(theirs);

  @Test
  void isALegBesideOneOfOurs() throws Exception {
    RecordingExporter ours = RecordingExporter.named("ours");
    BlockingQueue<ExportTraceServiceRequest> received = new LinkedBlockingQueue<>();
    Server server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .addService(
                new TraceServiceGrpc.TraceServiceImplBase() {
                  @Override
                  public void export(
                      ExportTraceServiceRequest request,
                      StreamObserver<ExportTraceServiceResponse> answer) {
                    received.add(request);
                    answer.onNext(ExportTraceServiceResponse.getDefaultInstance());
                    answer.onCompleted();
                  }
                })
            .build()
            .start();
    OtlpGrpcSpanExporter grpc =
        OtlpGrpcSpanExporter.builder()
            .setEndpoint("http://127.0.0.1:" + server.getPort())
            .setRetryPolicy(null)
            .build();
    try (Exporter chain =
        ExporterChain.fanOut(
                Join.ALL,
                ExporterChain.of(SdkBridge.wrap(grpc)).timeout(Duration.ofMinutes(1)),
                ExporterChain.of(ours))
            .build()) {
      assertThat(chain).hasToString("FanOut[ALL](Timeout(OtlpGrpcSpanExporter), ours)");
      ExportResult result = get(chain.export(SampleBatches.spans(3), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(3);
    } finally {
      server.shutdownNow().awaitTermination(30, SECONDS);
    }
    assertThat(received).hasSize(1);
    assertThat(received.element().getResourceSpans(0).getScopeSpans(0).getSpansList()).hasSize(3);
    assertThat(ours.batches()).hasSize(1);
  }

  @Test
  void anyFailureMayBeTriedAgain() throws Exception {
    IllegalStateException cause = new IllegalStateException("broken pipe");
    theirs.answers.add(CompletableResultCode.ofFailure());
    theirs.answers.add(CompletableResultCode.ofExceptionalFailure(cause));

    ExportResult first = get(export());
    assertThat(first.status()).isEqualTo(Status.RETRYABLE);
    assertThat(first.outcomeUnknown()).isTrue();
    assertThat(first.message()).hasValue("export of Theirs failed");
    ExportResult second = get(export());
    assertThat(second.status()).isEqualTo(Status.RETRYABLE);
    assertThat(second.cause()).containsSame(cause);
    assertThat(second.message()).get().asString().endsWith("failed: " + cause);
    assertThat(get(export()).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void whatIsCancelledIsAnsweredForAndStillCounts() throws Exception {
    for (int i = 0; i < WrappedExporter.MAX_UNENDED; i++) {
      CompletableResultCode never = new CompletableResultCode();
      theirs.answers.add(never);
      CancellableContext context = CancellableContext.create();
      CompletionStage<ExportResult> cancelled = leg.export(SampleBatches.spans(1), context);
      context.cancel();
      ExportResult result = get(cancelled);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isTrue();
    }
    assertThat(theirs.exported).hasSize(WrappedExporter.MAX_UNENDED);

    ExportResult refused = get(export());
    assertThat(refused.status()).isEqualTo(Status.RETRYABLE);
    assertThat(refused.outcomeUnknown()).isFalse();
    assertThat(refused.message()).get().asString().contains("64 exports of Theirs");
    assertThat(theirs.exported).hasSize(WrappedExporter.MAX_UNENDED);
  }

  @Test
  void anExportThatEndsMakesRoom() throws Exception {
    List<CompletableResultCode> open = new ArrayList<>();
    List<CompletionStage<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < WrappedExporter.MAX_UNENDED; i++) {
      CompletableResultCode code = new CompletableResultCode();
      open.add(code);
      theirs.answers.add(code);
      results.add(export());
    }
    open.get(0).fail();
    open.get(1).succeed();
    assertThat(get(results.get(0)).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(results.get(1)).status()).isEqualTo(Status.SUCCESS);
    assertThat(get(export()).status()).isEqualTo(Status.SUCCESS);
    assertThat(get(export()).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void aThrowIsAResultAndMakesRoom() throws Exception {
    SpanExporter throwing =
        new SpanExporter() {
          @Override
          public CompletableResultCode export(Collection<SpanData> spans) {
            throw new IllegalStateException("broken");
          }

          @Override
          public CompletableResultCode flush() {
            throw new IllegalStateException("broken");
          }

          @Override
          public CompletableResultCode shutdown() {
            throw new IllegalStateException("broken");
          }
        };
    Exporter broken = SdkBridge.wrap(throwing);
    assertThat(broken.name()).as("of an anonymous class").startsWith("WrappedExporterTest$");
    for (int i = 0; i <= WrappedExporter.MAX_UNENDED; i++) {
      assertThat(get(broken.export(SampleBatches.spans(1), ExportContext.none())).message())
          .get()
          .asString()
          .contains("broken");
    }
    assertThat(get(broken.flush()).status()).isEqualTo(Status.PERMANENT);
    assertThat(get(broken.shutdown(Duration.ZERO)).status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void flushAndShutdownTellWhatHappened() throws Exception {
    assertThat(get(leg.flush()).status()).isEqualTo(Status.SUCCESS);
    theirs.flushed = CompletableResultCode.ofFailure();
    assertThat(get(leg.flush()).message()).hasValue("flush of Theirs failed");

    theirs.shut = CompletableResultCode.ofFailure();
    CompletionStage<ExportResult> first = leg.shutdown(Duration.ofMinutes(1));
    assertThat(get(first).message()).hasValue("shutdown of Theirs failed");
    assertThat(get(leg.shutdown(Duration.ZERO)).message()).hasValue("shutdown of Theirs failed");
    assertThat(theirs.shutdowns).isEqualTo(1);
  }

  @Test
  void aShutdownThatHangsEndsWithTheGrace() throws Exception {
    theirs.shut = new CompletableResultCode();
    assertThat(get(leg.shutdown(Duration.ofMillis(1))).message())
        .hasValue("shutdown of Theirs has not ended within PT0.001S");
  }

  @Test
  void isNamedAfterItsClassAndShowsNoMore() {
    assertThat(leg.name()).isEqualTo("Theirs");
    assertThat(leg).hasToString("Theirs");
  }

  @Test
  void carriesTheSignalAndThePreferencesOfWhatIsWrapped() throws Exception {
    assertThat(leg.signals()).containsExactly(Signal.TRACES);
    assertThat(leg.metricPreferences()).isEqualTo(MetricPreferences.any());
    try (Exporter metrics =
            SdkBridge.wrap(
                OtlpGrpcMetricExporter.builder()
                    .setAggregationTemporalitySelector(
                        AggregationTemporalitySelector.deltaPreferred())
                    .build());
        Exporter logs = SdkBridge.wrap(OtlpGrpcLogRecordExporter.builder().build())) {
      assertThat(metrics.signals()).containsExactly(Signal.METRICS);
      assertThat(metrics.metricPreferences().temporality(InstrumentType.COUNTER))
          .hasValue(AggregationTemporality.DELTA);
      assertThat(logs.signals()).containsExactly(Signal.LOGS);
      assertThat(get(logs.export(SampleBatches.spans(1), ExportContext.none())).status())
          .isEqualTo(Status.PERMANENT);
    }
  }

  @Test
  void logsAndMetricsReachWhatIsWrapped() throws Exception {
    CompletableFuture<Collection<LogRecordData>> got = new CompletableFuture<>();
    LogRecordExporter sink =
        new LogRecordExporter() {
          @Override
          public CompletableResultCode export(Collection<LogRecordData> logs) {
            got.complete(logs);
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode flush() {
            return CompletableResultCode.ofSuccess();
          }

          @Override
          public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
          }
        };
    Batch batch = SampleBatches.logs(2);
    get(SdkBridge.wrap(sink).export(batch, ExportContext.none()));
    assertThat(got.getNow(List.of())).containsExactlyElementsOf(batch.logs());
  }

  private CompletionStage<ExportResult> export() {
    return leg.export(SampleBatches.spans(1), ExportContext.none());
  }

  private static ExportResult get(CompletionStage<ExportResult> stage) throws Exception {
    return stage.toCompletableFuture().get(30, SECONDS);
  }
}
