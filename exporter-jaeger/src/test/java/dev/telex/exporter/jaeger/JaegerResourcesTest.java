/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Over HTTP, with several resources: a request for each, and one result for all. */
class JaegerResourcesTest extends JaegerFixture {

  /** Answers by the service that is named in the request. */
  private void answer(Map<String, Answer> answers) {
    server.answerByDefault(
        Answer.computed(request -> answers.getOrDefault(service(request), Answer.status(202))));
  }

  private static List<String> services(Batch batch) {
    return batch.spans().stream()
        .map(span -> span.getResource().getAttribute(AttributeKey.stringKey("service.name")))
        .distinct()
        .toList();
  }

  @Test
  void thereIsARequestForEachResource() throws Exception {
    Batch batch = spansOf(List.of("a", "b", "c"), 4);
    ExportResult result = export(exporter(), batch);
    assertThat(result).hasToString("SUCCESS[accepted=12, statusCode=200]");
    assertThat(server.requests())
        .extracting(JaegerFixture::service)
        .containsExactlyInAnyOrder("a", "b", "c");
    assertThat(server.requests())
        .allSatisfy(request -> assertThat(decoded(request).getSpans()).hasSize(4));
  }

  /** Of the three services a, b and c, with two spans each. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // a   | b   | c   | status   | accepted | rejected | remainder
        "  202 | 202 | 202 | SUCCESS   | 6 | 0 | ",
        "  202 | 400 | 202 | PARTIAL   | 4 | 2 | ",
        "  400 | 400 | 202 | PARTIAL   | 2 | 4 | ",
        "  400 | 404 | 400 | PERMANENT | 0 | 0 | ",
        "  202 | 503 | 202 | RETRYABLE | 4 | 0 | b",
        "  503 | 202 | 503 | RETRYABLE | 2 | 0 | ac",
        "  202 | 503 | 400 | RETRYABLE | 2 | 2 | b",
        "  503 | 400 | 400 | RETRYABLE | 0 | 4 | a",
        "  503 | 500 | 429 | RETRYABLE | 0 | 0 | ",
      })
  void sumsUp(int a, int b, int c, Status status, int accepted, int rejected, String left)
      throws Exception {
    answer(Map.of("a", Answer.status(a), "b", Answer.status(b), "c", Answer.status(c)));
    Batch batch = spansOf(List.of("a", "b", "c"), 2);
    ExportResult result = export(exporter(), batch);

    assertThat(result.status()).isEqualTo(status);
    assertThat(result.accepted()).isEqualTo(accepted);
    assertThat(result.rejected()).isEqualTo(rejected);
    assertThat(server.requests()).hasSize(3);
    if (left == null) {
      assertThat(result.remainder()).isEmpty();
    } else {
      Batch remainder = result.remainder().orElseThrow();
      assertThat(remainder.isPartOf(batch)).isTrue();
      assertThat(remainder.itemCount()).isEqualTo(2 * left.length());
      assertThat(services(remainder)).containsExactly(left.split(""));
    }
    int refused = status == Status.PERMANENT ? 6 : rejected;
    assertThat(result.refused().map(Batch::itemCount).orElse(0)).isEqualTo(refused);
  }

  @Test
  void theLongestDelayCounts() throws Exception {
    answer(
        Map.of(
            "a", Answer.status(503).header("Retry-After", "3"),
            "b", Answer.status(429).header("Retry-After", "7"),
            "c", Answer.status(503)));
    ExportResult result = export(exporter(), spansOf(List.of("a", "b", "c", "d"), 1));
    assertThat(result.retryAfter()).contains(Duration.ofSeconds(7));
    assertThat(result.accepted()).isEqualTo(1);
  }

  @Test
  void anAnswerThatIsLostMakesTheOutcomeUnknown() throws Exception {
    server.answerByDefault(Answer.ok());
    server.enqueue(Answer.reset());
    ExportResult result = export(exporter(), spansOf(List.of("a", "b"), 1));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.remainder().orElseThrow().itemCount()).isEqualTo(1);
    assertThat(result.outcomeUnknown()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2})
  void theOutcomeIsUnknownIfThatOfAnyPartIs(int unknown) throws Exception {
    List<Batch> parts = spansOf(List.of("a", "b", "c"), 1).byResource();
    ExportResult failed = ExportResult.retryable("no");
    ExportResult result =
        get(
            ResourceExport.of(
                    parts,
                    part ->
                        new CompletableFuture<ExportResult>()
                            .completeAsync(
                                () ->
                                    part == parts.get(unknown)
                                        ? failed.withOutcomeUnknown()
                                        : failed))
                .toCompletableFuture());
    assertThat(result).hasToString("RETRYABLE[accepted=0, outcome unknown, no]");
  }

  @Test
  void theRemainderSendsTheBytesThatAreThere() throws Exception {
    answer(Map.of("b", Answer.status(503)));
    Batch batch = spansOf(List.of("a", "b", "c"), 3);
    JaegerExporter exporter = exporter();
    Batch left = export(exporter, batch).remainder().orElseThrow();
    answer(Map.of());
    assertThat(export(exporter, left)).hasToString("SUCCESS[accepted=3, statusCode=202]");
    assertThat(batch.encodingStats().encodings()).as("one for each resource").isEqualTo(3);
    assertThat(server.requests()).hasSize(4);
    assertThat(service(server.requests().get(3))).isEqualTo("b");
  }

  @Test
  void aPartThatIsTooLargeIsHalvedWithoutTheOthers() throws Exception {
    List<SpanData> spans = new ArrayList<>(spansOf("a", 1));
    spans.addAll(spansOf("b", 60));
    Batch batch = Batch.traces(spans);
    long limit = batch.byResource().get(1).encoded(JaegerEncoding.COLLECTOR).size() - 1;
    ExportResult result = export(exporter(b -> b.maxRequestBytes(limit)), batch);
    assertThat(result).hasToString("SUCCESS[accepted=61, statusCode=200]");
    assertThat(server.requests())
        .extracting(request -> decoded(request).getSpans().size())
        .containsExactlyInAnyOrder(1, 30, 30);
  }

  @Test
  void afterAFailureNoFurtherRequestIsBegun() throws Exception {
    List<String> services = IntStream.range(0, 1000).mapToObj(i -> "s" + i).toList();
    server.answerByDefault(Answer.status(503));
    Batch batch = spansOf(services, 1);
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.remainder()).as("all").isEmpty();
    assertThat(server.requests()).hasSizeLessThanOrEqualTo(ResourceExport.AT_ONCE);
  }

  @Test
  void manyResourcesAreAFewRequestsAtATime() throws Exception {
    List<String> services = IntStream.range(0, 300).mapToObj(i -> "s" + i).toList();
    Hold hold = new Hold();
    server.enqueue(
        Collections.nCopies(ResourceExport.AT_ONCE, Answer.ok().holdBeforeAnswer(hold))
            .toArray(Answer[]::new));
    CompletableFuture<ExportResult> result =
        exporter(b -> b.maxInFlight(100))
            .export(spansOf(services, 2), CancellableContext.create())
            .toCompletableFuture();
    for (int i = 0; i < ResourceExport.AT_ONCE; i++) {
      hold.awaitRequest(LIMIT);
    }
    assertThat(server.requests()).hasSize(ResourceExport.AT_ONCE);
    hold.release();
    assertThat(get(result)).hasToString("SUCCESS[accepted=600, statusCode=200]");
    assertThat(server.requests()).hasSize(300);
  }

  @Test
  void theLargestNumberOfPartsThatEndAtOnceNeedsNoStack() throws Exception {
    List<Batch> parts = spans(20_000).split(1);
    ExportResult refused = ExportResult.permanent("no");
    ExportResult result =
        get(ResourceExport.of(parts, part -> refused.completed()).toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.refused().orElseThrow().itemCount()).isEqualTo(20_000);
  }

  @Test
  void aPartThatThrowsIsRefused() throws Exception {
    List<Batch> parts = spansOf(List.of("a", "b"), 1).byResource();
    ExportResult result =
        get(
            ResourceExport.of(
                    parts,
                    part -> {
                      if (part == parts.get(0)) {
                        throw new IllegalStateException("broken");
                      }
                      return ExportResult.success(part).completed();
                    })
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.rejections())
        .containsExactly(new Rejection(1, "java.lang.IllegalStateException: broken"));
  }

  @Test
  void aCancellationEndsAllRequests() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result =
        exporter().export(spansOf(List.of("a", "b"), 1), context).toCompletableFuture();
    hold.awaitRequest(LIMIT);
    hold.awaitRequest(LIMIT);
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(result).outcomeUnknown()).isTrue();
    hold.awaitClientClosed(LIMIT);
    hold.awaitClientClosed(LIMIT);
  }
}
