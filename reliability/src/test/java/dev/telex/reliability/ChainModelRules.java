/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Leg;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What must hold of every chain, whatever happens to it; each rule is one the docs promise. */
final class ChainModelRules {

  /** What exporters get to close although the grace is used up. */
  private static final Duration CLOSING = Duration.ofSeconds(1);

  /** What a fallback keeps of the grace at most. */
  private static final Duration MAX_RESERVE = Duration.ofSeconds(2);

  private static final long MILLIS = 1_000_000;

  private final ChainModel model;
  private final ChainModelLeftovers leftovers = new ChainModelLeftovers();
  private final ChainModelSums sums;
  private final ChainModelPrimaries primaries;
  private boolean closed;

  ChainModelRules(ChainModel model) {
    this.model = model;
    this.sums = new ChainModelSums(model);
    this.primaries = new ChainModelPrimaries(model);
  }

  // What is told as it happens.

  /** build() threw. */
  void refused(IllegalArgumentException why) {
    if (!model.root.isToBeRefused()) {
      throw new AssertionError("refused without need: " + model.root, why);
    }
    String message = String.valueOf(why.getMessage());
    if (!message.contains("Put .") && !message.contains("or use ALL")) {
      throw new AssertionError("names no fix: " + message, why);
    }
    for (ChainModelLeaf leaf : model.leaves) {
      if (leaf.shutdowns() > 0) {
        throw new AssertionError("a refused chain shut " + leaf);
      }
    }
  }

  void built() {
    if (model.root.isToBeRefused()) {
      throw new AssertionError("not refused: " + model.root);
    }
  }

  /** A leaf is called. */
  void begins(ChainModelAttempt attempt) {
    ChainModelLeaf leaf = attempt.leaf;
    ChainModelExport export = attempt.export;
    model.trace(attempt + " begins, attempt " + attempt.number);
    check(leaf.shutdowns() == 0, attempt, "after it was shut down");
    check(!closed, attempt, "after the chain was shut down");
    check(leaf.signals().contains(attempt.batch.signal()), attempt, "a signal it does not carry");
    check(!attempt.given.isEmpty(), attempt, "nothing");
    check(attempt.given.size() == attempt.batch.itemCount(), attempt, "an item twice");
    check(export.given, attempt, "what the chain had to answer for");
    check(!attempt.context.isCancelled(), attempt, "under a cancelled context");
    if (!model.root.mayRunOn() && !export.vmError) {
      check(!export.isDone(), attempt, "although its export has ended");
      check(!export.cancelled, attempt, "although its export was cancelled");
    }
    check(
        model.shutdownAt < 0 || !isAgain(attempt), attempt, "again although the chain is closing");
    attempts(attempt);
    times(attempt);
    resent(attempt);
    primaries.begins(attempt);
  }

  /** Whether a retry has begun another attempt with it, and not a fallback gone on with one. */
  private static boolean isAgain(ChainModelAttempt attempt) {
    ChainModelNode inner = attempt.leaf.node();
    for (ChainModelNode around : inner.around()) {
      if (around.plan() instanceof ChainModelPlan.Retry) {
        return attempt.number > 1;
      }
      if (around.plan() instanceof ChainModelPlan.FanOut || !around.child(0).equals(inner)) {
        return false;
      }
      inner = around;
    }
    return false;
  }

  private void attempts(ChainModelAttempt attempt) {
    ChainModelNode node = attempt.leaf.node();
    long calls = attempt.export.attempts(node).count();
    check(calls < node.maxCalls(), attempt, "more often than all retries allow");
    int most =
        node.around().stream()
            .filter(around -> around.plan() instanceof ChainModelPlan.Retry)
            .findFirst()
            .map(around -> ((ChainModelPlan.Retry) around.plan()).maxAttempts())
            .orElse(1);
    check(
        attempt.number >= 1 && attempt.number <= most,
        attempt,
        () -> "as attempt " + attempt.number);
  }

