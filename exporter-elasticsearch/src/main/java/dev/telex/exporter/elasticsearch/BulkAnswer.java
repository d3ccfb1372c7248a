/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.RetryAfter;
import dev.telex.exporter.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Makes a result of what a node answers. */
final class BulkAnswer {

  private static final int TOO_MANY_REQUESTS = 429;
  private static final int REQUEST_TIMEOUT = 408;
  private static final int MAX_READ_BYTES = 10_000;

  /** Elasticsearch gives its reasons at length, with the field that they are about at the end. */
  private static final int MAX_REASON_CHARS = 400;

  private BulkAnswer() {}

  /** Of a bulk request with these documents. */
  static ExportResult map(
      Answer answer, Batch batch, Documents documents, Secrets secrets, InstantSource clock) {
    if (!answer.isSuccessful()) {
      return failure(answer, secrets, clock);
    }
    List<BulkItem> items;
    try {
      items = AnswerReader.bulk(answer.body());
    } catch (IOException e) {
      return unreadable(answer, excerpt(secrets, String.valueOf(e.getMessage())));
    }
    if (items.size() != documents.size()) {
      return unreadable(
          answer, "it is of " + items.size() + " documents, not of " + documents.size());
    }
    return delayed(Outcomes.of(batch, documents, items, secrets), answer, clock);
  }

  /** Of a request that was refused as a whole. */
  static ExportResult failure(Answer answer, Secrets secrets, InstantSource clock) {
    int status = answer.status();
    String reason =
        excerpt(secrets, AnswerReader.error(answer.body()).orElseGet(() -> text(answer.body())));
    String message = "HTTP " + status + (reason.isEmpty() ? "" : ": " + reason);
    boolean retryable = status == TOO_MANY_REQUESTS || status == REQUEST_TIMEOUT || status >= 500;
    ExportResult result =
        retryable ? ExportResult.retryable(message) : ExportResult.permanent(message);
    return delayed(result.withStatusCode(status), answer, clock);
  }

  /** What a server said, fit for a message. */
  static String excerpt(Secrets secrets, String text) {
    return secrets.excerpt(text, MAX_REASON_CHARS);
  }

  /** It may have taken them all. That they have names makes it safe to ask again. */
  private static ExportResult unreadable(Answer answer, String why) {
    return ExportResult.retryable("HTTP " + answer.status() + " that cannot be read: " + why)
        .withStatusCode(answer.status())
        .withOutcomeUnknown();
  }

  private static ExportResult delayed(ExportResult result, Answer answer, InstantSource clock) {
    Optional<Duration> delay =
        Optional.ofNullable(answer.retryAfter()).flatMap(value -> RetryAfter.parse(value, clock));
    return result.status() == ExportResult.Status.RETRYABLE && delay.isPresent()
        ? result.withRetryAfter(delay.get())
        : result;
  }

  private static String text(byte[] body) {
    return new String(body, 0, Math.min(body.length, MAX_READ_BYTES), StandardCharsets.UTF_8);
  }
}
