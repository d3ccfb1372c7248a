/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One batch that the model gave to the chain, and what is known of it. */
final class ChainModelExport {

  /** A listener was told of it. */
  record Told(String leg, Batch batch, ExportResult result) {}

  final int number;
  final Batch batch;
  final ExportContext context;
  final long begun;

  /** Whether the chain has to pass it on, and does not answer for itself. */
  final boolean given;

  final List<ChainModelAttempt> attempts = new ArrayList<>();
  final List<Told> told = new ArrayList<>();

  @Nullable CompletableFuture<ExportResult> future;
  @Nullable ExportResult result;
  int completions;
  boolean cancelled;
  boolean futureCancelled;

  /** Set when a VirtualMachineError went through: then less is promised. */
  boolean vmError;

  /** Set when it went through to the caller, who then has no stage. */
  boolean threw;

  ChainModelExport(int number, Batch batch, ExportContext context, long begun, boolean given) {
    this.number = number;
    this.batch = batch;
    this.context = context;
    this.begun = begun;
    this.given = given;
  }

  boolean isDone() {
    return future == null ? threw : future.isDone();
  }

  List<ExportResult> told(String leg) {
    return told.stream().filter(one -> one.leg.equals(leg)).map(Told::result).toList();
  }

  Stream<ChainModelAttempt> attempts(ChainModelNode node) {
    List<ChainModelLeaf> leaves = node.leaves();
    return attempts.stream().filter(attempt -> leaves.contains(attempt.leaf));
  }

  boolean isHonest(ChainModelNode node) {
    return attempts(node).allMatch(attempt -> attempt.answer.kind().isHonest());
  }

  @Override
  public String toString() {
    return "#" + number;
  }
}
