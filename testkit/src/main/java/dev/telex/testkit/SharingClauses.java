/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.EncodingStats;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Assumptions;

/** Encode once, and share the bytes. */
final class SharingClauses {

  private static final int ITEMS = 5;

  private SharingClauses() {}

  static void sameBytes(Trial trial) throws Exception {
    ContractBackend oneBackend = trial.backend();
    ContractBackend otherBackend = trial.anotherBackend();
    Subject one = trial.subject(oneBackend);
    Subject other = trial.subject(otherBackend);
    Batch batch = trial.batch(one, ITEMS);
    exportAtOnce(trial, batch, one, other);
    List<String> messages = trial.take(oneBackend, 1);
    trial.expectSame(
        messages,
        trial.take(otherBackend, messages.size()),
        "at the second backend what the first one got of the same batch");
    for (Encoding encoding : trial.contract().encodings()) {
      expectFreshViews(trial, encoding, batch);
    }
  }

  static void encodesOnce(Trial trial) throws Exception {
    Subject one = trial.subject();
    Batch first = trial.batch(one, ITEMS);
    trial.expectDelivered(first, one.export(first));
    EncodingStats alone = first.encodingStats();
    if (alone.encodings() == 0) {
      throw trial.violated(
          "the exporter asks the batch for its bytes (Batch.encoded), so that others share them",
          "no encoding ran through the batch");
    }
    Subject other = trial.subject(trial.anotherBackend());
    Batch second = trial.batch(one, ITEMS);
    exportAtOnce(trial, second, one, other);
    trial.expectDelivered(second, one.export(second));
    EncodingStats shared = second.encodingStats();
    if (!shared.equals(alone)) {
      throw trial.violated(
          "for two exporters and two attempts what ran for one: " + alone,
          shared + ". Are the encodings of two exporters equal, and asked for through the batch?");
    }
  }

  static void secondAttempt(Trial trial) throws Exception {
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    Batch batch = trial.batch(subject, ITEMS);
    if (backend.cannotShow(Clause.RETRYABLE_ANSWER).isEmpty()) {
      backend.next(ContractBackend.Reaction.RETRYABLE, "");
    }
    subject.export(batch);
    List<String> firstAttempt = trial.take(backend, 1);
    Batch between = trial.otherBatch(subject, ITEMS);
    trial.expectDelivered(between, subject.export(between));
    trial.take(backend, 1);
    ExportResult again = subject.export(batch, CancellableContext.childOf(ExportContext.none(), 2));
    trial.expectDelivered(batch, again);
    trial.expectSame(
        firstAttempt,
        trial.take(backend, firstAttempt.size()),
        "of the second attempt the bytes of the first");
  }

  static void encodingsAreValues(Trial trial) throws Exception {
    Set<Encoding> encodings = trial.contract().encodings();
    Assumptions.assumeFalse(
        encodings.isEmpty(), "encodings() names none; what is sent is checked by ENCODES_ONCE");
    Set<Encoding> again = trial.contract().encodings();
    if (!encodings.equals(again)) {
      throw trial.violated(
          "encodings that are equal each time they are made: enum constants or records",
          encodings + " is not equal to " + again);
    }
    Set<Signal> carried = trial.subject().exporter().signals();
    for (Encoding encoding : encodings) {
      if (encoding.contentType().isBlank()) {
        throw trial.violated("a content type of " + encoding, "a blank one");
      }
      if (encoding.signals().stream().noneMatch(carried::contains)) {
        throw trial.violated(
            encoding + " carries signals of the exporter, " + carried, encoding.signals());
      }
      for (Signal signal : encoding.signals()) {
        Batch batch = trial.contract().batch(signal, ITEMS);
        byte[] before = batch.encoded(encoding).toByteArray();
        encoding.encode(SampleBatches.tail(trial.contract().batch(signal, 2 * ITEMS), ITEMS));
        if (!Arrays.equals(before, batch.encoded(encoding).toByteArray())) {
          throw trial.violated(
              "a payload of " + encoding + " that never changes",
              "other bytes after the next batch was encoded: its array is used again");
        }
        expectFreshViews(trial, encoding, batch);
      }
    }
  }

  private static void exportAtOnce(Trial trial, Batch batch, Subject one, Subject other)
      throws InterruptedException {
    Future<CompletableFuture<ExportResult>> first = one.submit(batch);
    Future<CompletableFuture<ExportResult>> second = other.submit(batch);
    ExportResult firstResult = one.await("export()", one.returned("export()", first));
    ExportResult secondResult = other.await("export()", other.returned("export()", second));
    trial.expect(Status.SUCCESS, firstResult, "of one of two exporters of " + batch);
    trial.expect(Status.SUCCESS, secondResult, "of the other of two exporters of " + batch);
  }

  private static void expectFreshViews(Trial trial, Encoding encoding, Batch batch)
      throws InterruptedException {
    if (!encoding.signals().contains(batch.signal())) {
      return;
    }
    Payload payload = batch.encoded(encoding);
    for (ByteBuffer view : payload.buffers()) {
      if (!view.isReadOnly() || view.hasArray()) {
        throw trial.violated("read-only buffers of " + encoding, view);
      }
      view.position(view.limit());
    }
    long remaining = 0;
    for (Iterator<ByteBuffer> views = payload.buffers().iterator(); views.hasNext(); ) {
      remaining += views.next().remaining();
    }
    if (remaining != payload.size()) {
      throw trial.violated(
          "buffers at their beginning, " + payload.size() + " bytes, whoever read others",
          remaining + " bytes remaining");
    }
  }
}
