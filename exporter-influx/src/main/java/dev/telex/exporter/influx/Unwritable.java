/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The items of a batch of which line protocol can hold nothing, or not all. */
final class Unwritable {

  private final Batch batch;
  private final BitSet written = new BitSet();

  Unwritable(Batch batch, Payload payload) {
    this.batch = batch;
    for (int item = 0; item < payload.itemCount(); item++) {
      written.set(item, payload.item(item).hasRemaining());
    }
  }

  /** What can be written: the batch itself, or a part of it, or nothing. */
  @Nullable Batch rest() {
    return written.isEmpty() ? null : batch.retain(written);
  }

  /** The result of a batch of which nothing can be written. */
  ExportResult all() {
    return ExportResult.permanent(reason()).withRefused(batch);
  }

  /** The result of the whole, from that of the rest. */
  ExportResult with(ExportResult result, Batch rest) {
    int count = batch.itemCount() - rest.itemCount();
    List<Rejection> rejections = new ArrayList<>(result.rejections());
    if (count > 0) {
      rejections.add(new Rejection(count, reason()));
    }
    int incomplete =
        batch.signal() == Signal.METRICS && result.isDelivered() ? incomplete(batch.metrics()) : 0;
    if (incomplete > 0) {
      rejections.add(
          new Rejection(
              0,
              incomplete
                  + " data points were written without a sum, extreme, quantile or exemplar that"
                  + " is NaN or infinite"));
    }
    if (rejections.size() == result.rejections().size()) {
      return result;
    }
    if (result.status() == Status.PERMANENT) {
      // All of it is refused, and that needs no count.
      return result.withRefused(batch);
    }
    Status status = result.status() == Status.SUCCESS ? Status.PARTIAL : result.status();
    Batch left =
        result.isDelivered() || count == 0
            ? result.remainder().orElse(null)
            : result.remainder().orElse(rest);
    return result
        .summed(status, result.accepted(), rejections, left)
        .withRefused(refused(result, count));
  }

  private @Nullable Batch refused(ExportResult result, int count) {
    Batch before = result.refused().orElse(null);
    if (count == 0 || (before == null && result.rejected() > 0)) {
      return before;
    }
    BitSet unwritten = new BitSet();
    unwritten.set(0, batch.itemCount());
    unwritten.andNot(written);
    Batch mine = batch.retain(unwritten);
    return before == null ? mine : before.plus(mine);
  }

  private String reason() {
    return switch (batch.signal()) {
      case TRACES -> "a span without a valid trace id and span id, which are its tags";
      case METRICS -> "a value that is NaN or infinite, which line protocol cannot hold";
      case LOGS -> "nothing to write";
    };
  }

  private static int incomplete(List<MetricData> metrics) {
    int points = 0;
    for (MetricData metric : metrics) {
      for (PointData point : metric.getData().getPoints()) {
        points += MetricLines.isWritable(point) && !MetricLines.isWhole(point) ? 1 : 0;
      }
    }
    return points;
  }
}
