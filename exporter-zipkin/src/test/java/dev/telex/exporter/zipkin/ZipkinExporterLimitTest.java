/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

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
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What is too large for a request, by our own limit or by the server's, and what cannot be sent.
 */
class ZipkinExporterLimitTest extends ZipkinFixture {

  @ParameterizedTest
  @EnumSource(ZipkinFormat.class)
  void aBatchOverTheLimitArrivesInPartsEachSpanOnce(ZipkinFormat format) throws Exception {
    Batch batch = SampleBatches.spans(100);
    long limit = encoding(format).encode(batch).size() / 3;
    ExportResult result =
        export(
            exporter(
                b ->
                    b.format(format)
                        .localAddress(null)
                        .maxRequestBytes(limit)
                        .compression(Gzip.fast())),
            batch);

    assertThat(result).hasToString("SUCCESS[accepted=100, statusCode=200]");
    assertThat(server.requests()).hasSize(4);
    assertThat(server.requests())
        .allSatisfy(
            request -> assertThat((long) request.decodedBody().length).isLessThanOrEqualTo(limit));
    assertThat(names()).containsExactlyElementsOf(names(batch));
  }

  @ParameterizedTest
  @EnumSource(ZipkinFormat.class)
  void aRequestOfExactlyTheLimitIsSent(ZipkinFormat format) throws Exception {
    Batch batch = SampleBatches.spans(100);
    long limit = encoding(format).encode(batch).size();
    export(
        exporter(b -> b.format(format).localAddress(null).maxRequestBytes(limit)),
        SampleBatches.spans(100));
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void theLimitIsFiveMebibytesUnlessToldOtherwise() throws Exception {
    String text = "x".repeat(1 << 20);
    Batch batch = Batch.traces(List.of(large("a", text), large("b", text), large("c", text)));
    export(exporter(builder -> builder), batch);
    assertThat(server.requests()).hasSize(1);

    List<SpanData> more = new ArrayList<>(batch.spans());
    more.addAll(List.of(large("d", text), large("e", text)));
    ExportResult result = export(exporter(builder -> builder), Batch.traces(more));
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(server.requests()).hasSize(3);
    assertThat(server.requests())
        .allSatisfy(request -> assertThat(request.body().length).isLessThanOrEqualTo(5 << 20));
  }

  @Test
  void onlyTheSpanThatIsTooLargeAloneIsRejected() throws Exception {
    List<SpanData> spans = new ArrayList<>(SampleBatches.spans(7).spans());
    spans.add(3, large("large", "x".repeat(10_000)));
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
  void onlyTheSpansWithoutValidIdsAreRejected() throws Exception {
    List<SpanData> spans = new ArrayList<>(SampleBatches.spans(20).spans());
    spans.set(4, withContext(SpanContext.getInvalid()));
    spans.set(17, withContext(SpanContext.getInvalid()));
    ExportResult result = export(exporter(builder -> builder), Batch.traces(spans));

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(18);
    assertThat(result.refused().orElseThrow().spans()).containsExactly(spans.get(4), spans.get(17));
    assertThat(result.rejections())
        .allSatisfy(
            rejection ->
                assertThat(rejection.reason())
                    .contains("want 32 and 16 hexadecimal digits, not all of them zero"));
    assertThat(names()).hasSize(18);
  }

  @Test
  void aBatchOfNothingThatCanBeWrittenIsPermanent() throws Exception {
    ExportResult result =
        export(
            exporter(builder -> builder),
            Batch.traces(
                List.of(
                    withContext(SpanContext.getInvalid()), withContext(SpanContext.getInvalid()))));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(server.requests()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(ZipkinFormat.class)
  void aBatchThatTheServerFindsTooLargeIsSentInHalves(ZipkinFormat format) throws Exception {
    Answer asZipkinSaysIt = Answer.status(500).body("text/*", "413 Request Entity Too Large");
    server.enqueue(
        Answer.status(413), Answer.status(202), asZipkinSaysIt, Answer.ok(), Answer.ok());
    Batch batch = SampleBatches.spans(8);
    ExportResult result = export(exporter(builder -> builder.format(format)), batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(8);
    assertThat(server.requests())
        .extracting(request -> spans(request).size())
        .containsExactly(8, 4, 4, 2, 2);
  }

  @Test
  void anotherFailureWithStatus500IsNotSplit() throws Exception {
    server.enqueue(Answer.status(500).body("text/*", "the words 413 alone"));
    ExportResult result = export(exporter(builder -> builder), SampleBatches.spans(8));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aHalfThatCannotBeTakenNowIsTheRemainder() throws Exception {
    server.enqueue(Answer.status(413), Answer.ok(), Answer.status(503).header("Retry-After", "7"));
    Batch batch = SampleBatches.spans(8);
    ExportResult result = export(exporter(builder -> builder), batch);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isEqualTo(4);
    assertThat(result.remainder().orElseThrow().spans())
        .containsExactlyElementsOf(batch.spans().subList(4, 8));
    assertThat(result.retryAfter().orElseThrow()).hasSeconds(7);
  }

  @Test
  void aCancellationEndsThePartsToo() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.status(413), Answer.ok(), Answer.ok().holdBeforeAnswer(hold));
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result =
        exporter(builder -> builder).export(SampleBatches.spans(4), context).toCompletableFuture();
    hold.awaitRequest(LIMIT);
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    hold.awaitClientClosed(LIMIT);
    assertThat(server.requests()).hasSize(3);
  }

  private static ZipkinEncoding encoding(ZipkinFormat format) {
    return new ZipkinEncoding(format, ZipkinDialect.SPECIFICATION, null);
  }

  private static SpanData withContext(SpanContext context) {
    return span("without").setSpanContext(context).build();
  }

  private static SpanData large(String name, String text) {
    return span(name)
        .setSpanContext(SampleBatches.spans(1).spans().get(0).getSpanContext())
        .setAttributes(Attributes.of(AttributeKey.stringKey("text"), text))
        .build();
  }

  private static TestSpanData.Builder span(String name) {
    return TestSpanData.builder()
        .setName(name)
        .setKind(SpanKind.INTERNAL)
        .setStatus(StatusData.unset())
        .setStartEpochNanos(1)
        .setEndEpochNanos(2)
        .setHasEnded(true);
  }

  private static List<String> names(Batch batch) {
    return batch.spans().stream().map(SpanData::getName).toList();
  }
}