  /** Delays, limits, and what is left of them. */
  private void times(ChainModelAttempt attempt) {
    ChainModelNode node = attempt.leaf.node();
    node.timeouts(node.around())
        .forEach(
            millis ->
                check(
                    attempt
                        .context
                        .remaining()
                        .filter(left -> left.compareTo(Duration.ofMillis(millis)) <= 0)
                        .isPresent(),
                    attempt,
                    () -> "without being told of its limit of " + millis + " ms"));
    ChainModelPlan.Retry retry = onlyRetryAround(node);
    Optional<ChainModelAttempt> before =
        attempt.export.attempts(node).reduce((earlier, later) -> later);
    if (retry == null || before.isEmpty()) {
      return;
    }
    check(
        attempt.number == before.get().number + 1,
        attempt,
        () -> "as attempt " + attempt.number + " after " + before.get().number);
    if (before.get().known) {
      long waited = attempt.begun - before.get().answeredAt();
      ExportResult answer = before.get().result();
      Duration asked = answer == null ? Duration.ZERO : answer.retryAfter().orElse(Duration.ZERO);
      Duration wanted =
          asked.compareTo(ChainModelNode.maxServerDelay()) > 0
              ? ChainModelNode.maxServerDelay()
              : asked;
      long least = Math.max(wanted.toMillis(), retry.backoffMillis()) * MILLIS;
      check(waited >= least, attempt, () -> "after " + Duration.ofNanos(waited));
    }
    if (retry.maxElapsedMillis() > 0 && model.executor.isDirect()) {
      long begun = attempt.export.attempts(node).findFirst().orElseThrow().begun;
      check(
          attempt.begun - begun <= retry.maxElapsedMillis() * MILLIS,
          attempt,
          "later than maxElapsed");
    }
  }

  /** The retry of a leaf if there is one, with nothing but timeouts in between and around it. */
  private static ChainModelPlan.@Nullable Retry onlyRetryAround(ChainModelNode node) {
    ChainModelPlan.Retry found = null;
    for (ChainModelNode around : node.around()) {
      if (around.plan() instanceof ChainModelPlan.Retry retry) {
        if (found != null) {
          return null;
        }
        found = retry;
      } else if (!(around.plan() instanceof ChainModelPlan.Timeout) && found == null) {
        return null;
      }
    }
    return found;
  }

  /** What is settled in a leg is not sent again there. */
  private void resent(ChainModelAttempt attempt) {
    ChainModelNode node = attempt.leaf.node();
    if (node.isInRetriedFanOut()) {
      return;
    }
    List<ChainModelNode> around = node.aroundInLeg();
    boolean takesRefused =
        node.domain()
            .all()
            .anyMatch(
                one ->
                    one.plan() instanceof ChainModelPlan.Fallback fallback
                        && fallback.policy().takesRefused());
    for (ChainModelAttempt before : attempt.export.attempts) {
      if (!before.known || !before.leaf.node().domain().equals(node.domain())) {
        continue;
      }
      check(!meet(attempt.given, before.delivered), attempt, () -> "what " + before + " delivered");
      if (before.leaf.equals(attempt.leaf)) {
        check(
            !meet(attempt.given, before.refused) || isRetryAroundFallback(around),
            attempt,
            "what it had refused");
      }
      if (!takesRefused || !before.answer.named()) {
        check(!meet(attempt.given, before.refused), attempt, () -> "what " + before + " refused");
      }
    }
  }

  private static boolean isRetryAroundFallback(List<ChainModelNode> around) {
    boolean fallback = false;
    for (ChainModelNode node : around) {
      if (fallback && node.plan() instanceof ChainModelPlan.Retry) {
        return true;
      }
      fallback |= node.plan() instanceof ChainModelPlan.Fallback;
    }
    return false;
  }

