/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import dev.telex.testkit.SampleBatches;
import dev.telex.testkit.VirtualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Runs steps on a chain of faulty leaves, in virtual time and on one thread, and keeps the books of
 * everything that happens. {@link ChainModelRules} judges them after every step.
 */
final class ChainModel implements ExportListener {

  /** A flush, and which exports it has to wait for. */
  record Flushing(CompletableFuture<ExportResult> done, List<ChainModelExport> awaited) {}

  /** A primary was passed over, probed or used again. */
  record Changed(String primary, PrimaryState state, long at) {}

  private static final long MILLIS = 1_000_000;

  final VirtualScheduler time = new VirtualScheduler();
  final ChainModelExecutor executor;
  final ChainModelNode root;
  final DeliveryStats stats = new DeliveryStats();
  final List<ChainModelLeaf> leaves = new ArrayList<>();
  final List<ChainModelExport> exports = new ArrayList<>();
  final List<Flushing> flushes = new ArrayList<>();
  final List<CompletableFuture<ExportResult>> shutdowns = new ArrayList<>();
  final List<ChainModelExport> awaitedByShutdown = new ArrayList<>();
  final List<Changed> changes = new ArrayList<>();
  final IdentityHashMap<Batch, Map<Integer, Integer>> encodings = new IdentityHashMap<>();
  final CancellableContext shared = CancellableContext.create();

  private final ChainModelSetup setup;
  private final ChainModelRules rules;
  private final IdentityHashMap<Object, Integer> items = new IdentityHashMap<>();
  private final Map<Integer, ChainModelExport> exportOfItem = new HashMap<>();
  private final Map<Signal, Batch> foreign = new HashMap<>();
  private final ChainModelEncoding[] formats = new ChainModelEncoding[3];
  private final List<String> trace = new ArrayList<>();
  private final List<String> violations = new ArrayList<>();
  private int legs;
  private @Nullable Exporter chain;

  /** When the shutdown began; negative before. */
  long shutdownAt = -1;

  long graceMillis;
  boolean killed;

  ChainModel(ChainModelSetup setup) {
    this.setup = setup;
    this.executor = new ChainModelExecutor(setup.queued());
    this.root = new ChainModelNode(setup.plan(), this);
    this.rules = new ChainModelRules(this);
    for (int i = 0; i < formats.length; i++) {
      formats[i] = new ChainModelEncoding(i, this::encoded);
    }
  }

  /** Builds the chain; false if it is refused as it has to be. */
  boolean build() {
    ExporterChain plan =
        root.chain()
            .named("chain")
            .scheduler(time, time::nanoTime)
            .executor(executor)
            .listener(this)
            .listener(stats);
    try {
      chain = plan.build();
    } catch (IllegalArgumentException e) {
      rules.refused(e);
      return false;
    }
    rules.built();
    return true;
  }

  Exporter chain() {
    if (chain == null) {
      throw new IllegalStateException("no chain was built");
    }
    return chain;
  }

  /** Runs steps, and then a shutdown to its end. */
  void run(List<ChainModelStep> steps) {
    if (!build()) {
      return;
    }
    try {
      steps.forEach(this::step);
      finish();
    } catch (RuntimeException | AssertionError e) {
      throw new AssertionError(e + "\nin " + root + "\n  " + String.join("\n  ", trace) + "\n", e);
    }
  }

  private void step(ChainModelStep step) {
    trace("- " + step);
    try {
      apply(step);
    } catch (InternalError e) {
      // It goes through, and whoever throws it has told us.
      trace("went through: " + e);
    }
    rules.afterStep();
    complain();
  }

  private void apply(ChainModelStep step) {
    if (step instanceof ChainModelStep.Export export) {
      export(export);
    } else if (step instanceof ChainModelStep.Flush) {
      flush();
    } else if (step instanceof ChainModelStep.Shutdown shutdown) {
      shutdown(shutdown.graceMillis());
    } else if (step instanceof ChainModelStep.CancelContext cancel) {
      cancelContext(cancel.export());
    } else if (step instanceof ChainModelStep.CancelFuture cancel) {
      cancelFuture(cancel.export());
    } else if (step instanceof ChainModelStep.Advance advance) {
      time.advance(
          advance.millis() == 0
              ? time.untilNext().orElse(Duration.ZERO)
              : Duration.ofMillis(advance.millis()));
    } else if (step instanceof ChainModelStep.Answer answer) {
      List<ChainModelAttempt> held = held();
      if (!held.isEmpty()) {
        held.get(answer.held() % held.size()).answer();
      }
    } else if (step instanceof ChainModelStep.RunTasks tasks) {
      executor.run(tasks.count());
    } else if (step instanceof ChainModelStep.RejectTask) {
      executor.rejectNext();
    } else if (step instanceof ChainModelStep.DropTask) {
      executor.dropNext();
    } else if (step instanceof ChainModelStep.KillScheduler kill && shutdownAt < 0) {
      killed = true;
      if (kill.now()) {
        time.shutdownNow();
      } else {
        time.shutdown();
      }
    }
  }

