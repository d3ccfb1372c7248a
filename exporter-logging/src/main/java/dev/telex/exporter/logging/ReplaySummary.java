/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

/**
 * What became of all lines of a file in a {@link FileReplay}, or of several.
 *
 * @param lines that hold something
 * @param unreadable lines of them that cannot be read: torn by a crash, too long, or of something
 *     else
 * @param items in the lines that were read: the sum of the next four
 * @param delivered items
 * @param fellBack items that a fallback inside of the exporter took instead
 * @param rejected items that the backend refused for good
 * @param undelivered items that nobody took
 * @param unknown lines whose answer was lost: their items may have been delivered, and a further
 *     replay may deliver them twice
 * @param flushed whether the exporter's flush succeeded after the last line: what a file took as a
 *     fallback is on the disk
 */
public record ReplaySummary(
    long lines,
    long unreadable,
    long items,
    long delivered,
    long fellBack,
    long rejected,
    long undelivered,
    long unknown,
    boolean flushed) {

  static final ReplaySummary NOTHING = new ReplaySummary(0, 0, 0, 0, 0, 0, 0, 0, true);

  /**
   * Whether the file is not needed any more: every line was read, and every item of it was
   * delivered or is safe with a fallback.
   */
  public boolean isComplete() {
    return unreadable == 0 && rejected == 0 && undelivered == 0 && flushed;
  }

  /** The sums of both. */
  public ReplaySummary plus(ReplaySummary more) {
    return new ReplaySummary(
        lines + more.lines,
        unreadable + more.unreadable,
        items + more.items,
        delivered + more.delivered,
        fellBack + more.fellBack,
        rejected + more.rejected,
        undelivered + more.undelivered,
        unknown + more.unknown,
        flushed && more.flushed);
  }

  ReplaySummary plus(ReplayedLine line) {
    boolean lost = line.result().map(result -> result.outcomeUnknown()).orElse(false);
    return new ReplaySummary(
        lines + 1,
        unreadable + (line.result().isEmpty() ? 1 : 0),
        items + line.items(),
        delivered + line.delivered(),
        fellBack + line.fellBack(),
        rejected + line.rejected(),
        undelivered + line.undelivered(),
        unknown + (lost ? 1 : 0),
        flushed);
  }

  ReplaySummary withFlushed(boolean success) {
    return new ReplaySummary(
        lines,
        unreadable,
        items,
        delivered,
        fellBack,
        rejected,
        undelivered,
        unknown,
        flushed && success);
  }
}
