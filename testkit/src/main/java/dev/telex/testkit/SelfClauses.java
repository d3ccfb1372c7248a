/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.testkit.ContractBackend.Reaction;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Assumptions;

/** What an exporter says of itself. */
final class SelfClauses {

  private static final int ITEMS = 3;
  private static final int MAX_NAME_CHARS = 64;
  private static final int MAX_CAUSES = 32;

  private SelfClauses() {}

  static void name(Trial trial) throws Exception {
    Subject subject = trial.subject();
    String name = subject.exporter().name();
    if (name.isBlank() || name.length() > MAX_NAME_CHARS) {
      throw trial.violated("a name of 1 to " + MAX_NAME_CHARS + " characters", "'" + name + "'");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw trial.violated("a name of one line without control characters", "'" + name + "'");
    }
    URI uri = trial.backend().uri();
    if (uri.getAuthority() != null && name.contains(uri.getAuthority())) {
      throw trial.violated("a name without an address", "'" + name + "'");
    }
    if (subject.exporter().signals().isEmpty()) {
      throw trial.violated("at least one signal in signals()", "none");
    }
  }

  static void noSecrets(Trial trial) throws Exception {
    List<String> secrets = trial.contract().secrets();
    Assumptions.assumeFalse(secrets.isEmpty(), "secrets() names none that the exporter was given");
    ContractBackend backend = trial.backend();
    Subject subject = trial.subject(backend);
    lookAt(trial, "name()", subject.exporter().name());
    lookAt(trial, "toString()", subject.exporter().toString());
    Batch batch = trial.batch(subject, ITEMS);
    lookAt(trial, subject.export(batch));
    // Servers like to say what they did not like.
    String words = "refused: " + String.join(", ", secrets);
    if (backend.cannotShow(Clause.PERMANENT_ANSWER).isEmpty()) {
      backend.next(Reaction.PERMANENT, words);
      lookAt(trial, subject.export(batch));
    }
    if (backend.cannotShow(Clause.RETRYABLE_ANSWER).isEmpty()) {
      backend.next(Reaction.RETRYABLE, words);
      lookAt(trial, subject.export(batch));
    }
    if (backend.cannotShow(Clause.BACKEND_DOWN).isEmpty()) {
      backend.goDown();
      lookAt(trial, subject.export(batch));
    }
    lookAt(trial, subject.await("shutdown()", subject.shutdown(trial.limit())));
    lookAt(trial, subject.export(batch));
    lookAt(trial, "toString()", subject.exporter().toString());
  }

  private static void lookAt(Trial trial, ExportResult result) {
    lookAt(trial, "a result", result.toString());
    result.rejections().forEach(rejection -> lookAt(trial, "a rejection", rejection.reason()));
    Throwable cause = result.cause().orElse(null);
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      lookAt(trial, "the cause of a result", cause.toString());
      cause = cause.getCause();
    }
  }

  private static void lookAt(Trial trial, String what, String text) {
    for (String secret : trial.contract().secrets()) {
      if (text.contains(secret)) {
        throw trial.violated("no secret in " + what, text.replace(secret, "<the secret>"));
      }
    }
  }
}
