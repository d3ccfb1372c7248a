/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Rejection;
import dev.telex.http.HttpAnswer;
import dev.telex.http.RequestTooLargeException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Makes a result of what a server answers to lines. */
final class InfluxAnswer {

  /** More reasons than these are one: a result is not to hold a text for each item. */
  private static final int MAX_REASONS = 20;

  private InfluxAnswer() {}

  static ExportResult map(HttpAnswer answer, Batch batch, Payload payload) {
    int status = answer.status();
    if (answer.isSuccessful()) {
      return success(answer, batch).withStatusCode(status);
    }
    Complaint complaint = Complaint.of(answer);
    if ((status == 400 || status == 422) && complaint.isAboutLines()) {
      return refusal(answer, complaint, batch, payload).withStatusCode(status);
    }
    if (status == 500 && isTemporary(complaint.text())) {
      return ExportResult.retryable("HTTP 500: " + answer.excerpt(complaint.text()))
          .withStatusCode(status);
    }
    return answer.failure(complaint.text());
  }

  /** Whether less of the batch may be taken. */
  static boolean isWorthSplitting(ExportResult result) {
    Throwable cause = result.cause().orElse(null);
    return result.statusCode().orElse(0) == 413
        || cause instanceof RequestTooLargeException
        || cause instanceof RefusedLinesException;
  }

  private static ExportResult success(HttpAnswer answer, Batch batch) {
    if (answer.contentType().orElse("").equals("text/html") && answer.body().length > 0) {
      return ExportResult.permanent(
          "HTTP "
              + answer.status()
              + " with text/html: not the answer of a database but perhaps of a proxy or a login"
              + " page");
    }
    return ExportResult.success(batch);
  }

  /** InfluxDB 1 has one status for all that goes wrong behind the parser. */
  private static boolean isTemporary(String words) {
    return words.equals("timeout") || words.contains("cache-max-memory-size exceeded");
  }

  private static ExportResult refusal(
      HttpAnswer answer, Complaint complaint, Batch batch, Payload payload) {
    LineIndex lines = new LineIndex(payload);
    Map<Integer, String> named = complaint.named(lines);
    String message = "HTTP " + answer.status() + ": " + answer.excerpt(complaint.text());
    if (named.size() == batch.itemCount()) {
      // Of an item of several lines, others may have been written.
      return ExportResult.permanent(
              "HTTP " + answer.status() + ": " + reasons(answer, complaint, named))
          .withRefused(batch);
    }
    if (!complaint.isPartial()) {
      return ExportResult.permanent(message).withCause(new RefusedLinesException(message));
    }
    if (!named.isEmpty()) {
      BitSet items = new BitSet();
      named.keySet().forEach(items::set);
      return ExportResult.partial(batch, rejections(answer, named))
          .withMessage(message)
          .withRefused(batch.retain(items));
    }
    // So many points, and nobody says which. Several may be of one item.
    int dropped = Math.min(complaint.dropped().orElse(1), batch.itemCount());
    ExportResult result =
        ExportResult.partial(
            batch, List.of(new Rejection(dropped, answer.excerpt(complaint.text()))));
    return batch.itemCount() == 1 && dropped == 1
        ? result.withMessage(message).withRefused(batch)
        : result.withMessage(message);
  }

  /** The first one, which the quoted line before it may leave no place for in an excerpt. */
  private static String reasons(
      HttpAnswer answer, Complaint complaint, Map<Integer, String> named) {
    List<Rejection> rejections = rejections(answer, named);
    String first = rejections.get(0).reason();
    return (first.isEmpty() ? answer.excerpt(complaint.text()) : first)
        + (rejections.size() == 1 ? "" : " (and " + (rejections.size() - 1) + " other reasons)");
  }

  private static List<Rejection> rejections(HttpAnswer answer, Map<Integer, String> named) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    int others = 0;
    for (String words : named.values()) {
      String reason = answer.excerpt(words);
      if (counts.size() < MAX_REASONS || counts.containsKey(reason)) {
        counts.merge(reason, 1, Integer::sum);
      } else {
        others++;
      }
    }
    List<Rejection> rejections = new ArrayList<>();
    counts.forEach((reason, count) -> rejections.add(new Rejection(count, reason)));
    if (others > 0) {
      rejections.add(new Rejection(others, "other reasons"));
    }
    return rejections;
  }
}
