/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a rotation removed, and says so: at once the first time, and then at most once a
 * minute, with all that came together.
 */
final class RotationLog {

  private static final System.Logger LOGGER = System.getLogger(RotationLog.class.getPackageName());
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private final Clock clock;
  private long files;
  private long batches;
  private long bytes;
  private long toldFiles;
  private long toldBatches;
  private long toldBytes;
  private @Nullable Instant told;
  private @Nullable Instant toldFailure;

  RotationLog(Clock clock) {
    this.clock = clock;
  }

  synchronized long files() {
    return files;
  }

  synchronized long batches() {
    return batches;
  }

  /** A file was deleted with all that was in it. */
  synchronized void removed(Path file, long itsBatches, long itsBytes, int keep) {
    files++;
    batches += itsBatches;
    bytes += itsBytes;
    if (isTime(told)) {
      told = clock.instant();
      tell(" up to " + file + ", because no more than " + keep + " are to be kept");
    }
  }

  /** Something about the files went wrong; no line was lost by it. */
  synchronized void failed(String what, Path file, IOException failure) {
    if (isTime(toldFailure)) {
      toldFailure = clock.instant();
      LOGGER.log(System.Logger.Level.WARNING, "cannot " + what + " " + file + ": " + failure);
    }
  }

  /** Says what was not said yet. */
  synchronized void close() {
    if (files > toldFiles) {
      tell("");
    }
  }

  private void tell(String more) {
    LOGGER.log(
        System.Logger.Level.WARNING,
        "removed "
            + (files - toldFiles)
            + " rotated file(s) with "
            + (batches - toldBatches)
            + " batch(es), "
            + (bytes - toldBytes)
            + " bytes"
            + more);
    toldFiles = files;
    toldBatches = batches;
    toldBytes = bytes;
  }

  private boolean isTime(@Nullable Instant last) {
    return last == null || !clock.instant().isBefore(last.plus(PAUSE));
  }
}
