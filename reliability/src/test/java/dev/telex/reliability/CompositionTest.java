/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.reliability.Join.ALL;
import static dev.telex.reliability.Join.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import dev.telex.testkit.VirtualScheduler;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every allowed pair of decorators and the useful triples, in both orders, in virtual time: what is
 * the result, who was called how often, what is left in the queue of timers, and when did it end.
 *
 * <p>A batch of 5 spans goes through each chain once. Timeouts are of 5 s and 9 s, attempts follow
 * after 1 s, 2 s and 4 s.
 */
class CompositionTest {

  private static final RetryPolicy FOUR_TIMES =
      RetryPolicy.builder().random(() -> 1).maxAttempts(4).build();
  private static final RetryPolicy TWICE =
      RetryPolicy.builder().random(() -> 1).maxAttempts(2).build();

  /**
   * One composition.
   *
   * @param prints what the chain prints: the order of its decorators
   * @param chain made of the exporters a, b and f
   * @param answers of each exporter, the last one for ever: {@code ok}, {@code busy} (retryable),
   *     {@code bad} (permanent), {@code most} (retryable, with the last 2 items left), {@code hang}
   *     (until it is cancelled)
   * @param result the status, the items delivered, those that fell back, and those left or dropped
   * @param calls how often each exporter was called
   * @param end seconds until the result
   */
  record Row(
      String prints,
      Function<Leaves, ExporterChain> chain,
      String answers,
      String result,
      String calls,
      int end) {
    @Override
    public String toString() {
      return prints + " with " + answers;
    }
  }