  /** A listener is told a result. */
  void told(String leg, Batch batch, ExportResult result) {
    ChainModelExport export = model.exportOf(batch);
    if (export == null) {
      return;
    }
    ChainModelNode node = legRoot(leg);
    export.told.add(new ChainModelExport.Told(leg, batch, result));
    check(
        export.given, export, () -> "was told to a listener by " + leg + " which was not given it");
    if (!node.isInRetriedFanOut()) {
      check(export.told(leg).size() == 1, export, () -> "was told twice by " + leg);
    }
    timedOut(node, export, result);
    sums.told(node, export, batch, result);
  }

  /** A timeout is RETRYABLE, whatever an exporter makes of its cancellation. */
  private void timedOut(ChainModelNode leg, ChainModelExport export, ExportResult result) {
    boolean alone =
        leg.plan() instanceof ChainModelPlan.Timeout
            && leg.child(0).plan() instanceof ChainModelPlan.Leaf
            && leg.timeouts(leg.around()).findAny().isEmpty();
    boolean disturbed = export.cancelled || model.shutdownAt >= 0 || model.killed;
    if (alone && !disturbed && !result.isDelivered()) {
      // The last one: a retry around a fan-out gives a leg its batch again.
      export
          .attempts(leg)
          .reduce((earlier, later) -> later)
          .filter(attempt -> attempt.context.isCancelled())
          .ifPresent(
              attempt ->
                  check(
                      result.status() == Status.RETRYABLE, attempt, () -> "timed out: " + result));
    }
  }

  private ChainModelNode legRoot(String leg) {
    return model
        .root
        .all()
        .filter(node -> node.isLegRoot() && node.leg().equals(leg))
        .findFirst()
        .orElseThrow(() -> new AssertionError("there is no leg " + leg));
  }

  /** A promise of an export is done. */
  void completed(ChainModelExport export, @Nullable Throwable failure) {
    check(export.completions == 1, export, "ended twice");
    if (failure != null) {
      check(export.futureCancelled, export, () -> "ended exceptionally: " + failure);
      return;
    }
    ExportResult result = export.result;
    if (result == null) {
      check(false, export, "ended without a result");
      return;
    }
    if (export.vmError) {
      return;
    }
    if (export.given) {
      sums.ended(export, result);
    } else if (model.shutdownAt >= 0) {
      check(
          result.status() == Status.SHUTDOWN,
          export,
          () -> "came after shutdown and got " + result);
    } else if (!model.root.signals().contains(export.batch.signal())) {
      check(result.status() == Status.PERMANENT, export, () -> "is not carried and got " + result);
    } else if (export.batch.itemCount() == 0) {
      check(result.status() == Status.SUCCESS, export, () -> "is empty and got " + result);
    } else {
      check(result.status() == Status.RETRYABLE, export, () -> "had no time and got " + result);
    }
    if (isPlain(model.root)) {
      fanOut(export, result);
    }
  }

  private static boolean isPlain(ChainModelNode node) {
    return node.plan() instanceof ChainModelPlan.FanOut;
  }

  /** The result of an outermost fan-out: as the documentation of {@link Join} says. */
  private void fanOut(ChainModelExport export, ExportResult result) {
    if (!export.given) {
      return;
    }
    Optional<Status> wanted = joined(export);
    boolean cutOff =
        model.shutdownAt >= 0
            && result.status() == Status.SHUTDOWN
            && wanted.filter(status -> status == Status.RETRYABLE).isPresent();
    check(
        cutOff || wanted.filter(status -> status == result.status()).isPresent(),
        export,
        () -> "got " + result.status() + " where " + wanted + " is right");
    Set<String> answered =
        export.told.stream()
            .map(ChainModelExport.Told::leg)
            .filter(leg -> isOutermostLeg(leg))
            .collect(Collectors.toSet());
    Set<String> named = result.legs().stream().map(Leg::name).collect(Collectors.toSet());
    // The others may have answered since.
    boolean all = ((ChainModelPlan.FanOut) model.root.plan()).wanted() == 0;
    check(
        all ? named.equals(answered) : answered.containsAll(named),
        export,
        () -> "names " + named + " of " + answered);
  }

