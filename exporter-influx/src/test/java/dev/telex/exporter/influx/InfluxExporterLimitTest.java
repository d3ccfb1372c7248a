/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is too large for a request, by our own limit or by the server's. */
class InfluxExporterLimitTest extends InfluxFixture {

  @Test
  void aBatchOverTheLimitArrivesInPartsEachItemOnce() throws Exception {
    Batch batch = SampleBatches.spans(100);
    long limit = encoding().encode(batch).size() / 3;
    ExportResult result =
        export(exporter(builder -> builder.maxRequestBytes(limit).compression(Gzip.fast())), batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(100);
    assertThat(server.requests()).hasSize(4);
    assertThat(server.requests())
        .allSatisfy(
            request -> assertThat((long) request.decodedBody().length).isLessThanOrEqualTo(limit));
    assertThat(lines()).containsExactlyElementsOf(points(batch).stream().map(Point::line).toList());
    assertThat(batch.encodingStats().encodings()).as("parts reuse the pieces").isEqualTo(1);
  }

  @Test
  void theLimitIsEightMebibytesUnlessToldOtherwise() throws Exception {
    List<LogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      logs.add(TestItems.log("x".repeat(1 << 20)).build());
    }
    export(exporter(), Batch.logs(logs));
    assertThat(server.requests()).hasSize(1);
    logs.add(TestItems.log("x".repeat(1 << 20)).build());
    export(exporter(), Batch.logs(logs));
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void onlyTheItemThatIsTooLargeAloneIsRejected() throws Exception {
    List<LogRecordData> logs = new ArrayList<>(SampleBatches.logs(7).logs());
    logs.add(3, TestItems.log("x".repeat(10_000)).build());
    ExportResult result =
        export(exporter(builder -> builder.maxRequestBytes(5_000)), Batch.logs(logs));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(7);
    assertThat(result.refused().orElseThrow().logs()).containsExactly(logs.get(3));
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(1);
    assertThat(result.rejections().get(0).reason()).contains("(maxRequestBytes)");
  }

  @Test
  void aBatchThatTheServerFindsTooLargeIsSentInHalves() throws Exception {
    server.enqueue(
        Answer.status(413), Answer.status(204), Answer.status(413), Answer.ok(), Answer.ok());
    ExportResult result = export(exporter(), SampleBatches.logs(8));
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(8);
    assertThat(server.requests())
        .extracting(request -> points(request).size())
        .containsExactly(8, 4, 4, 2, 2);
  }

  @Test
  void anItemThatTheServerFindsTooLargeAloneIsRejected() throws Exception {
    server.answerByDefault(
        Answer.computed(
            request -> request.text().contains("large") ? Answer.status(413) : Answer.status(204)));
    List<LogRecordData> logs = new ArrayList<>(SampleBatches.logs(3).logs());
    logs.add(TestItems.log("large").build());
    ExportResult result = export(exporter(), Batch.logs(logs));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.refused().orElseThrow().logs()).containsExactly(logs.get(3));
  }

  @Test
  void aHalfThatCannotBeTakenNowIsTheRemainder() throws Exception {
    server.enqueue(Answer.status(413), Answer.ok(), Answer.status(503).header("Retry-After", "7"));
    Batch batch = SampleBatches.logs(8);
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isEqualTo(4);
    assertThat(result.remainder().orElseThrow().logs())
        .containsExactlyElementsOf(batch.logs().subList(4, 8));
    assertThat(result.retryAfter().orElseThrow()).hasSeconds(7);
  }

  @Test
  void aCancellationEndsThePartsToo() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.status(413), Answer.ok(), Answer.ok().holdBeforeAnswer(hold));
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result =
        exporter().export(SampleBatches.logs(4), context).toCompletableFuture();
    hold.awaitRequest(LIMIT);
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    hold.awaitClientClosed(LIMIT);
    assertThat(server.requests()).hasSize(3);
  }

  /** Of all requests, in their order. */
  private List<String> lines() {
    return server.requests().stream()
        .flatMap(request -> points(request).stream())
        .map(Point::line)
        .toList();
  }
}
