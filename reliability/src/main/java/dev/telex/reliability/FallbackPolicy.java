/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import java.time.Duration;

/**
 * What a fallback takes, and when it is asked first.
 *
 * <p>After {@code passOverAfter} batches in a row that the primary did not take, it is passed over:
 * batches go to the fallback at once, so that a dead primary does not cost each of them its
 * timeouts and retries. After {@code probeAfter} the next batch goes to the primary again, alone;
 * if that is taken the primary is back, and else it is passed over for the same time again.
 *
 * <p>Only batches count of which the primary settled nothing and which it did not refuse: RETRYABLE
 * or SHUTDOWN. A primary that answers, if only to refuse, is alive. Immutable.
 */
public final class FallbackPolicy {

  /** What is handed to the fallback. */
  public enum Takes {
    /**
     * All that the primary did not deliver: what it could not be given, and what it refused for
     * good, where it says {@linkplain dev.telex.exporter.ExportResult#refused which items}.
     */
    UNDELIVERED,
    /** Only what the primary could not be given. What it refused for good stays refused. */
    UNSENT
  }

  /** resilience4j keeps an array of this size. */
  private static final int MAX_PASS_OVER_AFTER = 10_000;

  /** Far from where the arithmetic of times ends. */
  private static final Duration MAX_PROBE_AFTER = Duration.ofDays(365);

  private final Takes takes;
  private final int passOverAfter;
  private final Duration probeAfter;

  private FallbackPolicy(Builder builder) {
    this.takes = builder.takes;
    this.passOverAfter = builder.passOverAfter;
    this.probeAfter = builder.probeAfter;
  }

  /** The policy of a builder that was not touched. */
  public static FallbackPolicy defaults() {
    return builder().build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  boolean takesRefused() {
    return takes == Takes.UNDELIVERED;
  }

  /** 0 for never. */
  int passOverAfter() {
    return passOverAfter;
  }

  Duration probeAfter() {
    return probeAfter;
  }

  @Override
  public String toString() {
    return "FallbackPolicy[takes="
        + takes
        + (passOverAfter == 0
            ? ", never passes over"
            : ", passOverAfter=" + passOverAfter + ", probeAfter=" + probeAfter)
        + "]";
  }

  /** Builds a {@link FallbackPolicy}. Each setter checks its value at once. */
  public static final class Builder {
    private Takes takes = Takes.UNDELIVERED;
    private int passOverAfter = 3;
    private Duration probeAfter = Duration.ofSeconds(30);

    private Builder() {}

    /** What is handed over. Default {@link Takes#UNDELIVERED}. */
    public Builder takes(Takes what) {
      takes = what;
      return this;
    }

    /**
     * After how many batches in a row that the primary did not take it is passed over. Default 3.
     *
     * @param batches 1 to 10,000
     */
    public Builder passOverAfter(int batches) {
      if (batches < 1 || batches > MAX_PASS_OVER_AFTER) {
        throw new IllegalArgumentException(
            "passOverAfter is " + batches + ": want 1 to 10000; neverPassOver() asks it each time");
      }
      passOverAfter = batches;
      return this;
    }

    /** Asks the primary first each time, however often it failed. */
    public Builder neverPassOver() {
      passOverAfter = 0;
      return this;
    }

    /**
     * How long the primary is passed over before it is probed. Default 30 s.
     *
     * @param delay 1 ms or more; of more than 365 days, 365 days
     */
    public Builder probeAfter(Duration delay) {
      if (delay.compareTo(Duration.ofMillis(1)) < 0) {
        throw new IllegalArgumentException("probeAfter is " + delay + ": want 1 ms or more");
      }
      probeAfter = delay.compareTo(MAX_PROBE_AFTER) > 0 ? MAX_PROBE_AFTER : delay;
      return this;
    }

    /** The policy. */
    public FallbackPolicy build() {
      return new FallbackPolicy(this);
    }
  }
}