  private boolean isOutermostLeg(String leg) {
    return model.root.children().stream().anyMatch(child -> child.leg().equals(leg));
  }

  /** What an outermost fan-out has to answer by what its legs have said; empty for nothing yet. */
  private Optional<Status> joined(ChainModelExport export) {
    int wanted = ((ChainModelPlan.FanOut) model.root.plan()).wanted();
    List<ChainModelNode> carriers = model.root.carriers(export.batch.signal());
    List<Status> all = new ArrayList<>();
    List<Status> acknowledged = new ArrayList<>();
    for (ChainModelNode leg : carriers) {
      for (ExportResult result : export.told(leg.leg())) {
        all.add(result.status());
        if (leg.delivery() == Delivery.ACKNOWLEDGED) {
          acknowledged.add(result.status());
        }
      }
    }
    boolean last = all.size() == carriers.size();
    if (wanted == 0) {
      return last ? all.stream().max(Comparator.naturalOrder()) : Optional.empty();
    }
    if (acknowledged.stream().filter(status -> status == Status.SUCCESS).count() >= wanted) {
      return Optional.of(Status.SUCCESS);
    }
    if (!last) {
      return Optional.empty();
    }
    long settled =
        acknowledged.stream().filter(status -> status.compareTo(Status.PARTIAL) <= 0).count();
    return settled >= wanted
        ? Optional.of(Status.PARTIAL)
        : acknowledged.stream().max(Comparator.naturalOrder());
  }

  /** A promise of a flush is done. */
  void flushed(
      ChainModel.Flushing flushing, @Nullable ExportResult result, @Nullable Throwable failure) {
    model.trace("flushed with " + (failure == null ? result : failure));
    if (failure != null || result == null) {
      model.violation("a flush ended with " + failure);
      return;
    }
    if (closed) {
      return;
    }
    for (ChainModelExport export : flushing.awaited()) {
      check(export.isDone(), export, "is under way, but a flush ended");
      truthful("a flush", result, export);
    }
    if (!model.root.hasFanOut()) {
      return;
    }
    for (ChainModelExport export : flushing.awaited()) {
      missingLegs(export)
          .forEach(
              leg -> check(false, export, () -> "is under way in " + leg + ", but a flush ended"));
    }
  }

  /** The outermost legs that have not told a listener of an export that they have. */
  private Stream<String> missingLegs(ChainModelExport export) {
    Stream<ChainModelNode> legs =
        isPlain(model.root)
            ? model.root.carriers(export.batch.signal()).stream()
            : Stream.of(model.root);
    return export.given && !export.vmError
        ? legs.map(ChainModelNode::leg).filter(leg -> export.told(leg).isEmpty())
        : Stream.empty();
  }

  private void truthful(String who, ExportResult said, ChainModelExport export) {
    ExportResult result = export.result;
    if (result != null && !export.vmError) {
      check(
          said.status().compareTo(result.status()) >= 0,
          export,
          () -> "ended with " + result.status() + ", but " + who + " says " + said.status());
    }
  }

  /** A promise of a shutdown is done. */
  void closed(@Nullable ExportResult result, @Nullable Throwable failure) {
    closed = true;
    if (failure != null || result == null) {
      model.violation("a shutdown ended with " + failure);
      return;
    }
    model.awaitedByShutdown.forEach(export -> truthful("the shutdown", result, export));
  }

  void answered(ChainModelAttempt attempt) {
    primaries.answered(attempt);
  }

  /** A listener is told of another attempt. */
  void retries(Batch batch) {
    check(model.shutdownAt < 0, batch, "is to be sent again although the chain is closing");
  }

  void changed(ChainModel.Changed change) {
    primaries.changed(change);
  }

  // What is looked at between steps.

  void afterStep() {
    model.exports.forEach(this::afterStep);
    for (ChainModelLeaf leaf : model.leaves) {
      check(leaf.shutdowns() <= 1, leaf, "was shut down twice");
      leaf.attempts.forEach(this::afterStep);
    }
    model.encodings.forEach(
        (batch, runs) ->
            runs.forEach(
                (format, count) ->
                    check(count == 1, batch, () -> "was encoded " + count + " times")));
    primaries.afterStep();
    shutdown();
    idle();
  }

