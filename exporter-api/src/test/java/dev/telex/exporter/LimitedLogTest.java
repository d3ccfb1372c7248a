/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.ResourceBundle;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LimitedLogTest {

  private final Lines lines = new Lines();
  private long now = -1;
  private final LimitedLog log = new LimitedLog(lines, () -> now);

  @Test
  void saysTheFirstAtOnceAndThenOneAMinuteWithTheNumberLeftOut() {
    log.warn(() -> "a", new IllegalStateException("why"));
    log.warn(() -> "b", null);
    pass(Duration.ofMinutes(1).minusNanos(1));
    log.warn(() -> "c", null);
    assertThat(lines.all).containsExactly("WARNING a why");
    pass(Duration.ofNanos(1));
    log.warn(() -> "d", null);
    assertThat(lines.all.get(1)).isEqualTo("WARNING d (2 more since the last such line)");
    pass(Duration.ofMinutes(1));
    log.warn(() -> "e", null);
    assertThat(lines.all.get(2)).isEqualTo("WARNING e");
  }

  @Test
  void isNotSilencedByAClockThatGoesBack() {
    log.warn(() -> "a", null);
    pass(Duration.ofDays(-1));
    log.warn(() -> "b", null);
    assertThat(lines.all).containsExactly("WARNING a", "WARNING b");
  }

  @Test
  void sumsUp() {
    log.warnIfAny(() -> "");
    log.warnIfAny(() -> "2 lost");
    log.warnIfAny(
        () -> {
          throw new AssertionError("asked too early");
        });
    log.last(() -> "1 lost");
    log.last(() -> "");
    assertThat(lines.all).containsExactly("WARNING 2 lost", "WARNING 1 lost");
  }

  @Test
  void saysAtTheEndWhatWasLeftOut() {
    log.end("failures");
    log.warn(() -> "a", null);
    log.warn(() -> "b", null);
    log.end("failures");
    log.end("failures");
    assertThat(lines.all)
        .containsExactly("WARNING a", "WARNING failures: 1 more since the last such line");
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  /** A logger that keeps its lines. */
  private static final class Lines implements System.Logger {

    private final List<String> all = new ArrayList<>();

    @Override
    public String getName() {
      return "test";
    }

    @Override
    public boolean isLoggable(Level level) {
      return true;
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String message,
        @Nullable Throwable thrown) {
      all.add(level + " " + message + (thrown == null ? "" : " " + thrown.getMessage()));
    }

    @Override
    public void log(
        Level level,
        @Nullable ResourceBundle bundle,
        @Nullable String format,
        @Nullable Object @Nullable ... parameters) {
      all.add(level + " " + format);
    }
  }
}
