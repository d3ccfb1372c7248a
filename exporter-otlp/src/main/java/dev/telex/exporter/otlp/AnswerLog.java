/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Logs what servers say about batches of a signal that they took: what they rejected, and what they
 * warn of. The first word at once, and then one a minute at most, with how many were left out.
 */
final class AnswerLog {

  static final Duration PAUSE = Duration.ofMinutes(1);

  private static final System.Logger LOGGER = System.getLogger(AnswerLog.class.getPackageName());

  private final Signal signal;
  private final InstantSource clock;

  // Guarded by this.
  private @Nullable Instant last;
  private long leftOut;
  private long leftOutItems;

  AnswerLog(Signal signal, InstantSource clock) {
    this.signal = signal;
    this.clock = clock;
  }

  /** Logs an answer if it is one of those, and gives it back. */
  ExportResult logged(ExportResult answer) {
    if (answer.isDelivered()) {
      answer.message().ifPresent(words -> log(words, answer.rejected()));
    }
    return answer;
  }

  private void log(String words, int rejected) {
    String line = "otlp, " + signal.id() + ": " + words;
    synchronized (this) {
      if (!isDue()) {
        leftOut++;
        leftOutItems += rejected;
        return;
      }
      if (leftOut > 0) {
        line +=
            " (left out since the last line: "
                + leftOut
                + " such answers, with "
                + leftOutItems
                + " rejected items)";
      }
      last = clock.instant();
      leftOut = 0;
      leftOutItems = 0;
    }
    LOGGER.log(System.Logger.Level.WARNING, line);
  }

  private boolean isDue() {
    if (last == null) {
      return true;
    }
    Duration since = Duration.between(last, clock.instant());
    // A clock that is set back must not put it off.
    return since.isNegative() || since.compareTo(PAUSE) >= 0;
  }
}