  static Stream<Row> rows() {
    return Stream.of(
        // Timeout and retry.
        row(
            "Retry(Timeout(a))",
            leaf -> leaf.a().timeout(seconds(5)).retry(FOUR_TIMES),
            "a: hang hang ok",
            "SUCCESS 5 0 0",
            "a: 3",
            5 + 1 + 5 + 2),
        row(
            "Timeout(Retry(a))",
            leaf -> leaf.a().retry(FOUR_TIMES).timeout(seconds(5)),
            "a: busy hang",
            "RETRYABLE 0 0 5",
            "a: 2",
            5),
        row(
            "Timeout(Retry(a))",
            leaf -> leaf.a().retry(FOUR_TIMES).timeout(seconds(5)),
            "a: most hang",
            "RETRYABLE 3 0 2",
            "a: 2",
            5),
        row(
            "Timeout(Timeout(a))",
            leaf -> leaf.a().timeout(seconds(9)).timeout(seconds(5)),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 1",
            5),
        row(
            "Timeout(Timeout(a))",
            leaf -> leaf.a().timeout(seconds(5)).timeout(seconds(9)),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 1",
            5),
        row(
            "Retry(Retry(a))",
            leaf -> leaf.a().retry(TWICE).retry(TWICE),
            "a: busy busy busy ok",
            "SUCCESS 5 0 0",
            "a: 4",
            1 + 1 + 1),
        // Fallback.
        row(
            "Fallback(Timeout(a), f)",
            leaf -> leaf.a().timeout(seconds(5)).fallback(leaf.f),
            "a: hang",
            "SUCCESS 0 5 0",
            "a: 1, f: 1",
            5),
        row(
            "Timeout(Fallback(a, f))",
            leaf -> leaf.a().fallback(leaf.f).timeout(seconds(5)),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 1, f: 0",
            5),
        row(
            "Timeout(Fallback(a, f))",
            leaf -> leaf.a().fallback(leaf.f).timeout(seconds(5)),
            "a: most, f: hang",
            "RETRYABLE 3 0 2",
            "a: 1, f: 1",
            5),
        row(
            "Fallback(Retry(a), f)",
            leaf -> leaf.a().retry(FOUR_TIMES).fallback(leaf.f),
            "a: busy",
            "SUCCESS 0 5 0",
            "a: 4, f: 1",
            1 + 2 + 4),
        row(
            "Fallback(Retry(a), f)",
            leaf -> leaf.a().retry(FOUR_TIMES).fallback(leaf.f),
            "a: most bad",
            "SUCCESS 3 2 0",
            "a: 2, f: 1",
            1),
        row(
            "Retry(Fallback(a, f))",
            leaf -> leaf.a().fallback(leaf.f).retry(FOUR_TIMES),
            "a: busy, f: busy ok",
            "SUCCESS 0 5 0",
            "a: 2, f: 2",
            1),
        row(
            "Retry(Fallback(a, f))",
            leaf -> leaf.a().fallback(leaf.f).retry(FOUR_TIMES),
            "a: busy ok, f: most",
            "SUCCESS 2 3 0",
            "a: 2, f: 1",
            1),
        row(
            "Fallback(a, Fallback(b, f))",
            leaf -> leaf.a().fallback(leaf.b, leaf.f),
            "a: bad, b: most, f: ok",
            "SUCCESS 0 5 0",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "Fallback(Fallback(a, b), f)",
            leaf -> leaf.a().fallback(leaf.b).fallback(leaf.f),
            "a: most, b: bad, f: ok",
            "SUCCESS 3 2 0",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "Fallback(a, Retry(f))",
            leaf -> leaf.a().fallback(leaf.f().retry(FOUR_TIMES)),
            "a: bad, f: busy ok",
            "SUCCESS 0 5 0",
            "a: 1, f: 2",
            1),
        // A fan-out of decorated legs.
        row(
            "FanOut[ALL](Timeout(a), b)",
            leaf -> ExporterChain.fanOut(ALL, leaf.a().timeout(seconds(5)), leaf.b()),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 1, b: 1",
            5),
        row(
            "FanOut[ALL](Retry(a), b)",
            leaf -> ExporterChain.fanOut(ALL, leaf.a().retry(FOUR_TIMES), leaf.b()),
            "a: busy most ok",
            "SUCCESS 5 0 0",
            "a: 3, b: 1",
            1 + 2),
        row(
            "FanOut[ALL](Fallback(a, f), b)",
            leaf -> ExporterChain.fanOut(ALL, leaf.a().fallback(leaf.f), leaf.b()),
            "a: bad",
            "SUCCESS 0 5 0",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "FanOut[ANY](Timeout(a), b)",
            leaf -> ExporterChain.fanOut(ANY, leaf.a().timeout(seconds(5)), leaf.b()),
            "a: hang, b: bad",
            "RETRYABLE 0 0 5",
            "a: 1, b: 1",
            5),
        row(
            "FanOut[ANY](Retry(a), b)",
            leaf -> ExporterChain.fanOut(ANY, leaf.a().retry(FOUR_TIMES), leaf.b()),
            "a: busy, b: ok",
            "SUCCESS 5 0 0",
            "a: 1, b: 1",
            0),
        row(
            "FanOut[ANY](Fallback(a, f), b)",
            leaf -> ExporterChain.fanOut(ANY, leaf.a().fallback(leaf.f), leaf.b()),
            "a: bad, b: bad",
            "SUCCESS 0 5 0",
            "a: 1, b: 1, f: 1",
            0),
        // Decorators of a fan-out.
        row(
            "Timeout(FanOut[ALL](a, b))",
            leaf -> ExporterChain.fanOut(ALL, leaf.a, leaf.b).timeout(seconds(5)),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 1, b: 1",
            5),
        row(
            "Timeout(FanOut[ANY](a, b))",
            leaf -> ExporterChain.fanOut(ANY, leaf.a, leaf.b).timeout(seconds(5)),
            "a: hang, b: ok",
            "SUCCESS 5 0 0",
            "a: 1, b: 1",
            0),
        row(
            "Retry(FanOut[ANY](a, b))",
            leaf -> ExporterChain.fanOut(ANY, leaf.a, leaf.b).retry(FOUR_TIMES),
            "a: busy, b: bad ok",
            "SUCCESS 5 0 0",
            "a: 2, b: 2",
            1),
        row(
            "Fallback(FanOut[ANY](a, b), f)",
            leaf -> ExporterChain.fanOut(ANY, leaf.a, leaf.b).fallback(leaf.f),
            "a: most, b: bad",
            "SUCCESS 0 5 0",
            "a: 1, b: 1, f: 1",
            0),
        // Fan-outs in fan-outs.
        row(
            "FanOut[ALL](pair=FanOut[ANY](a, b), f)",
            leaf ->
                ExporterChain.fanOut(
                    ALL, ExporterChain.fanOut(ANY, leaf.a, leaf.b).named("pair"), leaf.f()),
            "a: bad, b: ok",
            "SUCCESS 5 0 0",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "FanOut[ANY](pair=FanOut[ALL](a, b), f)",
            leaf ->
                ExporterChain.fanOut(
                    ANY, ExporterChain.fanOut(ALL, leaf.a, leaf.b).named("pair"), leaf.f()),
            "a: bad, b: ok, f: busy",
            "RETRYABLE 0 0 5",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "FanOut[ALL](pair=FanOut[ALL](a, b), f)",
            leaf ->
                ExporterChain.fanOut(
                    ALL, ExporterChain.fanOut(ALL, leaf.a, leaf.b).named("pair"), leaf.f()),
            "a: busy, b: bad, f: ok",
            "RETRYABLE 0 0 5",
            "a: 1, b: 1, f: 1",
            0),
        row(
            "FanOut[ANY](pair=FanOut[ANY](a, b), f)",
            leaf ->
                ExporterChain.fanOut(
                    ANY, ExporterChain.fanOut(ANY, leaf.a, leaf.b).named("pair"), leaf.f()),
            "a: hang, b: ok, f: hang",
            "SUCCESS 5 0 0",
            "a: 1, b: 1, f: 1",
            0),
        // Triples.
        row(
            "Fallback(Retry(Timeout(a)), f)",
            leaf -> leaf.a().timeout(seconds(5)).retry(TWICE).fallback(leaf.f),
            "a: most hang",
            "SUCCESS 3 2 0",
            "a: 2, f: 1",
            1 + 5),
        row(
            "Fallback(Timeout(Retry(a)), f)",
            leaf -> leaf.a().retry(FOUR_TIMES).timeout(seconds(5)).fallback(leaf.f),
            "a: most hang",
            "SUCCESS 3 2 0",
            "a: 2, f: 1",
            5),
        row(
            "Retry(Fallback(Timeout(a), f))",
            leaf -> leaf.a().timeout(seconds(5)).fallback(leaf.f).retry(TWICE),
            "a: hang ok, f: busy",
            "SUCCESS 5 0 0",
            "a: 2, f: 1",
            5 + 1),
        row(
            "Retry(Timeout(Fallback(a, f)))",
            leaf -> leaf.a().fallback(leaf.f).timeout(seconds(5)).retry(TWICE),
            "a: bad, f: hang ok",
            "SUCCESS 0 5 0",
            "a: 2, f: 2",
            5 + 1),
        row(
            "Timeout(Retry(Fallback(a, f)))",
            leaf -> leaf.a().fallback(leaf.f).retry(FOUR_TIMES).timeout(seconds(5)),
            "a: busy, f: busy",
            "RETRYABLE 0 0 5",
            "a: 3, f: 3",
            1 + 2),
        row(
            "Timeout(Fallback(Retry(a), f))",
            leaf -> leaf.a().retry(TWICE).fallback(leaf.f).timeout(seconds(5)),
            "a: busy, f: hang",
            "RETRYABLE 0 0 5",
            "a: 2, f: 1",
            5),
        row(
            "Timeout(Retry(Timeout(a)))",
            leaf -> leaf.a().timeout(seconds(5)).retry(FOUR_TIMES).timeout(seconds(9)),
            "a: hang",
            "RETRYABLE 0 0 5",
            "a: 2",
            9),
        row(
            "Fallback(Retry(FanOut[ANY](a, b)), f)",
            leaf -> ExporterChain.fanOut(ANY, leaf.a, leaf.b).retry(TWICE).fallback(leaf.f),
            "a: busy, b: busy bad",
            "SUCCESS 0 5 0",
            "a: 2, b: 2, f: 1",
            1),
        row(
            "FanOut[ALL](Fallback(Retry(Timeout(a)), f), b)",
            leaf ->
                ExporterChain.fanOut(
                    ALL, leaf.a().timeout(seconds(5)).retry(TWICE).fallback(leaf.f), leaf.b()),
            "a: hang",
            "SUCCESS 0 5 0",
            "a: 2, b: 1, f: 1",
            5 + 1 + 5),
        // The picture of docs/decorators.md.
        row(
            "FanOut[ALL](Fallback(Retry(Timeout(a)), f), b)",
            leaf ->
                ExporterChain.fanOut(
                    ALL, leaf.a().timeout(seconds(5)).retry(FOUR_TIMES).fallback(leaf.f), leaf.b()),
            "a: hang most bad",
            "SUCCESS 3 2 0",
            "a: 3, b: 1, f: 1",
            5 + 1 + 2));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void isWhatItSays(Row row) {
    Leaves leaves = new Leaves(row.answers());
    VirtualScheduler time = new VirtualScheduler();
    Exporter chain =
        row.chain().apply(leaves).scheduler(time, time::nanoTime).executor(Runnable::run).build();
    assertThat(chain).hasToString(row.prints());

    CompletableFuture<ExportResult> result =
        chain.export(leaves.batch, ExportContext.none()).toCompletableFuture();
    while (!result.isDone() && time.untilNext().isPresent()) {
      time.advance(time.untilNext().get());
    }

    assertThat(result).isDone();
    assertThat(leaves.summary(result.join())).isEqualTo(row.result());
    assertThat(leaves.calls(row.calls())).isEqualTo(row.calls());
    assertThat(time.now()).as("when it ended").isEqualTo(seconds(row.end()));
    // Legs that nobody waits for any more may still wait, but not when the chain is closed.
    chain.shutdown(Duration.ZERO);
    assertThat(time.pending()).as("timers left").isZero();
  }

  /** The pairs that would send a batch again to a leg that has it. */
  @ParameterizedTest
  @MethodSource("severals")
  void aroundSeveralLegsRetryAndFallbackAreRefused(Join join) {
    Leaves leaves = new Leaves("");
    ExporterChain fanOut = ExporterChain.fanOut(join, leaves.a, leaves.b);
    assertThatThrownBy(() -> fanOut.retry(TWICE).build())
        .hasMessageContaining("Put .retry(...) on each leg: fanOut(" + join);
    assertThatThrownBy(() -> fanOut.timeout(seconds(5)).fallback(leaves.f).build())
        .hasMessageContaining("Put .fallback(...) on each leg: fanOut(" + join);
  }

  static List<Join> severals() {
    return List.of(ALL, Join.quorum(2));
  }

  /** A cancellation in the middle ends each of them at once. */
  @ParameterizedTest
  @MethodSource("rows")
  void aCancellationEndsItAtOnce(Row row) {
    Leaves leaves = new Leaves("a: hang, b: hang, f: hang");
    VirtualScheduler time = new VirtualScheduler();
    Exporter chain =
        row.chain().apply(leaves).scheduler(time, time::nanoTime).executor(Runnable::run).build();
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result =
        chain.export(leaves.batch, context).toCompletableFuture();
    assertThat(result).isNotDone();

    context.cancel();

    assertThat(result).isDone();
    assertThat(result.join().status()).isEqualTo(ExportResult.Status.RETRYABLE);
    assertThat(time.pending()).as("timers left").isZero();
    leaves.all().values().stream()
        .flatMap(leaf -> leaf.calls().stream())
        .forEach(call -> assertThat(call.context().isCancelled()).isTrue());
  }

  private static Row row(
      String prints,
      Function<Leaves, ExporterChain> chain,
      String answers,
      String result,
      String calls,
      int end) {
    return new Row(prints, chain, answers, result, calls, end);
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  /** The exporters of one row. */
  static final class Leaves {
    final Batch batch = SampleBatches.spans(5);
    final RecordingExporter a = RecordingExporter.named("a");
    final RecordingExporter b = RecordingExporter.named("b");
    final RecordingExporter f = RecordingExporter.named("f");

    Leaves(String answers) {
      for (String of : answers.isEmpty() ? new String[0] : answers.split(", ", -1)) {
        String[] nameAndAnswers = of.split(": ", -1);
        for (String answer : nameAndAnswers[1].split(" ", -1)) {
          RecordingExporter.Answer last = answer(answer);
          leaf(nameAndAnswers[0]).then(last).otherwise(last);
        }
      }
    }

    ExporterChain a() {
      return ExporterChain.of(a);
    }

    ExporterChain b() {
      return ExporterChain.of(b);
    }

    ExporterChain f() {
      return ExporterChain.of(f);
    }

    Map<String, RecordingExporter> all() {
      Map<String, RecordingExporter> all = new LinkedHashMap<>();
      all.put("a", a);
      all.put("b", b);
      all.put("f", f);
      return all;
    }

    String summary(ExportResult result) {
      int left = batch.itemCount() - result.accepted() - result.fellBack() - result.rejected();
      if (!result.isDelivered()) {
        assertThat(result.remainder().map(Batch::itemCount).orElse(5))
            .as("what is left")
            .isEqualTo(left);
      }
      return result.status() + " " + result.accepted() + " " + result.fellBack() + " " + left;
    }

    /** The numbers of calls of those exporters that are expected to have some; b and f of none. */
    String calls(String expected) {
      return all().entrySet().stream()
          .filter(
              leaf -> expected.contains(leaf.getKey() + ":") || !leaf.getValue().calls().isEmpty())
          .map(leaf -> leaf.getKey() + ": " + leaf.getValue().calls().size())
          .collect(Collectors.joining(", "));
    }

    private RecordingExporter leaf(String name) {
      RecordingExporter leaf = all().get(name);
      if (leaf == null) {
        throw new IllegalArgumentException("no exporter " + name);
      }
      return leaf;
    }

    private static RecordingExporter.Answer answer(String word) {
      return switch (word) {
        case "ok" -> call -> ExportResult.success(call.batch()).completed();
        case "busy" -> call -> ExportResult.retryable("busy").completed();
        case "bad" -> call -> ExportResult.permanent("bad").completed();
        case "most" ->
            call ->
                ExportResult.retryable(
                        call.batch(), SampleBatches.tail(call.batch(), 2), List.of(), "most")
                    .completed();
        case "hang" ->
            call -> {
              call.context()
                  .onCancel(() -> call.held().complete(ExportResult.retryable("cancelled")));
              return call.held();
            };
        default -> throw new IllegalArgumentException(word);
      };
    }
  }
}
