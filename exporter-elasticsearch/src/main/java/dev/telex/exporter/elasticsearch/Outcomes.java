/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Secrets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Makes one result of what became of the documents of a batch.
 *
 * <p>An item is what became of its own document. It is sent again if one of an event of it may be
 * taken later; then its own is there already, which counts as delivered. An event that is refused
 * for good is a rejection of no item, with Elasticsearch's reason.
 */
final class Outcomes {

  /** Of data points without a document. */
  static final String NO_FIELD =
      "Elasticsearch has no field for it: not a number, infinite, a cumulative histogram, or a"
          + " second data point of one series and millisecond";

  private static final int MAX_REASONS = 16;

  /** Where in the request it is, and what differs with each document. */
  private static final Pattern PLACE = Pattern.compile("^\\[\\d+:\\d+] ");

  private static final Pattern DOCUMENT =
      Pattern.compile(" (in|of) document with id '[^']*'|\\. Preview of field's value: .*");

  private final Batch batch;
  private final Secrets secrets;
  private final Map<String, Tally> reasons = new LinkedHashMap<>();
  private final BitSet remainder = new BitSet();
  private final BitSet refused = new BitSet();
  private String retryReason = "";
  private int retryStatus;

  private Outcomes(Batch batch, Secrets secrets) {
    this.batch = batch;
    this.secrets = secrets;
  }

  /**
   * The result.
   *
   * @param answer one for each document
   */
  static ExportResult of(Batch batch, Documents documents, List<BulkItem> answer, Secrets secrets) {
    Outcomes outcomes = new Outcomes(batch, secrets);
    for (int item = 0; item < batch.itemCount(); item++) {
      outcomes.judge(item, documents, answer);
    }
    return outcomes.result();
  }

  private void judge(int item, Documents documents, List<BulkItem> answer) {
    if (documents.hasNone(item)) {
      refused.set(item);
      count(NO_FIELD, NO_FIELD, 1);
      return;
    }
    BulkItem own = answer.get(documents.own(item));
    if (own.isRetryable()) {
      retry(item, own);
    } else if (!own.isDelivered()) {
      refused.set(item);
      count(own, 1, "");
    }
    for (int i = 1; i <= documents.further(item); i++) {
      BulkItem event = answer.get(documents.own(item) + i);
      if (event.isRetryable() && !refused.get(item)) {
        retry(item, event);
      } else if (!event.isDelivered() && !event.isRetryable()) {
        count(event, 0, "an event of a span: ");
      }
    }
  }

  private void retry(int item, BulkItem document) {
    remainder.set(item);
    if (retryReason.isEmpty()) {
      retryReason = BulkAnswer.excerpt(secrets, document.words());
      retryStatus = document.status();
    }
  }

  private void count(BulkItem document, int items, String of) {
    String reason = document.words();
    String alike = PLACE.matcher(document.reason()).replaceFirst("");
    count(
        of + document.type() + DOCUMENT.matcher(alike).replaceAll(""),
        of + BulkAnswer.excerpt(secrets, reason),
        items);
  }

  private void count(String key, String reason, int items) {
    String place = reasons.containsKey(key) || reasons.size() < MAX_REASONS ? key : "";
    Tally tally =
        reasons.computeIfAbsent(
            place, k -> new Tally(place.isEmpty() ? "other reasons, such as " + reason : reason));
    tally.documents++;
    tally.items += items;
  }

  private ExportResult result() {
    List<Rejection> rejections = new ArrayList<>();
    reasons.values().forEach(tally -> rejections.add(tally.rejection()));
    ExportResult result;
    if (!remainder.isEmpty()) {
      String message =
          remainder.cardinality()
              + " of "
              + batch.itemCount()
              + " items were not taken: "
              + retryReason;
      result =
          remainder.cardinality() == batch.itemCount() && rejections.isEmpty()
              ? ExportResult.retryable(message)
              : ExportResult.retryable(batch, batch.retain(remainder), rejections, message);
      result = result.withStatusCode(retryStatus);
    } else if (refused.cardinality() == batch.itemCount()) {
      result = ExportResult.permanent(summary(rejections));
    } else if (rejections.isEmpty()) {
      result = ExportResult.success(batch).withStatusCode(200);
    } else {
      result =
          ExportResult.partial(batch, rejections)
              .withMessage(summary(rejections))
              .withStatusCode(200);
    }
    return refused.isEmpty() ? result : result.withRefused(batch.retain(refused));
  }

  private static String summary(List<Rejection> rejections) {
    String first = rejections.get(0).reason();
    return rejections.size() == 1
        ? first
        : first + " (and " + (rejections.size() - 1) + " other reasons)";
  }

  private static final class Tally {
    private final String reason;
    private int documents;
    private int items;

    Tally(String reason) {
      this.reason = reason;
    }

    Rejection rejection() {
      return new Rejection(
          items, documents > 1 ? reason + " (the first of " + documents + ")" : reason);
    }
  }
}