  private void finish() {
    if (shutdownAt < 0) {
      step(new ChainModelStep.Shutdown(setup.graceMillis()));
    }
    long graceEnds = shutdownAt + graceMillis * MILLIS;
    long part = Math.max(0, graceEnds - now()) / 10;
    for (int i = 1; i <= 10; i++) {
      trace("- part " + i + " of the grace");
      time.advance(Duration.ofNanos(i < 10 ? part : Math.max(0, graceEnds - now())));
      rules.afterStep();
      complain();
    }
    step(new ChainModelStep.Advance(1_000));
    trace("- whatever is late");
    rules.shutDown();
    for (int i = 0; i < 1_000 && executor.waiting() > 0; i++) {
      step(new ChainModelStep.RunTasks(10));
    }
    while (!held().isEmpty()) {
      step(new ChainModelStep.Answer(0));
    }
    step(new ChainModelStep.Export(Signal.TRACES, 1, ChainModelStep.Caller.OWN_CONTEXT, 0));
    step(new ChainModelStep.Advance(3_600_000));
    rules.atTheEnd();
    complain();
  }

  private void export(ChainModelStep.Export step) {
    Batch batch =
        step.signal() == Signal.TRACES
            ? SampleBatches.spans(step.size())
            : SampleBatches.logs(step.size());
    ExportContext context = context(step);
    boolean given =
        shutdownAt < 0
            && root.signals().contains(step.signal())
            && step.size() > 0
            && !context.isCancelled()
            && context.remaining().filter(Duration::isZero).isEmpty();
    ChainModelExport export = new ChainModelExport(exports.size(), batch, context, now(), given);
    export.cancelled = context.isCancelled();
    exports.add(export);
    for (Object item : data(batch)) {
      items.put(item, items.size());
      exportOfItem.put(items.size() - 1, export);
    }
    CompletionStage<ExportResult> stage;
    try {
      stage = chain().export(batch, context);
    } catch (InternalError e) {
      export.threw = true;
      throw e;
    }
    if (stage == null) {
      violation("export " + export + " has no stage");
      return;
    }
    export.future = stage.toCompletableFuture();
    export.future.whenComplete((result, failure) -> completed(export, result, failure));
  }

  private void completed(
      ChainModelExport export, @Nullable ExportResult result, @Nullable Throwable failure) {
    export.completions++;
    export.result = result;
    trace(export + " ends with " + (failure == null ? result : failure));
    rules.completed(export, failure);
  }

  private ExportContext context(ChainModelStep.Export step) {
    return switch (step.caller()) {
      case OWN_CONTEXT -> CancellableContext.create();
      case SHARED_CONTEXT -> shared;
      case NO_CONTEXT -> ExportContext.none();
      case CANCELLED_CONTEXT -> {
        CancellableContext cancelled = CancellableContext.create();
        cancelled.cancel();
        yield cancelled;
      }
      case LIMITED_CONTEXT ->
          CancellableContext.childOf(
              CancellableContext.create(), Duration.ofMillis(step.limitMillis()), time::nanoTime);
    };
  }

  private void flush() {
    List<ChainModelExport> awaited = exports.stream().filter(one -> !one.isDone()).toList();
    CompletionStage<ExportResult> stage = chain().flush();
    if (stage == null) {
      violation("flush has no stage");
      return;
    }
    Flushing flushing = new Flushing(stage.toCompletableFuture(), awaited);
    flushes.add(flushing);
    flushing.done.whenComplete((result, failure) -> rules.flushed(flushing, result, failure));
  }

  private void shutdown(int millis) {
    if (shutdownAt < 0) {
      shutdownAt = now();
      graceMillis = millis;
      exports.stream().filter(one -> !one.isDone()).forEach(awaitedByShutdown::add);
    }
    CompletionStage<ExportResult> stage = chain().shutdown(Duration.ofMillis(millis));
    if (stage == null) {
      violation("shutdown has no stage");
      return;
    }
    CompletableFuture<ExportResult> done = stage.toCompletableFuture();
    shutdowns.add(done);
    done.whenComplete(
        (result, failure) -> {
          trace("shut down with " + (failure == null ? result : failure));
          rules.closed(result, failure);
        });
  }

