/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.EncodingException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A faulty exporter that keeps the books. */
final class ChainModelLeaf implements Exporter {

  final List<ChainModelAttempt> attempts = new ArrayList<>();

  private final String name;
  private final ChainModelScript script;
  private final ChainModelNode node;
  private final ChainModel model;
  private int shutdowns;
  private int calls;

  ChainModelLeaf(String name, ChainModelScript script, ChainModelNode node, ChainModel model) {
    this.name = name;
    this.script = script;
    this.node = node;
    this.model = model;
  }

  ChainModelNode node() {
    return node;
  }

  ChainModelScript script() {
    return script;
  }

  int shutdowns() {
    return shutdowns;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Signal> signals() {
    return script.signals();
  }

  @Override
  public Delivery delivery() {
    return script.delivery();
  }

  @Override
  @SuppressWarnings("NullAway") // It breaks the contract on purpose.
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    ChainModelExport export = model.exportOf(this, batch);
    if (export == null) {
      return ExportResult.success(batch).completed();
    }
    ChainModelAnswer answer = script.answer(calls++);
    ChainModelAttempt attempt = new ChainModelAttempt(model, this, export, batch, context, answer);
    model.begins(attempt);
    if (script.encoding() >= 0) {
      try {
        batch.encoded(model.encoding(script.encoding()));
      } catch (EncodingException | InterruptedException e) {
        ExportResult failed = ExportResult.failure(e);
        attempt.fail(failed);
        return failed.completed();
      }
    }
    if (answer.when() != ChainModelAnswer.When.NOW) {
      context.onCancel(attempt::cancelled);
      return attempt.stage();
    }
    attempt.decide();
    switch (answer.kind()) {
      case THROW -> throw (RuntimeException) attempt.failure();
      case ERROR -> throw (AssertionError) attempt.failure();
      case VM_ERROR -> {
        model.broke(export);
        throw (VirtualMachineError) attempt.failure();
      }
      case NULL_STAGE -> {
        return null;
      }
      default -> attempt.complete();
    }
    return attempt.stage();
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    model.trace(name + ".flush()");
    return reply(script.flush());
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    model.trace(name + ".shutdown(" + grace + ")");
    shutdowns++;
    return reply(script.shutdown());
  }

  @SuppressWarnings("NullAway") // It breaks the contract on purpose.
  private CompletionStage<ExportResult> reply(ChainModelScript.Reply how) {
    return switch (how) {
      case SUCCESS -> ExportResult.success().completed();
      case FAILURE -> ExportResult.retryable("not written").completed();
      case NEVER -> new CompletableFuture<>();
      case THROW -> throw new IllegalStateException("the model's leaf throws");
      case FAILED_STAGE ->
          CompletableFuture.failedFuture(new IllegalStateException("the model's leaf fails"));
      case NULL_STAGE -> null;
      case VM_ERROR -> throw new InternalError("the model's leaf breaks the machine");
    };
  }

  @Override
  public String toString() {
    return name;
  }
}
