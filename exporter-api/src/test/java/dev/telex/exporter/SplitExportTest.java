/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportResult.Status;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class SplitExportTest {

  private static final int TOO_LARGE = 413;

  private final List<Integer> sizes = new ArrayList<>();
  private final List<String> delivered = new ArrayList<>();

  private CompletableFuture<ExportResult> export(
      Batch batch, Function<Batch, CompletionStage<ExportResult>> send) {
    return SplitExport.of(
            batch,
            result -> result.statusCode().orElse(0) == TOO_LARGE,
            part -> {
              sizes.add(part.itemCount());
              return send.apply(part)
                  .thenApply(
                      result -> {
                        if (result.isDelivered()) {
                          part.spans().forEach(span -> delivered.add(span.getName()));
                        }
                        return result;
                      });
            })
        .toCompletableFuture();
  }

  private static ExportResult upTo(int items, Batch part) {
    return part.itemCount() <= items ? ExportResult.success(part) : tooLarge();
  }

  private static ExportResult tooLarge() {
    return ExportResult.permanent("HTTP 413: too large").withStatusCode(TOO_LARGE);
  }

  @Test
  void whatIsNotTooLargeIsExportedAsItIs() {
    Batch batch = TestData.spans(5);
    ExportResult success = ExportResult.success(batch);
    assertThat(export(batch, part -> success.completed()).join()).isSameAs(success);
    assertThat(sizes).containsExactly(5);
  }

  @Test
  void whatIsTooLargeIsHalvedUntilItIsNot() {
    Batch batch = TestData.spans(7);
    ExportResult result = export(batch, part -> upTo(2, part).completed()).join();

    assertThat(sizes).containsExactly(7, 4, 2, 2, 3, 2, 1);
    assertThat(delivered)
        .containsExactlyElementsOf(batch.spans().stream().map(SpanData::getName).toList());
    assertThat(result).hasToString("SUCCESS[accepted=7]");
  }

  @Test
  void anItemThatIsTooLargeAloneIsRejectedWithThatReason() {
    Batch batch = TestData.spans(4);
    SpanData large = batch.spans().get(2);
    ExportResult result =
        export(
                batch,
                part ->
                    (part.spans().contains(large) ? tooLarge() : ExportResult.success(part))
                        .completed())
            .join();

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.rejections()).containsExactly(new Rejection(1, "HTTP 413: too large"));
    assertThat(result.refused().orElseThrow().spans()).containsExactly(large);
  }

  @Test
  void ifEveryItemIsTooLargeNothingWasDelivered() {
    Batch batch = TestData.spans(3);
    ExportResult result = export(batch, part -> tooLarge().completed()).join();
    assertThat(result).hasToString("PERMANENT[accepted=0, statusCode=413, HTTP 413: too large]");
    assertThat(sizes).containsExactly(3, 2, 1, 1, 1);
    ExportResult one = export(TestData.spans(1), part -> tooLarge().completed()).join();
    assertThat(one.status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void aPartThatCanBeTriedAgainEndsItAndLeavesWhatFollows() {
    Batch batch = TestData.spans(8);
    ExportResult result =
        export(
                batch,
                part -> {
                  if (sizes.size() == 4) {
                    return ExportResult.retryable("busy").withStatusCode(503).completed();
                  }
                  return upTo(2, part).completed();
                })
            .join();

    assertThat(sizes).containsExactly(8, 4, 2, 2);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.statusCode()).hasValue(503);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.remainder().orElseThrow().spans())
        .containsExactlyElementsOf(batch.spans().subList(2, 8));
    assertThat(result.remainder().orElseThrow().isPartOf(batch)).isTrue();
  }

  @Test
  void whatAPartLeftIsLeft() {
    Batch batch = TestData.spans(4);
    ExportResult result =
        export(
                batch,
                part ->
                    (part.itemCount() > 2
                            ? tooLarge()
                            : ExportResult.retryable(
                                part,
                                part.split(1).get(1),
                                List.of(new Rejection(1, "old")),
                                "busy"))
                        .completed())
            .join();
    assertThat(result.accepted()).isZero();
    assertThat(result.rejections()).containsExactly(new Rejection(1, "old"));
    assertThat(result.remainder().orElseThrow().spans())
        .containsExactlyElementsOf(batch.spans().subList(1, 4));
  }

  @Test
  void whatPartsRejectedIsSummedUp() {
    Batch batch = TestData.spans(4);
    ExportResult result =
        export(
                batch,
                part ->
                    (part.itemCount() > 2
                            ? tooLarge()
                            : ExportResult.partial(part, List.of(new Rejection(1, "old")))
                                .withRefused(part.split(1).get(0)))
                        .completed())
            .join();
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejected()).isEqualTo(2);
    assertThat(result.refused().orElseThrow().spans())
        .containsExactly(batch.spans().get(0), batch.spans().get(2));
  }

  @Test
  void waitsForEachPart() {
    List<CompletableFuture<ExportResult>> answers = new ArrayList<>();
    Batch batch = TestData.spans(2);
    CompletableFuture<ExportResult> result =
        export(
            batch,
            part -> {
              CompletableFuture<ExportResult> answer = new CompletableFuture<>();
              answers.add(answer);
              return answer;
            });
    answers.get(0).complete(tooLarge());
    assertThat(sizes).as("one at a time").containsExactly(2, 1);
    answers.get(1).complete(ExportResult.success(batch.split(1).get(0)));
    assertThat(result).isNotDone();
    answers.get(2).complete(ExportResult.success(batch.split(1).get(1)));
    assertThat(result.join()).hasToString("SUCCESS[accepted=2]");
  }

  @Test
  void aLaterPartThatThrowsIsOneThatFailed() {
    ExportResult result =
        export(
                TestData.spans(2),
                part -> {
                  if (sizes.size() == 3) {
                    throw new IllegalStateException("broken");
                  }
                  return upTo(1, part).completed();
                })
            .join();
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.rejections())
        .containsExactly(new Rejection(1, "java.lang.IllegalStateException: broken"));
  }

  @Test
  void aVirtualMachineErrorGoesThroughAndLeavesNoPromise() {
    Error error = new OutOfMemoryError("heap");
    assertThatThrownBy(
            () ->
                export(
                    TestData.spans(2),
                    part -> {
                      throw error;
                    }))
        .isSameAs(error);
    CompletableFuture<ExportResult> first = new CompletableFuture<>();
    CompletableFuture<ExportResult> later =
        export(
            TestData.spans(2),
            part -> {
              if (part.itemCount() == 2) {
                return first;
              }
              throw error;
            });
    first.complete(tooLarge());
    assertThat(later).isCompletedWithValueMatching(result -> result.cause().isPresent());
  }

  @Test
  void veryManyPartsAreNoRecursion() {
    Batch batch = TestData.spans(20_000);
    ExportResult result = export(batch, part -> upTo(1, part).completed()).join();
    assertThat(result.accepted()).isEqualTo(20_000);
  }
}