  private void afterStep(ChainModelExport export) {
    if (export.future == null) {
      check(export.vmError && export.threw, export, "threw");
      return;
    }
    if (export.cancelled) {
      check(export.isDone(), export, "was cancelled and has not ended");
    }
    if (!export.isDone()) {
      check(export.given, export, "had to be answered at once");
      if (!model.killed) {
        outermostTimeouts()
            .forEach(
                millis ->
                    check(
                        model.now() < export.begun + millis * MILLIS,
                        export,
                        "is older than the timeout around it"));
      }
    }
    if (isPlain(model.root) && export.given && !export.vmError && !export.futureCancelled) {
      check(
          export.isDone() == joined(export).isPresent(),
          export,
          () -> "is " + (export.isDone() ? "" : "not ") + "done; the legs said " + export.told);
    }
    if (export.isDone() && !model.root.mayRunOn()) {
      missingLegs(export).forEach(leg -> check(false, export, () -> "was not told by " + leg));
    }
  }

  private Stream<Integer> outermostTimeouts() {
    List<Integer> millis = new ArrayList<>();
    ChainModelNode node = model.root;
    while (node.plan() instanceof ChainModelPlan.Timeout timeout) {
      millis.add(timeout.millis());
      node = node.child(0);
    }
    return millis.stream();
  }

  private void afterStep(ChainModelAttempt attempt) {
    if (attempt.isAnswered()) {
      return;
    }
    boolean cancelled = attempt.context.isCancelled();
    ChainModelNode node = attempt.leaf.node();
    if (!model.killed) {
      node.timeouts(node.aroundInLeg())
          .forEach(
              millis ->
                  check(
                      cancelled || model.now() < attempt.begun + millis * MILLIS,
                      attempt,
                      "has timed out and was not cancelled"));
    }
    if (!model.root.mayRunOn() && attempt.export.isDone() && !attempt.export.vmError) {
      check(cancelled, attempt, "is under way after its export, and was not cancelled");
    }
    long gaveUp = fallbackTakesOver(node);
    if (!model.killed && !model.root.mayRunOn() && attempt.begun < gaveUp) {
      check(
          cancelled || model.now() < gaveUp,
          attempt,
          "is under way in the part of the grace that is kept for the fallback");
    }
    check(cancelled || !closed, attempt, "is under way after shutdown, and was not cancelled");
  }

  /** When a primary is cancelled because the chain closes; never if it is none. */
  private long fallbackTakesOver(ChainModelNode leaf) {
    boolean primary = false;
    ChainModelNode inner = leaf;
    for (ChainModelNode around : leaf.around()) {
      primary |= around.plan() instanceof ChainModelPlan.Fallback && around.child(0).equals(inner);
      inner = around;
    }
    if (!primary || model.shutdownAt < 0 || model.graceMillis == 0) {
      return Long.MAX_VALUE;
    }
    long grace = model.graceMillis * MILLIS;
    return model.shutdownAt + grace - Math.min(grace / 5, MAX_RESERVE.toNanos());
  }

  private void shutdown() {
    if (model.shutdownAt < 0) {
      return;
    }
    if (model.executor.isDirect() && model.executor.lost() == 0) {
      model.exports.forEach(this::isUnderWay);
    }
    long graceEnds = model.shutdownAt + model.graceMillis * MILLIS;
    boolean noGrace = model.killed || model.now() >= graceEnds;
    if (noGrace) {
      for (ChainModelExport export : model.exports) {
        check(export.isDone(), export, "has not ended with the grace");
      }
    }
    boolean late = model.killed || model.now() >= graceEnds + CLOSING.toNanos();
    if (late) {
      check(closed, model.root, "is not shut down");
    }
    if (closed) {
      for (ChainModelExport export : model.exports) {
        check(export.isDone(), export, "has not ended with the chain");
      }
      model.flushes.forEach(
          flush -> check(flush.done().isDone(), model.root, "is shut down, but not a flush"));
      model.shutdowns.forEach(
          done -> check(done.isDone(), model.root, "is shut down, but one was not told"));
    }
  }

