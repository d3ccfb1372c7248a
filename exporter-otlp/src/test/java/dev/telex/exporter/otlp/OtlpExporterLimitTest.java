/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.ScopeSpans;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is too large for a request: by our own limit, or by the server's. */
class OtlpExporterLimitTest extends OtlpFixture {

  private static final String TEXT = "x".repeat(1 << 18);

  @Test
  void aBatchOverTheLimitArrivesInPartsEachItemOnce() throws Exception {
    Batch batch = spans(100);
    long limit = batch.encoded(OtlpEncoding.PROTOBUF).size() / 3;
    ExportResult result = export(exporter(builder -> builder.maxRequestBytes(limit)), batch);

    assertThat(result).hasToString("SUCCESS[accepted=100, statusCode=200]");
    assertThat(server.requests()).hasSize(4);
    assertThat(server.requests())
        .allSatisfy(request -> assertThat((long) request.body().length).isLessThanOrEqualTo(limit));
    assertThat(names()).containsExactlyElementsOf(names(batch));
  }

  @Test
  void theLimitIsThatOfWhatIsNotCompressed() throws Exception {
    Batch batch = spans(100);
    long limit = batch.encoded(OtlpEncoding.PROTOBUF).size() - 1;
    export(exporter(b -> b.maxRequestBytes(limit).compression(Gzip.standard())), batch);

    assertThat(server.requests()).hasSize(2);
    assertThat(batch.encodingStats().compressions()).as("not of the whole").isEqualTo(2);
    assertThat(names()).containsExactlyElementsOf(names(batch));
  }

  @Test
  void aRequestOfExactlyTheLimitIsSent() throws Exception {
    Batch batch = spans(100);
    long limit = batch.encoded(OtlpEncoding.PROTOBUF).size();
    export(exporter(builder -> builder.maxRequestBytes(limit)), batch);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void onlyTheItemThatIsTooLargeAloneIsRejected() throws Exception {
    List<SpanData> spans = new ArrayList<>(spans(7).spans());
    spans.add(3, large("large", TEXT.substring(0, 10_000)));
    ExportResult result =
        export(exporter(builder -> builder.maxRequestBytes(5_000)), Batch.traces(spans));

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(7);
    assertThat(result.refused().orElseThrow().spans()).containsExactly(spans.get(3));
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(1);
    assertThat(result.rejections().get(0).reason())
        .contains("bytes before compression are more than 5000 (maxRequestBytes)");
    assertThat(names()).hasSize(7).doesNotContain("large");
  }

  @Test
  void aBatchThatTheServerFindsTooLargeIsSentInHalves() throws Exception {
    server.enqueue(Answer.status(413), Answer.ok(), Answer.status(413), Answer.ok(), Answer.ok());
    Batch batch = spans(8);
    ExportResult result = export(exporter(), batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(8);
    assertThat(server.requests())
        .extracting(request -> spans(request).size())
        .containsExactly(8, 4, 4, 2, 2);
  }

  /** OtelCollectorTest of the integration tests meets the one that these answers are from. */
  @Test
  void soIsWhatACollectorFindsTooLargeWhichSaysSoInA400() throws Exception {
    Answer tooLarge =
        Answer.status(400)
            .body("application/json", "{\"code\":3,\"message\":\"http: request body too large\"}");
    server.enqueue(tooLarge, Answer.ok(), Answer.ok());
    assertThat(export(exporter(), spans(8)).accepted()).isEqualTo(8);
    assertThat(server.requests())
        .extracting(request -> spans(request).size())
        .containsExactly(8, 4, 4);

    server.enqueue(
        Answer.status(400)
            .body("application/json", "{\"code\":3,\"message\":\"the body is no protobuf\"}"));
    assertThat(export(exporter(), spans(8)).status()).isEqualTo(Status.PERMANENT);
    assertThat(server.requests()).hasSize(4);
  }

  @Test
  void aSingleItemThatTheServerFindsTooLargeIsPermanent() throws Exception {
    server.enqueue(Answer.status(413).header("Retry-After", "1"));
    ExportResult result = export(exporter(), spans(1));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(413);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aHalfThatCannotBeTakenNowIsTheRemainder() throws Exception {
    server.enqueue(Answer.status(413), Answer.ok(), Answer.status(503).header("Retry-After", "7"));
    Batch batch = spans(8);
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isEqualTo(4);
    assertThat(result.remainder().orElseThrow().spans())
        .containsExactlyElementsOf(batch.spans().subList(4, 8));
    assertThat(result.retryAfter().orElseThrow()).hasSeconds(7);
  }

  @Test
  void twoHundredMebibytesArriveInPartsUnderTheDefaultLimit() throws Exception {
    List<SpanData> spans = new ArrayList<>();
    for (int i = 0; i < 800; i++) {
      // They share the text, so that it is only on the wire that they are large.
      spans.add(large("span " + i, TEXT));
    }
    Batch batch = Batch.traces(spans);
    ExportResult result = export(exporter(), batch);

    assertThat(result).hasToString("SUCCESS[accepted=800, statusCode=200]");
    long sent = 0;
    for (ReceivedRequest request : server.requests()) {
      assertThat(request.body().length).isLessThanOrEqualTo(64 << 20);
      sent += request.body().length;
    }
    assertThat(sent).isGreaterThan(200L << 20);
    assertThat(names()).containsExactlyElementsOf(names(batch));
  }

  @Test
  void aCancellationEndsThePartsToo() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.status(413), Answer.ok(), Answer.ok().holdBeforeAnswer(hold));
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result = exportAsync(exporter(), spans(4), context);
    hold.awaitRequest(LIMIT);
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    hold.awaitClientClosed(LIMIT);
    assertThat(server.requests()).hasSize(3);
  }

  private static SpanData large(String name, String text) {
    return TestSpanData.builder()
        .setName(name)
        .setKind(SpanKind.INTERNAL)
        .setAttributes(Attributes.of(AttributeKey.stringKey("text"), text))
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1)
        .setEndEpochNanos(2)
        .setHasEnded(true)
        .build();
  }

  /** The names of all spans that were taken, in the order in which they came. */
  private List<String> names() throws Exception {
    List<String> names = new ArrayList<>();
    for (ReceivedRequest request : server.requests()) {
      spans(request).forEach(span -> names.add(span.getName()));
    }
    return names;
  }

  private static List<String> names(Batch batch) {
    return batch.spans().stream().map(SpanData::getName).toList();
  }

  private static List<Span> spans(ReceivedRequest request) throws Exception {
    List<Span> spans = new ArrayList<>();
    for (ResourceSpans resource :
        ExportTraceServiceRequest.parseFrom(request.decodedBody()).getResourceSpansList()) {
      for (ScopeSpans scope : resource.getScopeSpansList()) {
        spans.addAll(scope.getSpansList());
      }
    }
    return spans;
  }
}
