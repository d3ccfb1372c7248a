/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportResult;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;

/**
 * What became of the items of one signal:
 *
 * <pre>{@code emitted = delivered + rejected + dropped (all reasons) + queued + inFlight}</pre>
 *
 * <p>The counts are read one after the other, so that the sum is exact only when nothing moves;
 * after the shutdown {@code queued} and {@code inFlight} are zero.
 *
 * @param emitted sampled spans that ended, log records, or data points that were collected
 * @param delivered items that the exporter delivered, with those that a fallback took
 * @param fellBack those of the delivered ones that a fallback took
 * @param rejected items that a backend refused for good
 * @param dropped items that nobody took, by reason; without the reasons that did not occur
 * @param queued items that wait
 * @param inFlight items of exports that are under way
 * @param unknown items that are counted as dropped, but may have arrived: the answer was lost, see
 *     {@link ExportResult#outcomeUnknown()}
 * @param exports exports that have ended
 */
public record SignalStats(
    long emitted,
    long delivered,
    long fellBack,
    long rejected,
    Map<DropReason, Long> dropped,
    long queued,
    long inFlight,
    long unknown,
    long exports) {

  static final SignalStats NONE = new SignalStats(0, 0, 0, 0, Map.of(), 0, 0, 0, 0);

  /** Copies the map. */
  public SignalStats {
    Map<DropReason, Long> copy = new EnumMap<>(DropReason.class);
    copy.putAll(dropped);
    dropped = Collections.unmodifiableMap(copy);
  }

  /** Items dropped for one reason. */
  public long dropped(DropReason reason) {
    return dropped.getOrDefault(reason, 0L);
  }

  /** Items dropped for all reasons. */
  public long droppedInAll() {
    return dropped.values().stream().mapToLong(Long::longValue).sum();
  }
}
