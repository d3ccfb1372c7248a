/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static dev.telex.testkit.Clause.BACKEND_DOWN;
import static dev.telex.testkit.Clause.BACKEND_DOWN_IS_KNOWN;
import static dev.telex.testkit.Clause.BAD_ITEM;
import static dev.telex.testkit.Clause.CANCELLED_BEFORE;
import static dev.telex.testkit.Clause.CANCEL_ABORTS;
import static dev.telex.testkit.Clause.CANCEL_COMPLETES;
import static dev.telex.testkit.Clause.CONCURRENT_BATCHES;
import static dev.telex.testkit.Clause.DELIVERS_EACH_SIGNAL;
import static dev.telex.testkit.Clause.EMPTY_BATCH;
import static dev.telex.testkit.Clause.ENCODES_ONCE;
import static dev.telex.testkit.Clause.ENCODINGS_ARE_VALUES;
import static dev.telex.testkit.Clause.EXPORT_AFTER_SHUTDOWN;
import static dev.telex.testkit.Clause.FLUSH_WAITS;
import static dev.telex.testkit.Clause.FOUND_BY_NAME;
import static dev.telex.testkit.Clause.HUGE_ANSWER;
import static dev.telex.testkit.Clause.LOST_ANSWER;
import static dev.telex.testkit.Clause.NAME;
import static dev.telex.testkit.Clause.NO_SECRETS;
import static dev.telex.testkit.Clause.PERMANENT_ANSWER;
import static dev.telex.testkit.Clause.REMAINING_TIME;
import static dev.telex.testkit.Clause.RETRYABLE_ANSWER;
import static dev.telex.testkit.Clause.SAME_BYTES;
import static dev.telex.testkit.Clause.SECOND_ATTEMPT;
import static dev.telex.testkit.Clause.SETTINGS_ACCEPTED;
import static dev.telex.testkit.Clause.SETTINGS_REFUSED;
import static dev.telex.testkit.Clause.SHUTDOWN_ABORTS;
import static dev.telex.testkit.Clause.SHUTDOWN_BEYOND_GRACE;
import static dev.telex.testkit.Clause.SHUTDOWN_CLOSES_CONNECTIONS;
import static dev.telex.testkit.Clause.SHUTDOWN_ENDS_THREADS;
import static dev.telex.testkit.Clause.SHUTDOWN_TWICE;
import static dev.telex.testkit.Clause.SHUTDOWN_WITHIN_GRACE;
import static dev.telex.testkit.Clause.UNSUPPORTED_SIGNAL;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/**
 * A way in which {@link TinyExporter}, or what goes with it, breaks the contract; the clauses that
 * must fail for it, and what the first of them must say.
 */
enum Flaw {
  NONE(""),

  // --- Exports ---
  FORGETS_METRICS("at least 1 message", DELIVERS_EACH_SIGNAL),
  COUNTS_METRICS_WRONGLY(
      "accepted=3 for Batch[3 metrics]",
      DELIVERS_EACH_SIGNAL,
      BAD_ITEM,
      SHUTDOWN_ENDS_THREADS,
      SETTINGS_ACCEPTED),
  SENDS_NOTHING_OF_ITEMS("one of 0 bytes", DELIVERS_EACH_SIGNAL),
  SENDS_EMPTY_BATCHES("no message at the backend for an empty batch", EMPTY_BATCH),
  REFUSES_EMPTY_BATCHES("SUCCESS for an empty batch", EMPTY_BATCH),
  TAKES_ANY_SIGNAL("PERMANENT for metrics, which signals() does not name", UNSUPPORTED_SIGNAL),
  TAKES_ONE_AT_A_TIME("SUCCESS from a backend that accepts", CONCURRENT_BATCHES),
  MIXES_BATCHES_UP("of 4 batches at once the messages", CONCURRENT_BATCHES),
  THROWS("export() throws nothing", BAD_ITEM),
  RETURNS_NULL("export() returns a stage", BAD_ITEM),
  FAILS_EXCEPTIONALLY("never completes exceptionally", BAD_ITEM),
  HAS_NO_RESULT("completes with a result", BAD_ITEM),
  TRIES_BAD_ITEMS_AGAIN("whose getters throw", BAD_ITEM),

  // --- Sharing ---
  SIGNS_ITS_MESSAGES("at the second backend what the first one got", SAME_BYTES),
  ENCODES_ITSELF("the exporter asks the batch for its bytes", ENCODES_ONCE),
  ENCODES_AS_ITSELF("for two exporters and two attempts what ran for one", ENCODES_ONCE),
  NUMBERS_ITS_ATTEMPTS("of the second attempt the bytes of the first", SECOND_ATTEMPT),
  USES_ITS_ARRAY_AGAIN(
      "its array is used again",
      ENCODINGS_ARE_VALUES,
      SECOND_ATTEMPT,
      CONCURRENT_BATCHES,
      CANCELLED_BEFORE),
  HAS_ENCODINGS_BY_IDENTITY("equal each time they are made", ENCODINGS_ARE_VALUES),