  /** Nothing is kept for what is over. */
  private void idle() {
    boolean open = model.exports.stream().anyMatch(export -> !export.isDone());
    if (open || (model.shutdownAt >= 0 && !closed)) {
      return;
    }
    int inFlight = leftovers.inFlight(model.chain());
    // After a VirtualMachineError the legs before the one that threw it run on.
    if (!model.root.mayRunOn() && model.exports.stream().noneMatch(export -> export.threw)) {
      check(
          inFlight == 0, model.root, () -> "has " + inFlight + " in flight, but no export is open");
    }
    if (inFlight > 0) {
      return;
    }
    check(
        model.time.pending() == 0,
        model.root,
        () -> "has left " + model.time.pending() + " timers");
    List<String> left = leftovers.find(model.chain(), flushesOpen());
    check(left.isEmpty(), model.root, () -> "has left " + left);
    check(
        leftovers.kept(model.shared) == 0,
        model.root,
        () -> "has left " + leftovers.kept(model.shared) + " callbacks in a context");
  }

  private boolean flushesOpen() {
    return model.flushes.stream().anyMatch(flush -> !flush.done().isDone());
  }

  /** A chain that closes waits for leaves, and not for time to pass. */
  private void isUnderWay(ChainModelExport export) {
    List<ChainModelAttempt> open =
        export.attempts.stream().filter(attempt -> !attempt.isAnswered()).toList();
    missingLegs(export)
        .map(this::legRoot)
        .filter(leg -> open.stream().noneMatch(one -> leg.leaves().contains(one.leaf)))
        .forEach(leg -> check(false, export, () -> "only waits in " + leg + " while it closes"));
  }

  /** The grace is over, and the time to close. */
  void shutDown() {
    check(closed, model.root, "is not shut down");
    Set<ExportResult> results = new HashSet<>();
    for (var done : model.shutdowns) {
      if (done.isDone()) {
        results.add(done.join());
      }
    }
    check(results.size() <= 1, model.root, () -> "shut down with " + results);
  }

  /** Everything has ended, late answers too. */
  void atTheEnd() {
    for (ChainModelLeaf leaf : model.leaves) {
      check(leaf.shutdowns() == 1, leaf, () -> "was shut down " + leaf.shutdowns() + " times");
    }
    Map<ChainModelExport, Map<String, Integer>> told = new HashMap<>();
    for (ChainModelExport export : model.exports) {
      missingLegs(export).forEach(leg -> check(false, export, () -> "was never told by " + leg));
      Map<String, Integer> counts = told.computeIfAbsent(export, key -> new HashMap<>());
      export.told.forEach(one -> counts.merge(one.leg(), 1, Integer::sum));
      if (!export.vmError) {
        model.root.all().filter(ChainModelRules::isPlain).forEach(one -> together(one, export));
      }
    }
    sums.atTheEnd();
  }

  /** Legs of one fan-out are told of the same batches. */
  private void together(ChainModelNode fanOut, ChainModelExport export) {
    Set<Integer> counts =
        fanOut.carriers(export.batch.signal()).stream()
            .map(leg -> export.told(leg.leg()).size())
            .collect(Collectors.toSet());
    check(counts.size() <= 1, export, () -> "was told by the legs of " + fanOut + " " + counts);
  }

  private void check(boolean right, Object what, String wrong) {
    if (!right) {
      model.violation(what + " " + wrong);
    }
  }

  private void check(boolean right, Object what, Supplier<String> wrong) {
    if (!right) {
      check(false, what, wrong.get());
    }
  }

  static boolean meet(Set<Integer> one, Set<Integer> other) {
    return one.stream().anyMatch(other::contains);
  }
}
