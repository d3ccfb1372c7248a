/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult.Status;
import dev.telex.http.LogCapture;
import dev.telex.testkit.Answer;
import dev.telex.tls.TestClock;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is logged of what servers say about batches that they took. */
class AnswerLogTest extends OtlpFixture {

  private final TestClock clock = new TestClock();
  private final LogCapture log = new LogCapture("dev.telex.exporter.otlp");

  @AfterEach
  void stopCapture() {
    log.close();
  }

  @Test
  void saysTheFirstAtOnceAndThenOneAMinuteWithTheNumberLeftOut() throws Exception {
    OtlpExporter exporter = exporter(builder -> builder.clock(clock));
    server.enqueue(rejected(2, "too old"), rejected(1, "b"), rejected(4, "c"), rejected(3, "d"));
    export(exporter, spans(5));
    assertThat(log.lines())
        .containsExactly("WARNING otlp, traces: the server rejected 2 of 5: too old");

    export(exporter, spans(5));
    clock.pass(AnswerLog.PAUSE.minusNanos(1));
    export(exporter, spans(5));
    assertThat(log.lines()).hasSize(1);

    clock.pass(Duration.ofNanos(1));
    export(exporter, spans(5));
    assertThat(log.lines().subList(1, log.lines().size()))
        .containsExactly(
            "WARNING otlp, traces: the server rejected 3 of 5: d (left out since the last line: 2"
                + " such answers, with 5 rejected items)");

    clock.pass(AnswerLog.PAUSE);
    server.enqueue(rejected(1, "e"));
    export(exporter, spans(5));
    assertThat(log.lines().get(2)).isEqualTo("WARNING otlp, traces: the server rejected 1 of 5: e");

    // Set back, it must not keep silent for as long.
    clock.pass(Duration.ofDays(-1));
    server.enqueue(rejected(1, "f"));
    export(exporter, spans(5));
    assertThat(log.lines()).hasSize(4);
  }

  @Test
  void noSignalIsSilentBecauseOfAnother() throws Exception {
    OtlpExporter exporter = exporter(builder -> builder.clock(clock));
    server.enqueue(
        rejected(2, ""),
        Answer.ok().body("application/json", "{\"partialSuccess\":{\"rejectedLogRecords\":1}}"));
    export(exporter, spans(5));
    export(exporter, logs(2));
    assertThat(log.lines())
        .containsExactly(
            "WARNING otlp, traces: the server rejected 2 of 5 without a word",
            "WARNING otlp, logs: the server rejected 1 of 2 without a word");
  }

  @Test
  void isOneBoundedLineWithoutSecrets() throws Exception {
    OtlpExporter exporter = exporter(builder -> builder.header("Authorization", "Bearer s3cret"));
    server.enqueue(
        rejected(5, "s3cret {0} %s\r\nWARNING forged\u202e\u001b[31m" + "x".repeat(100_000)));
    assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.PARTIAL);
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0))
        .startsWith(
            "WARNING otlp, traces: the server rejected 5 of 5: *** {0} %s WARNING forged [31mxxx")
        .hasSizeLessThan(300);
  }

  @Test
  void saysWhatTheServerWarnsOfAndWhatCannotBeRead() throws Exception {
    server.enqueue(rejected(0, "slow down"));
    export(exporter(), spans(5));
    server.enqueue(Answer.ok().body("application/json", "{"));
    export(exporter(), spans(5));
    assertThat(log.lines().get(0)).isEqualTo("WARNING otlp, traces: the server warns: slow down");
    assertThat(log.lines().get(1)).contains("whether the server rejected items is not known");
  }

  @Test
  void saysTheSameOverGrpc() throws Exception {
    OtlpGrpcServer grpc = OtlpGrpcServer.start();
    try {
      OtlpExporter exporter =
          exporter(builder -> builder.protocol(OtlpProtocol.GRPC).endpoint(grpc.uri()));
      grpc.enqueue(call -> call.succeed(response(2, "too old")));
      assertThat(export(exporter, spans(5)).status()).isEqualTo(Status.PARTIAL);
      assertThat(log.lines())
          .containsExactly("WARNING otlp, traces: the server rejected 2 of 5: too old");
      closeExporters();
      grpc.awaitNoConnection(LIMIT);
    } finally {
      grpc.stop();
    }
  }

  @Test
  void saysNothingOfSuccessAndFailure() throws Exception {
    OtlpExporter exporter = exporter();
    server.enqueue(Answer.ok(), Answer.status(400), Answer.status(503));
    for (int i = 0; i < 3; i++) {
      export(exporter, spans(5));
    }
    assertThat(log.lines()).isEmpty();
  }

  private static Answer rejected(long count, String message) {
    return Answer.ok().body("application/x-protobuf", response(count, message).toByteArray());
  }

  private static ExportTraceServiceResponse response(long count, String message) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder().setRejectedSpans(count).setErrorMessage(message))
        .build();
  }
}