  // --- Failures ---
  GIVES_UP_WHEN_DOWN("RETRYABLE while the backend is down", BACKEND_DOWN),
  KNOWS_NOTHING_WHEN_DOWN("the outcome is known", BACKEND_DOWN_IS_KNOWN),
  GIVES_UP_WHEN_BUSY("RETRYABLE for an answer that asks to try again", RETRYABLE_ANSWER),
  TRIES_AGAIN_WHEN_BUSY("RETRYABLE for an answer", RETRYABLE_ANSWER, SECOND_ATTEMPT),
  TRIES_AGAIN_IN_VAIN("one attempt for one export", RETRYABLE_ANSWER, SECOND_ATTEMPT),
  NEVER_GIVES_UP("PERMANENT for a refusal", PERMANENT_ANSWER),
  FORGETS_WHAT_IS_LOST("an unknown outcome", LOST_ANSWER),
  GIVES_UP_WHAT_IS_LOST("RETRYABLE when the answer is lost", LOST_ANSWER),
  READS_ALL("the stage of export() completes", HUGE_ANSWER),

  // --- Cancellation ---
  IGNORES_CANCEL(
      "the stage of export() completes", CANCEL_COMPLETES, CANCEL_ABORTS, SHUTDOWN_ABORTS),
  ONLY_SAYS_CANCELLED("the exporter gives up the message", CANCEL_ABORTS, SHUTDOWN_ABORTS),
  KNOWS_WHAT_IT_CANCELLED("an unknown outcome", CANCEL_COMPLETES, SHUTDOWN_BEYOND_GRACE),
  SENDS_WHAT_IS_CANCELLED("nothing of a batch that was cancelled before", CANCELLED_BEFORE),
  IGNORES_THE_TIME("the stage of export() completes", REMAINING_TIME),
  HAS_ITS_OWN_TIME("before one without a limit", REMAINING_TIME),
  BLOCKS(
      "export() returns, and does not wait for the backend",
      FLUSH_WAITS,
      CONCURRENT_BATCHES,
      CANCEL_COMPLETES,
      CANCEL_ABORTS,
      REMAINING_TIME,
      SHUTDOWN_WITHIN_GRACE,
      SHUTDOWN_BEYOND_GRACE,
      SHUTDOWN_ABORTS),

  // --- The end ---
  FLUSHES_NOTHING("flush() completes when the export that is under way has ended", FLUSH_WAITS),
  REFUSES_AFTER_SHUTDOWN(
      "SHUTDOWN for traces after shutdown", EXPORT_AFTER_SHUTDOWN, SHUTDOWN_WITHIN_GRACE),
  SENDS_AFTER_SHUTDOWN("no message at the backend after shutdown", EXPORT_AFTER_SHUTDOWN),
  FAILS_ITS_SECOND_SHUTDOWN(
      "SUCCESS of the second shutdown too", SHUTDOWN_TWICE, SHUTDOWN_WITHIN_GRACE),
  HANGS_IN_ITS_SECOND_SHUTDOWN(
      "the stage of shutdown() completes", SHUTDOWN_TWICE, SHUTDOWN_WITHIN_GRACE),
  GIVES_NO_GRACE("shutdown() completes when the export", SHUTDOWN_WITHIN_GRACE),
  GIVES_EVERY_GRACE("the stage of shutdown() completes", SHUTDOWN_BEYOND_GRACE, SHUTDOWN_ABORTS),
  HIDES_WHAT_IT_CUT_OFF("the worst result of what was under way", SHUTDOWN_BEYOND_GRACE),
  TRIES_AFTER_THE_GRACE("SHUTDOWN for an export that outlived the grace", SHUTDOWN_BEYOND_GRACE),
  LEAVES_CONNECTIONS("no connection is open", SHUTDOWN_CLOSES_CONNECTIONS),
  LEAVES_THREADS("no thread is left", SHUTDOWN_ENDS_THREADS),

  // --- What it says of itself ---
  IS_NAMED_AFTER_ITS_BACKEND("a name without an address", NAME),
  HAS_NO_NAME("a name of 1 to 64 characters", NAME),
  HAS_A_NAME_OF_TWO_LINES("a name of one line", NAME),
  SHOWS_ITS_TOKEN("no secret in toString()", NO_SECRETS),
  REPEATS_WHAT_IT_IS_TOLD("no secret in a result", NO_SECRETS),

  // --- The plugin ---
  IS_NOT_LISTED("a provider named 'absent'", FOUND_BY_NAME, SETTINGS_ACCEPTED, SETTINGS_REFUSED),
  IS_LISTED_TWICE("one provider named 'tiny'", FOUND_BY_NAME, SETTINGS_ACCEPTED, SETTINGS_REFUSED),
  REFUSES_ITS_SETTING("[endpoint, token] are accepted", SETTINGS_ACCEPTED),
  HAS_NO_EXAMPLE("none of token", SETTINGS_ACCEPTED),
  IGNORES_ITS_SETTING("from a backend that accepts", SETTINGS_ACCEPTED),
  DECLARES_TWICE("'token' is declared twice", SETTINGS_REFUSED);

  private final String words;

  // Nobody but this class has it.
  @SuppressWarnings("ImmutableEnumChecker")
  private final Clause[] clauses;

  Flaw(String words, Clause... clauses) {
    this.words = words;
    this.clauses = clauses;
  }

  /** What must fail. */
  Set<Clause> clauses() {
    Set<Clause> all = EnumSet.noneOf(Clause.class);
    all.addAll(Arrays.asList(clauses));
    return all;
  }

  /** What the failure of {@link #firstClause()} must hold. */
  String words() {
    return words;
  }

  Clause firstClause() {
    return clauses[0];
  }
}
