/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Signal;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * What runs of the model are made of; the first and simplest of everything is what they shrink to.
 */
final class ChainModelArbitraries {

  private static final int MAX_DEPTH = 4;

  private ChainModelArbitraries() {}

  static Arbitrary<ChainModelSetup> setups() {
    return Combinators.combine(
            plans(MAX_DEPTH, true),
            Arbitraries.of(false, true),
            Arbitraries.frequency(Tuple.of(5, false), Tuple.of(1, true)),
            Arbitraries.of(0, 10, 100, 1_000, 5_000, 20_000))
        .as(ChainModelSetup::new);
  }

  static Arbitrary<List<ChainModelStep>> steps() {
    Arbitrary<Integer> index = Arbitraries.integers().between(0, 20);
    Arbitrary<ChainModelStep> step =
        Arbitraries.frequencyOf(
            Tuple.of(16, exports()),
            Tuple.of(
                12,
                Arbitraries.of(0, 0, 0, 1, 10, 50, 100, 500, 1_000, 5_000, 30_000)
                    .map(ChainModelStep.Advance::new)),
            Tuple.of(10, index.map(ChainModelStep.Answer::new)),
            Tuple.of(10, Arbitraries.of(1, 2, 20).map(ChainModelStep.RunTasks::new)),
            Tuple.of(2, Arbitraries.create(ChainModelStep.Flush::new)),
            Tuple.of(2, index.map(ChainModelStep.CancelContext::new)),
            Tuple.of(2, index.map(ChainModelStep.CancelFuture::new)),
            Tuple.of(1, Arbitraries.create(ChainModelStep.RejectTask::new)),
            Tuple.of(1, Arbitraries.create(ChainModelStep.DropTask::new)),
            Tuple.of(
                1,
                Arbitraries.of(0, 10, 100, 1_000, 5_000, 20_000).map(ChainModelStep.Shutdown::new)),
            Tuple.of(
                1,
                Arbitraries.frequencyOf(
                    Tuple.of(5, Arbitraries.create(ChainModelStep.Flush::new)),
                    Tuple.of(
                        1, Arbitraries.of(true, false).map(ChainModelStep.KillScheduler::new)))));
    return step.list().ofMinSize(1).ofMaxSize(30);
  }

  private static Arbitrary<ChainModelStep> exports() {
    return Combinators.combine(
            Arbitraries.frequency(Tuple.of(4, Signal.TRACES), Tuple.of(1, Signal.LOGS)),
            Arbitraries.frequency(
                Tuple.of(6, 1), Tuple.of(6, 2), Tuple.of(6, 3), Tuple.of(6, 5), Tuple.of(1, 0)),
            Arbitraries.frequency(
                Tuple.of(10, ChainModelStep.Caller.OWN_CONTEXT),
                Tuple.of(4, ChainModelStep.Caller.SHARED_CONTEXT),
                Tuple.of(4, ChainModelStep.Caller.NO_CONTEXT),
                Tuple.of(2, ChainModelStep.Caller.LIMITED_CONTEXT),
                Tuple.of(1, ChainModelStep.Caller.CANCELLED_CONTEXT)),
            Arbitraries.of(0, 10, 100, 1_000))
        .as(ChainModelStep.Export::new);
  }

  /**
   * A chain.
   *
   * @param several whether fan-outs may wait for several legs; where they may not, it is rare
   */
  private static Arbitrary<ChainModelPlan> plans(int depth, boolean several) {
    Arbitrary<ChainModelPlan> leaf = scripts().map(ChainModelPlan.Leaf::new);
    if (depth <= 1) {
      return leaf;
    }
    Arbitrary<ChainModelPlan> inner = Arbitraries.lazy(() -> plans(depth - 1, several));
    Arbitrary<ChainModelPlan> single = Arbitraries.lazy(() -> plans(depth - 1, false));
    Arbitrary<ChainModelPlan> other = Arbitraries.lazy(() -> plans(depth - 2, several));
    return Arbitraries.frequencyOf(
        Tuple.of(depth == MAX_DEPTH ? 1 : 3, leaf),
        Tuple.of(
            2,
            Combinators.combine(inner, Arbitraries.of(10, 50, 200, 1_000))
                .as(ChainModelPlan.Timeout::new)),
        Tuple.of(
            3,
            Combinators.combine(
                    single,
                    Arbitraries.of(2, 3, 4, 1),
                    Arbitraries.of(10, 100, 1_000),
                    Arbitraries.of(0, 0, 0, 50, 500, 5_000))
                .as(ChainModelPlan.Retry::new)),
        Tuple.of(
            3,
            Combinators.combine(single, policies(), other.list().ofMinSize(1).ofMaxSize(2))
                .as(ChainModelPlan.Fallback::new)),
        Tuple.of(
            several ? 3 : 1,
            Combinators.combine(joins(several), inner.list().ofMinSize(1).ofMaxSize(3))
                .as(ChainModelPlan.FanOut::new)));
  }

