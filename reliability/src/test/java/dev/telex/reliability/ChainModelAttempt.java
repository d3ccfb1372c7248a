/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One call of a leaf: what it was given, and what it really did with it. */
final class ChainModelAttempt {

  final ChainModelLeaf leaf;
  final ChainModelExport export;
  final Batch batch;
  final ExportContext context;
  final ChainModelAnswer answer;
  final long begun;
  final int number;

  /** Numbers of items of the export. */
  final Set<Integer> given = new HashSet<>();

  final Set<Integer> delivered = new HashSet<>();
  final Set<Integer> refused = new HashSet<>();

  private final ChainModel model;
  private final CompletableFuture<@Nullable ExportResult> stage = new CompletableFuture<>();

  private boolean answered;
  private long answeredAt;
  private @Nullable ExportResult result;
  private @Nullable Throwable failure;

  /** Whether the answer arrived in time, so that the chain has to believe it. */
  boolean known;

  /** Whether a listener was told a result that this is part of. */
  boolean told;

  ChainModelAttempt(
      ChainModel model,
      ChainModelLeaf leaf,
      ChainModelExport export,
      Batch batch,
      ExportContext context,
      ChainModelAnswer answer) {
    this.model = model;
    this.leaf = leaf;
    this.export = export;
    this.batch = batch;
    this.context = context;
    this.answer = answer;
    this.begun = model.now();
    this.number = context.attempt();
    given.addAll(model.itemsOf(batch));
  }

  CompletableFuture<@Nullable ExportResult> stage() {
    return stage;
  }

  boolean isAnswered() {
    return answered;
  }

  long answeredAt() {
    return answeredAt;
  }

  @Nullable ExportResult result() {
    return result;
  }

  @Nullable Throwable failure() {
    return failure;
  }

  /** Whether the model may let it answer. */
  boolean isHeld() {
    return !answered && answer.when() != ChainModelAnswer.When.NEVER;
  }

  /** Answers, unless it has. */
  void answer() {
    if (!answered) {
      decide();
      complete();
    }
  }

  void cancelled() {
    if (answered) {
      return;
    }
    switch (answer.when()) {
      case UNLESS_ABORTED -> {
        ended();
        result = ExportResult.retryable("aborted").withOutcomeUnknown();
        model.answers(this);
        complete();
      }
      case WHEN_CANCELLED -> answer();
      case THROWS_WHEN_CANCELLED -> {
        answer();
        throw new IllegalStateException("the model's onCancel throws");
      }
      case NOW, LATER, NEVER -> {}
    }
  }

  /** Answers for itself before it is asked what to answer. */
  void fail(ExportResult with) {
    ended();
    result = with;
    model.answers(this);
  }

  /** Decides on the answer, and does what it says. */
  void decide() {
    ended();
    switch (answer.kind()) {
      case SUCCESS -> {
        delivered.addAll(given);
        result = ExportResult.success(batch);
      }
      case PARTIAL -> {
        BitSet bad = chosen(0, batch.itemCount());
        deliverAllBut(bad);
        result = withRefused(ExportResult.partial(batch, rejections(bad)), bad);
      }
      case REMAINDER -> {
        BitSet again = chosen(0, batch.itemCount());
        if (again.isEmpty()) {
          again.set(0);
        }
        BitSet bad = chosen(4, batch.itemCount());
        bad.andNot(again);
        BitSet settled = (BitSet) again.clone();
        settled.or(bad);
        deliverAllBut(settled);
        refused.clear();
        bad.stream().forEach(index -> refused.add(item(index)));
        List<Rejection> why = bad.isEmpty() ? List.of() : rejections(bad);
        result =
            later(
                withRefused(ExportResult.retryable(batch, batch.retain(again), why, "some"), bad));
      }
      case EMPTY_REMAINDER -> {
        delivered.addAll(given);
        Batch none = batch.retain(new BitSet());
        result = later(ExportResult.retryable(batch, none, List.of(), "nothing is left"));
      }
      case FOREIGN_REMAINDER -> {
        delivered.addAll(given);
        known = false;
        Batch foreign = model.foreign(batch.signal());
        result = later(ExportResult.retryable(batch, foreign, List.of(), "others"));
      }
      case REJECTS_TOO_MANY -> {
        refused.addAll(given);
        result =
            ExportResult.partial(
                batch, List.of(new Rejection(batch.itemCount() + 3, "more than there are")));
      }
      case RETRYABLE -> result = later(ExportResult.retryable("busy"));
      case PERMANENT -> result = ExportResult.permanent("bad");
      case SHUTDOWN -> result = ExportResult.shutdown("gone");
      case LOST -> {
        known = false;
        chosen(0, batch.itemCount()).stream().forEach(index -> delivered.add(item(index)));
        failure = new IOException("the answer is lost");
      }
      case NOT_REACHED -> failure = new ConnectException("nobody is there");
      case THROW -> failure = new IllegalStateException("the model's leaf throws");
      case ERROR -> failure = new AssertionError("the model's leaf throws an Error");
      case VM_ERROR -> failure = new InternalError("the model's leaf breaks the machine");
      case NULL_STAGE, NULL_RESULT -> {}
    }
    model.answers(this);
  }

  void complete() {
    model.trace(this + " answers " + (failure == null ? result : failure));
    if (failure != null) {
      stage.completeExceptionally(failure);
    } else {
      stage.complete(result);
    }
  }

  private void ended() {
    answered = true;
    answeredAt = model.now();
    known = !context.isCancelled();
  }

  private BitSet chosen(int shift, int items) {
    BitSet chosen = new BitSet();
    for (int i = 0; i < items; i++) {
      chosen.set(i, answer.chooses(i + shift));
    }
    return chosen;
  }

  private void deliverAllBut(BitSet others) {
    for (int i = 0; i < batch.itemCount(); i++) {
      (others.get(i) ? refused : delivered).add(item(i));
    }
  }

  private int item(int index) {
    return model.itemsOf(batch).get(index);
  }

  private ExportResult withRefused(ExportResult of, BitSet bad) {
    return answer.named() && !bad.isEmpty() ? of.withRefused(batch.retain(bad)) : of;
  }

  private ExportResult later(ExportResult of) {
    return answer.retryAfterMillis() == 0
        ? of
        : of.withRetryAfter(Duration.ofMillis(answer.retryAfterMillis()));
  }

  private static List<Rejection> rejections(BitSet bad) {
    return List.of(new Rejection(bad.cardinality(), bad.isEmpty() ? "a warning" : "bad"));
  }

  @Override
  public String toString() {
    return leaf.name() + "(" + export + given + ")";
  }
}
