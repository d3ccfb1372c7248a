/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The contract of an {@link Exporter}, as tests: one for each {@link Clause}. A plugin, or any
 * exporter, is held to it by a subclass in its own tests:
 *
 * <pre>{@code
 * class OtlpExporterContractTest extends ExporterContract {
 *   @Override
 *   protected Exporter newExporter(URI backend) {
 *     return OtlpExporter.builder().endpoint(backend).build();
 *   }
 * }
 * }</pre>
 *
 * <p>Each test makes a backend that misbehaves on demand and exporters to it, and frees both. The
 * backend speaks HTTP, unless {@link #newBackend()} says otherwise. Nothing is skipped silently:
 * what a kind of backend cannot do is excluded by the {@link ContractBackend}, what else does not
 * apply to an exporter is declared by {@link Exempt}, and both are aborted tests with a reason in
 * the report. A clause that could have been checked must not be declared away, or {@link
 * Clause#EXEMPTIONS_HOLD} fails.
 *
 * <p>Tests wait for what should happen, at most {@link #limit()}, and never for time to pass. They
 * run isolated from all others of the JVM, because one of them looks at its threads. The tests
 * cannot be overridden; a subclass may have more of its own.
 */
@Isolated("looks at the threads of the JVM")
public abstract class ExporterContract {

  private @Nullable Trial trial;

  /** For subclasses. */
  protected ExporterContract() {}

  // --- What a subclass gives ---

  /**
   * Makes an exporter, each time another one. Give it time limits longer than {@link #limit()}
   * where it has some, and secrets where it takes some (see {@link #secrets()}). The contract shuts
   * it down.
   *
   * @param backend where a backend is; see {@link ContractBackend#uri()}
   */
  protected abstract Exporter newExporter(URI backend) throws Exception;

  /** Makes a backend, each time another one: {@link HttpBackend} by default. */
  protected ContractBackend newBackend() throws Exception {
    return HttpBackend.start();
  }

  /**
   * Makes a batch of a signal that the exporter carries, each time another one, and of the same
   * content for the same arguments: {@link SampleBatches} by default.
   *
   * @param items 1 or more
   */
  protected Batch batch(Signal signal, int items) {
    return SampleBatches.of(signal, items);
  }

  /**
   * The encodings that the exporter uses, made anew by each call where they are made; none by
   * default. That bytes are shared is checked without them.
   */
  protected Set<Encoding> encodings() {
    return Set.of();
  }

  /**
   * What {@link #newExporter} gave to the exporter and nobody must see, such as the values of
   * headers: nothing by default. The backend repeats them in its answers.
   */
  protected List<String> secrets() {
    return List.of();
  }

  /** The name of the exporter's provider: that of the exporter, by default. */
  protected String providerName(Exporter exporter) {
    return exporter.name();
  }

  /**
   * Examples of the settings of the exporter's provider, in which each setting has a value at least
   * once: none by default, for a provider without settings. An exporter with those of the first one
   * must deliver.
   */
  protected List<Map<String, String>> settings(URI backend) {
    return List.of();
  }

  /** How long anything may take before it is held to hang: 30 seconds by default. */
  protected Duration limit() {
    return Duration.ofSeconds(30);
  }

  // --- Exports ---

  @Checks(Clause.DELIVERS_EACH_SIGNAL)
  @DisplayName("a batch of each signal that it carries is delivered, every item accepted")
  final void deliversEachSignal() throws Exception {
    ExportClauses.deliversEachSignal(trial());
  }

  @Checks(Clause.EMPTY_BATCH)
  @DisplayName("an empty batch succeeds, and nothing is sent")
  final void succeedsForAnEmptyBatch() throws Exception {
    ExportClauses.emptyBatch(trial());
  }

  @Checks(Clause.UNSUPPORTED_SIGNAL)
  @DisplayName("a signal that it does not carry is PERMANENT, and nothing is sent")
  final void refusesASignalThatItDoesNotCarry() throws Exception {
    ExportClauses.unsupportedSignal(trial());
  }

  @Checks(Clause.CONCURRENT_BATCHES)
  @DisplayName("several batches at once are delivered, each as if it were alone")
  final void deliversSeveralBatchesAtOnce() throws Exception {
    ExportClauses.concurrentBatches(trial());
  }

  @Checks(Clause.BAD_ITEM)
  @DisplayName("a batch that cannot be read is a result, and the exporter lives on")
  final void survivesABatchThatCannotBeRead() throws Exception {
    ExportClauses.badItem(trial());
  }

  // --- Sharing ---

  @Checks(Clause.SAME_BYTES)
  @DisplayName("two exporters that are given one batch at once send the same bytes")
  final void sendsTheBytesThatAnotherExporterSends() throws Exception {
    SharingClauses.sameBytes(trial());
  }

  @Checks(Clause.ENCODES_ONCE)
  @DisplayName("an encoding runs once for a batch, for all exporters and attempts")
  final void encodesOnce() throws Exception {
    SharingClauses.encodesOnce(trial());
  }

  @Checks(Clause.SECOND_ATTEMPT)
  @DisplayName("the second attempt sends the bytes of the first")
  final void sendsTheSameBytesAgain() throws Exception {
    SharingClauses.secondAttempt(trial());
  }

  @Checks(Clause.ENCODINGS_ARE_VALUES)
  @DisplayName("encodings are compared by value, and their payloads never change")
  final void hasEncodingsThatAreValues() throws Exception {
    SharingClauses.encodingsAreValues(trial());
  }

  // --- Failures ---

  @Checks(Clause.BACKEND_DOWN)
  @DisplayName("when the backend is down the result is RETRYABLE")
  final void canTryAgainWhenTheBackendIsDown() throws Exception {
    FailureClauses.backendDown(trial());
  }

  @Checks(Clause.BACKEND_DOWN_IS_KNOWN)
  @DisplayName("when the backend was never reached the outcome is known")
  final void knowsThatNothingWasSentToABackendThatIsDown() throws Exception {
    FailureClauses.backendDownIsKnown(trial());
  }

  @Checks(Clause.RETRYABLE_ANSWER)
  @DisplayName("an answer that asks to try again is RETRYABLE, and only one attempt is made")
  final void leavesTryingAgainToOthers() throws Exception {
    FailureClauses.retryableAnswer(trial());
  }

  @Checks(Clause.PERMANENT_ANSWER)
  @DisplayName("a refusal is PERMANENT, and only one attempt is made")
  final void givesUpWhenItIsRefused() throws Exception {
    FailureClauses.permanentAnswer(trial());
  }

  @Checks(Clause.LOST_ANSWER)
  @DisplayName("when the answer is lost the result is RETRYABLE, its outcome unknown")
  final void saysThatTheOutcomeOfALostAnswerIsUnknown() throws Exception {
    FailureClauses.lostAnswer(trial());
  }

  @Checks(Clause.HUGE_ANSWER)
  @DisplayName("an answer that does not end is not read to the end")
  final void readsNoAnswerThatDoesNotEnd() throws Exception {
    FailureClauses.hugeAnswer(trial());
  }

  // --- Cancellation ---

  @Checks(Clause.CANCEL_COMPLETES)
  @DisplayName("an export that is cancelled ends as RETRYABLE, its outcome unknown")
  final void endsWhenItIsCancelled() throws Exception {
    CancelClauses.cancelCompletes(trial());
  }

  @Checks(Clause.CANCEL_ABORTS)
  @DisplayName("an export that is cancelled is aborted underneath: its connection is closed")
  final void abortsWhatIsCancelled() throws Exception {
    CancelClauses.cancelAborts(trial());
  }

  @Checks(Clause.CANCELLED_BEFORE)
  @DisplayName(
      "an export that is cancelled before it begins ends as RETRYABLE, and nothing is sent")
  final void sendsNothingThatIsCancelledBefore() throws Exception {
    CancelClauses.cancelledBefore(trial());
  }

  @Checks(Clause.REMAINING_TIME)
  @DisplayName("an export takes no longer than its context has left")
  final void takesNoLongerThanItsContextHasLeft() throws Exception {
    CancelClauses.remainingTime(trial());
  }

  // --- The end ---

  @Checks(Clause.FLUSH_WAITS)
  @DisplayName("flush waits for what is under way")
  final void flushesWhatIsUnderWay() throws Exception {
    ShutdownClauses.flushWaits(trial());
  }

  @Checks(Clause.EXPORT_AFTER_SHUTDOWN)
  @DisplayName("after shutdown every export is SHUTDOWN, and nothing is sent")
  final void sendsNothingAfterShutdown() throws Exception {
    ShutdownClauses.exportAfterShutdown(trial());
  }

  @Checks(Clause.SHUTDOWN_TWICE)
  @DisplayName("a second shutdown has the outcome of the first")
  final void shutsDownTwice() throws Exception {
    ShutdownClauses.shutdownTwice(trial());
  }

  @Checks(Clause.SHUTDOWN_WITHIN_GRACE)
  @DisplayName("shutdown lets what is under way end within the grace")
  final void letsWhatIsUnderWayEndWithinTheGrace() throws Exception {
    ShutdownClauses.shutdownWithinGrace(trial());
  }

  @Checks(Clause.SHUTDOWN_BEYOND_GRACE)
  @DisplayName("what outlives the grace of a shutdown ends as SHUTDOWN")
  final void endsWhatOutlivesTheGrace() throws Exception {
    ShutdownClauses.shutdownBeyondGrace(trial());
  }

  @Checks(Clause.SHUTDOWN_ABORTS)
  @DisplayName("what outlives the grace is aborted underneath: its connection is closed")
  final void abortsWhatOutlivesTheGrace() throws Exception {
    ShutdownClauses.shutdownAborts(trial());
  }

  @Checks(Clause.SHUTDOWN_CLOSES_CONNECTIONS)
  @DisplayName("no connection is open after shutdown")
  final void closesItsConnections() throws Exception {
    ShutdownClauses.shutdownClosesConnections(trial());
  }

  @Checks(Clause.SHUTDOWN_ENDS_THREADS)
  @DisplayName("after shutdown no thread is left that is named telex-… or is no daemon")
  final void endsItsThreads() throws Exception {
    ShutdownClauses.shutdownEndsThreads(trial());
  }

  // --- What it says of itself ---

  @Checks(Clause.NAME)
  @DisplayName("the name is short, one line, and holds no address")
  final void hasAShortName() throws Exception {
    SelfClauses.name(trial());
  }

  @Checks(Clause.NO_SECRETS)
  @DisplayName("no secret is in its name, its text, or the text of a result")
  final void showsNoSecret() throws Exception {
    SelfClauses.noSecrets(trial());
  }

  // --- The plugin ---

  @Checks(Clause.FOUND_BY_NAME)
  @DisplayName("a service loader that sees only its own jar finds it by its name")
  final void isFoundByItsName() throws Exception {
    PluginClauses.foundByName(trial());
  }

  @Checks(Clause.SETTINGS_ACCEPTED)
  @DisplayName("every setting that it declares is accepted, and makes an exporter that works")
  final void takesTheSettingsThatItDeclares() throws Exception {
    PluginClauses.settingsAccepted(trial());
  }

  @Checks(Clause.SETTINGS_REFUSED)
  @DisplayName("a setting that it does not declare is refused by a message that names it")
  final void refusesSettingsThatItDoesNotDeclare() throws Exception {
    PluginClauses.settingsRefused(trial());
  }

  // --- The declarations ---

  @Checks(Clause.EXEMPTIONS_HOLD)
  @DisplayName("what is declared not to apply could not be checked")
  final void exemptsOnlyWhatCannotBeChecked() throws Exception {
    Exemptions.hold(trial());
  }

  // --- Around each test ---

  @BeforeEach
  final void beginTrialOfClause(TestInfo test) throws Exception {
    Checks checks = test.getTestMethod().map(m -> m.getAnnotation(Checks.class)).orElse(null);
    if (checks == null) {
      return;
    }
    Clause clause = checks.value();
    Trial begun = new Trial(this, clause, test.getDisplayName());
    trial = begun;
    if (clause != Clause.EXEMPTIONS_HOLD) {
      abortIf(clause, Exemptions.of(getClass()).reason(clause));
      abortIf(clause, begun.backend().cannotShow(clause));
    }
  }

  @AfterEach
  final void endTrialOfClause() throws Exception {
    Trial ended = trial;
    trial = null;
    if (ended != null) {
      ended.close();
    }
  }

  private static void abortIf(Clause clause, Optional<String> reason) {
    if (reason.isPresent()) {
      Assumptions.abort(clause + " does not apply: " + reason.get());
    }
  }

  private Trial trial() {
    Trial current = trial;
    if (current == null) {
      throw new IllegalStateException("no clause is checked at the moment");
    }
    return current;
  }
}