  private void cancelContext(int index) {
    if (exports.isEmpty()) {
      return;
    }
    ExportContext context = exports.get(index % exports.size()).context;
    if (context instanceof CancellableContext known && context != ExportContext.none()) {
      exports.stream()
          .filter(one -> one.context == context && !one.isDone())
          .forEach(one -> one.cancelled = true);
      known.cancel();
    }
  }

  private void cancelFuture(int index) {
    if (exports.isEmpty()) {
      return;
    }
    ChainModelExport export = exports.get(index % exports.size());
    if (export.future != null && !export.isDone()) {
      export.futureCancelled = true;
      export.cancelled = true;
      export.future.cancel(true);
    }
  }

  private List<ChainModelAttempt> held() {
    return leaves.stream()
        .flatMap(leaf -> leaf.attempts.stream())
        .filter(ChainModelAttempt::isHeld)
        .toList();
  }

  // What leaves and the rules need.

  ChainModelLeaf leaf(ChainModelScript script, ChainModelNode node) {
    ChainModelLeaf leaf = new ChainModelLeaf("leaf" + leaves.size(), script, node, this);
    leaves.add(leaf);
    return leaf;
  }

  String legName() {
    return "leg" + legs++;
  }

  long now() {
    return time.nanoTime();
  }

  ChainModelEncoding encoding(int number) {
    return formats[number % formats.length];
  }

  /** Items that no export has. */
  Batch foreign(Signal signal) {
    return foreign.computeIfAbsent(
        signal, key -> key == Signal.LOGS ? SampleBatches.logs(2) : SampleBatches.spans(2));
  }

  /** The numbers of the items of a batch, in order; -1 of one that no export has. */
  List<Integer> itemsOf(Batch batch) {
    return data(batch).stream().map(item -> items.getOrDefault(item, -1)).toList();
  }

  /** The export that a leaf is given a part of. */
  @Nullable ChainModelExport exportOf(ChainModelLeaf leaf, Batch batch) {
    trace(leaf + ".export(" + itemsOf(batch) + ")");
    List<ChainModelExport> of =
        itemsOf(batch).stream().filter(exportOfItem::containsKey).map(exportOfItem::get).toList();
    if (of.size() < batch.itemCount() || of.stream().distinct().count() != 1) {
      violation(leaf + " was given " + batch + ", which is not a part of one export");
      return null;
    }
    return of.get(0);
  }

  void begins(ChainModelAttempt attempt) {
    rules.begins(attempt);
    attempt.leaf.attempts.add(attempt);
    attempt.export.attempts.add(attempt);
  }

  void answers(ChainModelAttempt attempt) {
    rules.answered(attempt);
  }

  void broke(ChainModelExport export) {
    export.vmError = true;
  }

  void trace(String line) {
    trace.add("t=" + now() / MILLIS + " " + line);
  }

  /** What has gone wrong; the leaf that saw it is called by code that would swallow a throw. */
  void violation(String what) {
    trace("VIOLATION " + what);
    violations.add(what);
  }

  private void complain() {
    if (!violations.isEmpty()) {
      throw new AssertionError(String.join("; ", violations));
    }
  }

  private void encoded(Batch batch, int format) {
    encodings.computeIfAbsent(batch, key -> new HashMap<>()).merge(format, 1, Integer::sum);
  }

  private static List<?> data(Batch batch) {
    return batch.signal() == Signal.TRACES ? batch.spans() : batch.logs();
  }

  // The listener.

  @Override
  public void onResult(String leg, Batch batch, ExportResult result) {
    trace("listener: " + leg + " " + itemsOf(batch) + " " + result);
    rules.told(leg, batch, result);
    disturb();
  }

  @Override
  public void onRetry(String leg, Batch batch, ExportResult failure, Duration delay) {
    trace("listener: " + leg + " retries " + itemsOf(batch) + " in " + delay);
    rules.retries(batch);
    disturb();
  }

  @Override
  public void onFallback(String leg, Batch batch, ExportResult failure) {
    trace("listener: " + leg + " hands over " + itemsOf(batch));
    disturb();
  }

  @Override
  public void onPrimaryState(String leg, String primary, PrimaryState state) {
    trace("listener: " + leg + " " + primary + " is " + state);
    rules.changed(new Changed(primary, state, now()));
    disturb();
  }

  private void disturb() {
    if (setup.badListener()) {
      throw new IllegalStateException("the model's listener throws");
    }
  }

  @Nullable ChainModelExport exportOf(Batch batch) {
    List<Integer> numbers = itemsOf(batch);
    return numbers.isEmpty() ? null : exportOfItem.get(numbers.get(0));
  }
}
