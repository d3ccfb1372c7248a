/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.opentest4j.AssertionFailedError;

/** One clause while it is checked: what it needs, and the words when it fails. */
final class Trial {

  /** The threads of a trial; none of them is the exporter's. */
  static final String THREADS = "contract-";

  private static final int SHOWN_BYTES = 48;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final ExporterContract contract;
  private final Clause clause;
  private final String rule;
  private final Duration limit;
  private final List<ContractBackend> backends = new ArrayList<>();
  private final List<Exporter> exporters = new ArrayList<>();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, THREADS + COUNT.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });

  Trial(ExporterContract contract, Clause clause, String rule) {
    this.contract = contract;
    this.clause = clause;
    this.rule = rule;
    this.limit = contract.limit();
  }

  ExporterContract contract() {
    return contract;
  }

  Clause clause() {
    return clause;
  }

  /** How long anything may take. */
  Duration limit() {
    return limit;
  }

  /** The first backend; made by the first call. */
  ContractBackend backend() throws Exception {
    return backends.isEmpty() ? anotherBackend() : backends.get(0);
  }

  ContractBackend anotherBackend() throws Exception {
    ContractBackend backend = contract.newBackend();
    backends.add(backend);
    return backend;
  }

  /** A new exporter to the first backend. */
  Subject subject() throws Exception {
    return subject(backend());
  }

  Subject subject(ContractBackend backend) throws Exception {
    return adopt(contract.newExporter(backend.uri()), backend);
  }

  /** An exporter that was made otherwise. */
  Subject adopt(Exporter exporter, ContractBackend backend) throws Exception {
    exporters.add(exporter);
    backend.attach(exporter);
    return new Subject(this, exporter);
  }

  /** A batch of the first signal that an exporter carries. */
  Batch batch(Subject subject, int items) {
    return contract.batch(subject.exporter().signals().stream().sorted().toList().get(0), items);
  }

  /** A batch of as many items, none of which is among the first ones of {@link #batch}. */
  Batch otherBatch(Subject subject, int items) {
    return SampleBatches.tail(batch(subject, 2 * items), items);
  }

  static Batch empty(Signal signal) {
    return switch (signal) {
      case TRACES -> Batch.traces(List.of());
      case METRICS -> Batch.metrics(List.of());
      case LOGS -> Batch.logs(List.of());
    };
  }

  boolean acknowledged(Subject subject) {
    return subject.exporter().delivery() == Delivery.ACKNOWLEDGED;
  }

  <T> Future<T> async(Callable<T> call) {
    return threads.submit(call);
  }

  // --- Looking at results ---

  void expect(ExportResult.Status wanted, ExportResult seen, String when) {
    if (seen.status() != wanted) {
      throw violated(wanted + " " + when, seen);
    }
  }

  /** Expects the success of all items. */
  void expectDelivered(Batch batch, ExportResult seen) {
    expect(ExportResult.Status.SUCCESS, seen, "from a backend that accepts, for " + batch);
    if (seen.accepted() != batch.itemCount()) {
      throw violated("accepted=" + batch.itemCount() + " for " + batch, seen);
    }
  }

  // --- Looking at the backend ---

  /**
   * The messages that came, at least so many if the backend shows any, in an order of their own.
   */
  List<String> take(ContractBackend backend, int atLeast) throws InterruptedException {
    int wanted = backend.showsMessages() ? atLeast : 0;
    try {
      return backend.take(wanted, limit).stream().map(HexFormat.of()::formatHex).sorted().toList();
    } catch (AssertionError e) {
      throw violated(
          "at least " + wanted + (wanted == 1 ? " message" : " messages") + " at the backend",
          e.getMessage(),
          e);
    }
  }

  void expectNothingSent(ContractBackend backend, String when) throws InterruptedException {
    List<String> messages = take(backend, 0);
    if (!messages.isEmpty()) {
      throw violated("no message at the backend " + when, describe(messages));
    }
  }

  void expectSame(List<String> wanted, List<String> seen, String when) {
    if (!seen.equals(wanted)) {
      throw violated(when + ": " + describe(wanted), describe(seen));
    }
  }

  void awaitHanging(ContractBackend backend) throws InterruptedException {
    waiting("the message arrives at the backend", () -> backend.awaitHanging(limit));
  }

  void awaitAborted(ContractBackend backend) throws InterruptedException {
    waiting(
        "the exporter gives up the message at the backend, which closes its connection",
        () -> backend.awaitAborted(limit));
  }

  void awaitIdle(ContractBackend backend) throws InterruptedException {
    waiting("no connection is open at the backend after shutdown", () -> backend.awaitIdle(limit));
  }

  private interface Wait {
    void run() throws InterruptedException;
  }

  private void waiting(String wanted, Wait wait) throws InterruptedException {
    try {
      wait.run();
    } catch (AssertionError e) {
      throw violated(wanted, e.getMessage(), e);
    }
  }

  // --- Failing ---

  AssertionFailedError violated(String wanted, @Nullable Object seen) {
    return violated(wanted, seen, null);
  }

  AssertionFailedError violated(String wanted, @Nullable Object seen, @Nullable Throwable because) {
    String message =
        "\nThe exporter breaks the contract: "
            + rule
            + " ["
            + clause
            + "]"
            + "\n  wanted:     "
            + wanted
            + "\n  seen:       "
            + seen
            + "\n  says so:    "
            + clause.source();
    return because == null
        ? new AssertionFailedError(message)
        : new AssertionFailedError(message, because);
  }

  private static String describe(List<String> messages) {
    StringBuilder text = new StringBuilder().append(messages.size()).append(" messages");
    for (String hex : messages.subList(0, Math.min(4, messages.size()))) {
      byte[] bytes = HexFormat.of().parseHex(hex);
      text.append("\n              ").append(bytes.length).append(" bytes ");
      for (byte b : Arrays.copyOf(bytes, Math.min(SHOWN_BYTES, bytes.length))) {
        text.append(b >= ' ' && b < 0x7f ? String.valueOf((char) b) : "\\x" + hex(b));
      }
      text.append(bytes.length > SHOWN_BYTES ? "…" : "");
    }
    return text.append(messages.size() > 4 ? "\n              …" : "").toString();
  }

  private static String hex(byte b) {
    return HexFormat.of().toHexDigits(b);
  }

  // --- The end ---

  /** Frees what was made. Exporters that do not shut down are left behind: a clause says so. */
  void close() throws Exception {
    for (Exporter exporter : exporters) {
      try {
        async(
                () -> {
                  exporter.shutdown(Duration.ZERO);
                  return true;
                })
            .get(limit.toNanos(), TimeUnit.NANOSECONDS);
      } catch (ExecutionException | TimeoutException e) {
        System.getLogger(Trial.class.getPackageName())
            .log(System.Logger.Level.DEBUG, "an exporter did not shut down", e);
      }
    }
    for (ContractBackend backend : backends) {
      backend.close();
    }
    threads.shutdownNow();
  }
}
