/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

/**
 * A rule of the exporter contract. {@link ExporterContract} has one test for each.
 *
 * <p>A clause that cannot be checked for an exporter is declared, with a reason: by the {@link
 * ContractBackend}, which knows what its kind cannot do, or by {@link Exempt}.
 */
public enum Clause {

  // --- Exports ---

  /** A batch of each signal is delivered, with every item of it accepted. */
  DELIVERS_EACH_SIGNAL(Scope.ALWAYS, "Exporter.export, Exporter.signals, ExportResult.accepted"),

  /** An empty batch succeeds, and nothing is sent for it. */
  EMPTY_BATCH(Scope.ALWAYS, "Exporter.export"),

  /** A signal that the exporter does not carry is PERMANENT, and nothing is sent for it. */
  UNSUPPORTED_SIGNAL(Scope.ALWAYS, "Exporter.export, Exporter.signals"),

  /** Several batches at once are all delivered, each as if it were alone. */
  CONCURRENT_BATCHES(Scope.ALWAYS, "Exporter"),

  /**
   * A batch that cannot be read is a result, PERMANENT where delivery is acknowledged, and the
   * exporter lives on.
   */
  BAD_ITEM(Scope.ALWAYS, "Exporter.export, Encoding.encode"),

  // --- Sharing ---

  /** Two exporters that are given one batch at the same time send the same bytes. */
  SAME_BYTES(Scope.BACKEND, "Batch.encoded, Payload.buffers"),

  /**
   * An encoding runs once for a batch, however many exporters and attempts there are: they ask the
   * batch for it, and equal encodings are equal. May be exempted for an exporter that encodes
   * nothing through its batches.
   */
  ENCODES_ONCE(Scope.ENCODING, "Batch.encoded, Encoding"),

  /** The second attempt sends the bytes of the first, whatever was sent between them. */
  SECOND_ATTEMPT(Scope.BACKEND, "Payload, Encoding"),

  /**
   * The encodings that {@link ExporterContract#encodings()} names are compared by value, carry what
   * they say, and make payloads that nobody can change.
   */
  ENCODINGS_ARE_VALUES(Scope.ALWAYS, "Encoding, Payload.buffers"),

  // --- Failures ---

  /** When the backend is down the result is RETRYABLE. */
  BACKEND_DOWN(Scope.BACKEND, "ExportResult.Status.RETRYABLE"),

  /** When the backend was never reached the outcome is not unknown. */
  BACKEND_DOWN_IS_KNOWN(Scope.BACKEND, "ExportResult.outcomeUnknown"),

  /**
   * An answer that asks to try again is RETRYABLE, and the exporter does not try again by itself.
   */
  RETRYABLE_ANSWER(Scope.BACKEND, "ExportResult.Status.RETRYABLE, Exporter"),

  /** A refusal is PERMANENT, and the exporter does not try again by itself. */
  PERMANENT_ANSWER(Scope.BACKEND, "ExportResult.Status.PERMANENT, Exporter"),

  /** When the answer is lost the result is RETRYABLE and its outcome unknown. */
  LOST_ANSWER(Scope.BACKEND, "ExportResult.outcomeUnknown"),

  /** An answer that does not end is not read to the end. */
  HUGE_ANSWER(Scope.BACKEND, "Exporter.export"),

  // --- Cancellation ---

  /** An export that is cancelled ends as RETRYABLE with an unknown outcome. */
  CANCEL_COMPLETES(Scope.BACKEND, "Exporter.export, ExportContext.onCancel"),

  /** An export that is cancelled is aborted underneath. */
  CANCEL_ABORTS(Scope.BACKEND, "ExportContext.onCancel"),

  /** An export that is cancelled before it begins ends as RETRYABLE, and nothing is sent. */
  CANCELLED_BEFORE(Scope.ALWAYS, "ExportContext.isCancelled, ExportContext.onCancel"),

  /** An export takes no longer than its context has left. */
  REMAINING_TIME(Scope.BACKEND, "ExportContext.remaining"),

  // --- The end ---

  /** Flush waits for what is under way. */
  FLUSH_WAITS(Scope.BACKEND, "Exporter.flush"),

  /** After shutdown every export is SHUTDOWN, and nothing is sent. */
  EXPORT_AFTER_SHUTDOWN(Scope.ALWAYS, "Exporter.export, Exporter.shutdown"),

  /** A second shutdown has the outcome of the first. */
  SHUTDOWN_TWICE(Scope.ALWAYS, "Exporter.shutdown"),

  /** Shutdown lets what is under way end within the grace. */
  SHUTDOWN_WITHIN_GRACE(Scope.BACKEND, "Exporter.shutdown"),

  /** What outlives the grace ends as SHUTDOWN. */
  SHUTDOWN_BEYOND_GRACE(Scope.BACKEND, "Exporter.shutdown, ExportResult.Status.SHUTDOWN"),

  /** What outlives the grace is aborted underneath. */
  SHUTDOWN_ABORTS(Scope.BACKEND, "Exporter.shutdown"),

  /**
   * No connection is open after shutdown. May be exempted for a reason: there are client libraries
   * that cannot be closed.
   */
  SHUTDOWN_CLOSES_CONNECTIONS(Scope.REASON, "Exporter.shutdown"),

  /** After shutdown no thread is left that is named {@code telex-…} or is no daemon. */
  SHUTDOWN_ENDS_THREADS(Scope.ALWAYS, "Exporter.shutdown"),

  // --- What it says of itself ---

  /** The name is short, one line, and holds no address. */
  NAME(Scope.ALWAYS, "Exporter.name"),

  /** No {@linkplain ExporterContract#secrets() secret} is in any text that leaves the exporter. */
  NO_SECRETS(Scope.ALWAYS, "Exporter.name, ExportResult.message"),

  // --- The plugin ---

  /**
   * A service loader that sees only the plugin's own jar finds it by its name. May be exempted for
   * an exporter that is no plugin; the other clauses of plugins then do not apply either.
   */
  FOUND_BY_NAME(Scope.PLUGIN, "ExporterProvider, Exporters.load"),

  /** Every setting that the plugin declares is accepted, and makes an exporter that works. */
  SETTINGS_ACCEPTED(Scope.PLUGIN, "ExporterProvider.settings, ExporterProvider.create"),

  /** What the plugin does not declare is refused by a message that names it. */
  SETTINGS_REFUSED(Scope.PLUGIN, "ExporterProvider.settings, Exporters.create"),

  // --- The declarations ---

  /** What is declared not to apply could really not be checked. */
  EXEMPTIONS_HOLD(Scope.ALWAYS, "Clause, Exempt");

  /** Who may declare that a clause does not apply. */
  enum Scope {
    /** Nobody. */
    ALWAYS,
    /** A backend; and a test whose exporter is BEST_EFFORT. */
    BACKEND,
    /** A test whose exporter encodes nothing through its batches. */
    ENCODING,
    /** A backend, and any test. */
    REASON,
    /** A test of an exporter for which there is no provider. */
    PLUGIN
  }

  private final Scope scope;
  private final String source;

  Clause(Scope scope, String source) {
    this.scope = scope;
    this.source = source;
  }

  Scope scope() {
    return scope;
  }

  /** Where the API says so. */
  String source() {
    return source;
  }
}
