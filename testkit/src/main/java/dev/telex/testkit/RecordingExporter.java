/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An exporter that remembers what it was given and answers as it is told: success, unless an answer
 * was queued. A stand-in for the exporter inside a decorator, or behind a pipeline.
 *
 * <p>Safe for use by several threads.
 *
 * <pre>{@code
 * RecordingExporter backend =
 *     RecordingExporter.named("backend").thenAnswer(ExportResult.retryable("busy"));
 * backend.export(batch, context); // RETRYABLE
 * backend.export(batch, context); // SUCCESS
 * }</pre>
 */
public final class RecordingExporter implements Exporter {

  /** Answers one export; may throw or return null, to see what its caller makes of that. */
  @FunctionalInterface
  public interface Answer {
    /** The stage that {@link Exporter#export} returns. */
    @Nullable CompletionStage<ExportResult> answer(Call call);
  }

  /**
   * One export that was asked for.
   *
   * @param batch what was given
   * @param context with what context
   * @param attempt the attempt at that moment
   * @param held completes the export's stage, if it was held
   */
  public record Call(
      Batch batch, ExportContext context, int attempt, CompletableFuture<ExportResult> held) {}

  private final String name;
  private final Object lock = new Object();
  private final List<Call> calls = new ArrayList<>();
  private final Queue<Answer> answers = new ArrayDeque<>();
  private Answer otherwise = call -> ExportResult.success(call.batch()).completed();
  private Set<Signal> signals = EnumSet.allOf(Signal.class);
  private Delivery delivery = Delivery.ACKNOWLEDGED;
  private MetricPreferences metricPreferences = MetricPreferences.cumulative();
  private int flushes;
  private int shutdowns;

  private RecordingExporter(String name) {
    this.name = name;
  }

  /** An exporter of all signals that answers with success. */
  public static RecordingExporter named(String name) {
    return new RecordingExporter(name);
  }

  /** Carries only these signals; call it before the first export. */
  public RecordingExporter carrying(Signal first, Signal... more) {
    signals = EnumSet.of(first, more);
    return this;
  }

  /** With another delivery. */
  public RecordingExporter delivering(Delivery kind) {
    delivery = kind;
    return this;
  }

  /** With other metric preferences. */
  public RecordingExporter preferring(MetricPreferences preferences) {
    metricPreferences = preferences;
    return this;
  }

  /** Queues these answers, in order. */
  public RecordingExporter thenAnswer(ExportResult... results) {
    for (ExportResult result : results) {
      then(call -> result.completed());
    }
    return this;
  }

  /** Queues an answer that depends on the batch. */
  public RecordingExporter thenAnswer(Function<Batch, ExportResult> result) {
    return then(call -> result.apply(call.batch()).completed());
  }

  /** Queues an answer that comes when the test completes {@link Call#held}; never by itself. */
  public RecordingExporter thenHold() {
    return then(Call::held);
  }

  /** Queues an answer that comes when the export is cancelled, as from a well-behaved exporter. */
  public RecordingExporter thenHoldUntilCancelled() {
    return then(
        call -> {
          call.context()
              .onCancel(
                  () ->
                      call.held()
                          .complete(ExportResult.retryable("cancelled").withOutcomeUnknown()));
          return call.held();
        });
  }

  /** Queues any answer. */
  public RecordingExporter then(Answer answer) {
    synchronized (lock) {
      answers.add(answer);
    }
    return this;
  }

  /** The answer when none is queued. */
  public RecordingExporter otherwise(Answer answer) {
    synchronized (lock) {
      otherwise = answer;
    }
    return this;
  }

  /** The exports that were asked for so far, in order. */
  public List<Call> calls() {
    synchronized (lock) {
      return List.copyOf(calls);
    }
  }

  /** The batches of {@link #calls()}. */
  public List<Batch> batches() {
    return calls().stream().map(Call::batch).toList();
  }

  /** How often {@link #flush()} was called. */
  public int flushes() {
    synchronized (lock) {
      return flushes;
    }
  }

  /** How often {@link #shutdown} was called. */
  public int shutdowns() {
    synchronized (lock) {
      return shutdowns;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Signal> signals() {
    return signals;
  }

  @Override
  public Delivery delivery() {
    return delivery;
  }

  @Override
  public MetricPreferences metricPreferences() {
    return metricPreferences;
  }

  /** Answers as told; a queued answer may throw or return null. */
  // What an answer does wrong must reach the caller as it is: that is what it is for.
  @SuppressWarnings("NullAway")
  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    Call call = new Call(batch, context, context.attempt(), new CompletableFuture<>());
    Answer answer;
    synchronized (lock) {
      if (shutdowns > 0) {
        return ExportResult.shutdown(name + " is shut down").completed();
      }
      calls.add(call);
      Answer queued = answers.poll();
      answer = queued == null ? otherwise : queued;
    }
    return answer.answer(call);
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    synchronized (lock) {
      flushes++;
    }
    return ExportResult.success().completed();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    synchronized (lock) {
      shutdowns++;
    }
    return ExportResult.success().completed();
  }

  @Override
  public String toString() {
    return name;
  }
}
