/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportResult.Status;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExportResultTest {

  private final Batch batch = TestData.spans(10);
  private final Batch three = batch.split(3).get(0);

  @Test
  void successOfABatchAndOfNothing() {
    assertThat(ExportResult.success().accepted()).isZero();
    ExportResult result = ExportResult.success(batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.isDelivered()).isTrue();
    assertThat(result.accepted()).isEqualTo(10);
    assertThat(result.rejected()).isZero();
    assertThat(result.rejections()).isEmpty();
    assertThat(result.remainder()).isEmpty();
    assertThat(result.refused()).isEmpty();
    assertThat(result.retryAfter()).isEmpty();
    assertThat(result.statusCode()).isEmpty();
    assertThat(result.message()).isEmpty();
    assertThat(result.cause()).isEmpty();
    assertThat(result.legs()).isEmpty();
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result).hasToString("SUCCESS[accepted=10]");
  }

  @Test
  void partialCountsWhatIsLeft() {
    List<Rejection> rejections =
        new ArrayList<>(List.of(new Rejection(2, "too old"), new Rejection(1, "too long")));
    ExportResult result = ExportResult.partial(batch, rejections);
    rejections.clear();

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.isDelivered()).isTrue();
    assertThat(result.accepted()).isEqualTo(7);
    assertThat(result.rejected()).isEqualTo(3);
    assertThat(result.rejections()).hasSize(2);
    assertThat(result).hasToString("PARTIAL[accepted=7, rejected=3]");
  }

  @Test
  void aBackendMayClaimMoreThanItGot() {
    Rejection all = new Rejection(Integer.MAX_VALUE, "");

    ExportResult one = ExportResult.partial(batch, List.of(all));
    ExportResult two = ExportResult.partial(batch, List.of(all, all));
    ExportResult left = ExportResult.retryable(three, batch, List.of(all, all), "later");

    assertThat(one.accepted()).isZero();
    assertThat(two.accepted()).isZero();
    assertThat(two.rejected()).isEqualTo(Integer.MAX_VALUE);
    assertThat(left.accepted()).isZero();
  }

  @Test
  void retryableAsAWholeOrInPart() {
    ExportResult whole = ExportResult.retryable("busy");
    ExportResult part =
        ExportResult.retryable(batch, three, List.of(new Rejection(2, "bad")), "some busy");

    assertThat(whole.status()).isEqualTo(Status.RETRYABLE);
    assertThat(whole.isDelivered()).isFalse();
    assertThat(whole.message()).contains("busy");
    assertThat(whole.remainder()).isEmpty();
    assertThat(part.status()).isEqualTo(Status.RETRYABLE);
    assertThat(part.remainder()).containsSame(three);
    assertThat(part.accepted()).isEqualTo(5);
    assertThat(part.rejected()).isEqualTo(2);
    assertThat(part).hasToString("RETRYABLE[accepted=5, rejected=2, remainder=3, some busy]");
  }

  @Test
  void permanentShutdownAndUnsupported() {
    assertThat(ExportResult.permanent("no")).hasToString("PERMANENT[accepted=0, no]");
    assertThat(ExportResult.shutdown("gone")).hasToString("SHUTDOWN[accepted=0, gone]");
    assertThat(ExportResult.unsupported("prometheus", batch))
        .hasToString("PERMANENT[accepted=0, prometheus does not carry traces]");
    assertThat(ExportResult.permanent("no").isDelivered()).isFalse();
    assertThat(ExportResult.shutdown("gone").isDelivered()).isFalse();
  }

  @Test
  void everyWitherGivesACopyWithEverythingElseAsItWas() {
    Throwable cause = new IOException("reset");
    Leg leg = new Leg("eu", ExportResult.success(batch));
    ExportResult plain =
        ExportResult.retryable(batch, three, List.of(new Rejection(1, "bad")), "first");

    ExportResult full =
        plain
            .withRetryAfter(Duration.ofSeconds(2))
            .withStatusCode(503)
            .withMessage("second")
            .withCause(cause)
            .withRefused(three)
            .withOutcomeUnknown()
            .withLegs(List.of(leg));

    assertThat(full.status()).isEqualTo(Status.RETRYABLE);
    assertThat(full.accepted()).isEqualTo(6);
    assertThat(full.rejections()).containsExactly(new Rejection(1, "bad"));
    assertThat(full.remainder()).containsSame(three);
    assertThat(full.retryAfter()).contains(Duration.ofSeconds(2));
    assertThat(full.statusCode()).hasValue(503);
    assertThat(full.message()).contains("second");
    assertThat(full.cause()).containsSame(cause);
    assertThat(full.refused()).containsSame(three);
    assertThat(full.outcomeUnknown()).isTrue();
    assertThat(full.legs()).containsExactly(leg);
    assertThat(full)
        .hasToString(
            "RETRYABLE[accepted=6, rejected=1, remainder=3, statusCode=503, retryAfter=PT2S,"
                + " outcome unknown, second]");
    assertThat(plain).hasToString("RETRYABLE[accepted=6, rejected=1, remainder=3, first]");
    assertThat(plain.statusCode()).isEmpty();
    assertThat(plain.cause()).isEmpty();
    assertThat(plain.legs()).isEmpty();
    assertThat(plain.refused()).isEmpty();
  }

  @Test
  void aStatusCodeMayBeZero() {
    assertThat(ExportResult.success().withStatusCode(0).statusCode()).hasValue(0);
  }

  @Test
  void refusesANegativeDelayAndANegativeCount() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ExportResult.retryable("x").withRetryAfter(Duration.ofMillis(-1)))
        .withMessage("retryAfter is PT-0.001S: want zero or more");
    assertThat(ExportResult.retryable("x").withRetryAfter(Duration.ZERO).retryAfter())
        .contains(Duration.ZERO);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Rejection(-1, ""))
        .withMessage("count is -1: want 0 or more");
    assertThat(new Rejection(0, "a warning").count()).isZero();
  }

  @Test
  void summedTakesTheCountsOfAllAttempts() {
    ExportResult last = ExportResult.retryable("busy").withStatusCode(503).withOutcomeUnknown();

    ExportResult sum = last.summed(Status.PERMANENT, 4, List.of(new Rejection(3, "bad")), three);
    ExportResult none = sum.summed(Status.SUCCESS, 10, List.of(), null);

    assertThat(sum)
        .hasToString(
            "PERMANENT[accepted=4, rejected=3, remainder=3, statusCode=503, outcome unknown,"
                + " busy]");
    assertThat(none.remainder()).isEmpty();
    assertThat(none.rejections()).isEmpty();
  }

  @Test
  void messagesAreBounded() {
    String longOne = "x".repeat(100_000);
    String pairs = "a" + "\uD83D\uDE00".repeat(2000);

    assertThat(ExportResult.permanent("x".repeat(1024)).message()).contains("x".repeat(1024));
    assertThat(ExportResult.permanent(longOne).message()).contains("x".repeat(1023) + "…");
    assertThat(ExportResult.success().withMessage(longOne).message().orElseThrow()).hasSize(1024);
    assertThat(ExportResult.failure(new IOException(longOne)).message().orElseThrow())
        .hasSize(1024);
    assertThat(
            ExportResult.ofLegs(List.of(new Leg("eu", ExportResult.permanent(longOne))))
                .message()
                .orElseThrow())
        .hasSize(1024);
    String cut = ExportResult.permanent(pairs).message().orElseThrow();
    assertThat(cut).hasSizeLessThanOrEqualTo(1024).endsWith("\uD83D\uDE00…");
    assertThat(ExportResult.permanent("b" + pairs).message().orElseThrow())
        .hasSizeLessThanOrEqualTo(1024)
        .endsWith("\uD83D\uDE00…");
    assertThat(ExportResult.permanent("x".repeat(1022) + "\uD83D\uDE00xyz").message())
        .as("half of a pair is no character")
        .contains("x".repeat(1022) + "…");
  }

  @Test
  @SuppressWarnings("NullAway") // The message of an exception often is null.
  void takesAMissingMessageForNone() {
    assertThat(ExportResult.retryable(new IOException().getMessage()).message()).isEmpty();
    assertThat(ExportResult.success().withMessage(null)).hasToString("SUCCESS[accepted=0]");
  }

  @Test
  void completedIsDone() {
    ExportResult result = ExportResult.success();

    assertThat(result.completed().toCompletableFuture()).isCompletedWithValue(result);
  }

  @Test
  void theWorstOfTheLegsIsTheResult() {
    ExportResult ok = ExportResult.success(batch);
    ExportResult partial = ExportResult.partial(batch, List.of(new Rejection(4, "bad")));
    ExportResult permanent = ExportResult.permanent("no").withStatusCode(400);
    ExportResult retryable =
        ExportResult.retryable(batch, three, List.of(), "busy")
            .withRefused(three)
            .withOutcomeUnknown()
            .withRetryAfter(Duration.ofSeconds(1));
    ExportResult shutdown = ExportResult.shutdown("gone");
    List<ExportResult> mildestFirst = List.of(ok, partial, permanent, retryable, shutdown);

    for (int mild = 0; mild < mildestFirst.size(); mild++) {
      for (int severe = mild; severe < mildestFirst.size(); severe++) {
        Status expected = mildestFirst.get(severe).status();
        Leg one = new Leg("mild", mildestFirst.get(mild));
        Leg two = new Leg("severe", mildestFirst.get(severe));
        assertThat(ExportResult.ofLegs(List.of(one, two)).status()).isEqualTo(expected);
        assertThat(ExportResult.ofLegs(List.of(two, one)).status()).isEqualTo(expected);
      }
    }
    List<Leg> legs =
        new ArrayList<>(
            List.of(new Leg("a", partial), new Leg("b", retryable), new Leg("c", permanent)));
    ExportResult all = ExportResult.ofLegs(legs);
    legs.clear();
    assertThat(all).hasToString("RETRYABLE[accepted=0, retryAfter=PT1S, outcome unknown, b: busy]");
    assertThat(all.remainder()).isEmpty();
    assertThat(all.refused()).isEmpty();
    assertThat(all.legs()).extracting(Leg::name).containsExactly("a", "b", "c");
    assertThat(all.legs().get(1).result()).isSameAs(retryable);
    Leg other = new Leg("z", ExportResult.permanent("also no"));
    assertThat(ExportResult.ofLegs(List.of(new Leg("y", permanent), other)))
        .as("of several that are equally bad, the first")
        .hasToString("PERMANENT[accepted=0, statusCode=400, y: no]");
  }

  @Test
  void acceptedOfLegsIsTheLeast() {
    ExportResult all = ExportResult.success(batch);
    ExportResult most = ExportResult.partial(batch, List.of(new Rejection(4, "bad")));

    assertThat(ExportResult.ofLegs(List.of(new Leg("a", all), new Leg("b", most))).accepted())
        .isEqualTo(6);
    assertThat(ExportResult.ofLegs(List.of(new Leg("a", all), new Leg("b", all))))
        .hasToString("SUCCESS[accepted=10]");
  }

  @Test
  void whatAFallbackTookIsCountedApart() {
    ExportResult took = ExportResult.permanent("no").withFellBack(10);

    assertThat(took.accepted()).isZero();
    assertThat(took.fellBack()).isEqualTo(10);
    assertThat(took).hasToString("PERMANENT[accepted=0, fellBack=10, no]");
    assertThat(took.withStatusCode(400).fellBack()).isEqualTo(10);
    assertThat(ExportResult.success(batch).fellBack()).isZero();
  }

  @Test
  void legsThatFellBackHaveSettledTheirItems() {
    Leg all = new Leg("all", ExportResult.success(batch));
    Leg some =
        new Leg(
            "some",
            ExportResult.retryable(batch, three, List.of(), "busy")
                .summed(Status.SUCCESS, 7, List.of(), null)
                .withFellBack(3));
    Leg lost = new Leg("lost", ExportResult.partial(batch, List.of(new Rejection(2, "bad"))));

    assertThat(ExportResult.ofLegs(List.of(all, some)))
        .as("7 of them by all legs, and 3 by a fallback where not by the leg")
        .hasToString("SUCCESS[accepted=7, fellBack=3]");
    assertThat(ExportResult.ofLegs(List.of(all, some, lost)))
        .as("one leg settled 8 and no more")
        .hasToString("PARTIAL[accepted=7, fellBack=1, rejected=2]");
    assertThat(ExportResult.ofLegs(List.of(all, all)).fellBack()).isZero();
  }

  @Test
  void theWorseOfTwoIsTheFirstIfTheyAreAlike() {
    ExportResult first = ExportResult.retryable("first");
    ExportResult second = ExportResult.retryable("second");
    ExportResult worst = ExportResult.shutdown("gone");

    assertThat(ExportResult.worse(first, second)).isSameAs(first);
    assertThat(ExportResult.worse(first, worst)).isSameAs(worst);
    assertThat(ExportResult.worse(worst, first)).isSameAs(worst);
  }

  @Test
  void anUnknownOutcomeOfAMilderLegIsKept() {
    ExportResult unknown = ExportResult.success(batch).withOutcomeUnknown();

    assertThat(
            ExportResult.ofLegs(
                    List.of(new Leg("a", unknown), new Leg("b", ExportResult.permanent("no"))))
                .outcomeUnknown())
        .isTrue();
  }

  @Test
  void noLegsAreNoResult() {
    assertThatThrownBy(() -> ExportResult.ofLegs(List.of()))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void theRemainderIsPartOfTheBatch() {
    BitSet two = new BitSet();
    two.set(2, 4);

    ExportResult result = ExportResult.retryable(batch, batch.retain(two), List.of(), "busy");

    assertThat(result.remainder().orElseThrow().spans())
        .containsExactly(TestData.span(2), TestData.span(3));
    assertThat(result.accepted()).isEqualTo(8);
  }
}