  private static Arbitrary<Integer> joins(boolean several) {
    return several
        ? Arbitraries.frequency(Tuple.of(6, 0), Tuple.of(4, 1), Tuple.of(2, 2))
        : Arbitraries.frequency(Tuple.of(20, 1), Tuple.of(1, 2), Tuple.of(1, 0));
  }

  private static Arbitrary<ChainModelPlan.Policy> policies() {
    return Combinators.combine(
            Arbitraries.of(true, true, false),
            Arbitraries.frequency(Tuple.of(4, 1), Tuple.of(2, 0), Tuple.of(2, 2), Tuple.of(1, 3)),
            Arbitraries.frequency(
                Tuple.of(4, 1), Tuple.of(3, 50), Tuple.of(1, 500), Tuple.of(1, 5_000)))
        .as(ChainModelPlan.Policy::new);
  }

  private static Arbitrary<ChainModelScript> scripts() {
    return Combinators.combine(
            answers().list().ofMinSize(1).ofMaxSize(4),
            Arbitraries.frequency(
                Tuple.of(12, Set.of(Signal.values())),
                Tuple.of(1, Set.of(Signal.TRACES)),
                Tuple.of(1, Set.of(Signal.LOGS))),
            Arbitraries.frequency(
                Tuple.of(7, Delivery.ACKNOWLEDGED), Tuple.of(1, Delivery.BEST_EFFORT)),
            Arbitraries.frequency(Tuple.of(4, -1), Tuple.of(4, 0), Tuple.of(4, 1), Tuple.of(1, 2)),
            replies(),
            replies())
        .as(ChainModelScript::new);
  }

  private static Arbitrary<ChainModelScript.Reply> replies() {
    return Arbitraries.frequencyOf(
        Tuple.of(30, Arbitraries.just(ChainModelScript.Reply.SUCCESS)),
        Tuple.of(3, Arbitraries.of(ChainModelScript.Reply.values())));
  }

  private static Arbitrary<ChainModelAnswer> answers() {
    return Combinators.combine(
            Arbitraries.frequency(
                Tuple.of(20, ChainModelAnswer.Kind.SUCCESS),
                Tuple.of(20, ChainModelAnswer.Kind.RETRYABLE),
                Tuple.of(20, ChainModelAnswer.Kind.REMAINDER),
                Tuple.of(12, ChainModelAnswer.Kind.PARTIAL),
                Tuple.of(10, ChainModelAnswer.Kind.LOST),
                Tuple.of(6, ChainModelAnswer.Kind.PERMANENT),
                Tuple.of(4, ChainModelAnswer.Kind.SHUTDOWN),
                Tuple.of(3, ChainModelAnswer.Kind.NOT_REACHED),
                Tuple.of(3, ChainModelAnswer.Kind.THROW),
                Tuple.of(2, ChainModelAnswer.Kind.EMPTY_REMAINDER),
                Tuple.of(2, ChainModelAnswer.Kind.FOREIGN_REMAINDER),
                Tuple.of(2, ChainModelAnswer.Kind.REJECTS_TOO_MANY),
                Tuple.of(2, ChainModelAnswer.Kind.ERROR),
                Tuple.of(2, ChainModelAnswer.Kind.NULL_STAGE),
                Tuple.of(2, ChainModelAnswer.Kind.NULL_RESULT),
                Tuple.of(1, ChainModelAnswer.Kind.VM_ERROR)),
            Arbitraries.frequency(
                Tuple.of(12, ChainModelAnswer.When.NOW),
                Tuple.of(3, ChainModelAnswer.When.LATER),
                Tuple.of(3, ChainModelAnswer.When.UNLESS_ABORTED),
                Tuple.of(2, ChainModelAnswer.When.WHEN_CANCELLED),
                Tuple.of(1, ChainModelAnswer.When.THROWS_WHEN_CANCELLED),
                Tuple.of(1, ChainModelAnswer.When.NEVER)),
            Arbitraries.integers().between(0, 255),
            Arbitraries.of(true, false),
            Arbitraries.frequency(
                Tuple.of(4, 0), Tuple.of(1, 10), Tuple.of(1, 200), Tuple.of(1, 5_000)))
        .as(ChainModelAnswer::new);
  }
}
