/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.LimitedLog;
import dev.telex.exporter.Signal;
import java.util.EnumMap;
import java.util.Map;
import java.util.StringJoiner;

/** Says from time to time what was dropped before it was exported. Used by one thread at a time. */
final class DropLog {

  private final Signal signal;
  private final Tally tally;
  private final PipelineSettings settings;
  private final LimitedLog log;
  private final Map<DropReason, Long> known = new EnumMap<>(DropReason.class);

  DropLog(Signal signal, Tally tally, PipelineSettings settings) {
    this.signal = signal;
    this.tally = tally;
    this.settings = settings;
    this.log = new LimitedLog(Pipeline.LOGGER, settings.nanoTime());
  }

  /** Logs what was dropped since the last time, if anything. */
  void report() {
    log.warnIfAny(this::news);
  }

  /** The last word. */
  void end() {
    log.last(this::news);
  }

  private String news() {
    StringJoiner words = new StringJoiner(", ");
    add(words, DropReason.QUEUE_FULL, "did not fit into the queue");
    add(words, DropReason.EVICTED, "had to make room in the queue");
    add(words, DropReason.UNREADABLE, "could not be read");
    add(words, DropReason.SHUTDOWN, "were not sent before the shutdown was over");
    return words.length() == 0
        ? ""
        : signal.id()
            + " were dropped: "
            + words
            + " (maxQueueSize="
            + settings.maxQueueSize()
            + ", maxQueueBytes="
            + settings.maxQueueBytes()
            + ", maxInFlight="
            + settings.maxInFlight()
            + ")";
  }

  private void add(StringJoiner words, DropReason reason, String what) {
    long now = tally.dropped(reason);
    long before = known.getOrDefault(reason, 0L);
    if (now > before) {
      known.put(reason, now);
      words.add((now - before) + " " + what);
    }
  }
}
