/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;
import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * When and how often a batch is sent again after a {@link ExportResult.Status#RETRYABLE} result.
 *
 * <p>The delay before attempt n+1 is drawn uniformly from zero to {@code initialBackoff ×
 * multiplier^(n-1)}, capped by {@code maxBackoff} ("full jitter": clients that failed together do
 * not come back together). If the server asked for a delay, the greater of the two is taken, the
 * server's capped by {@code maxServerDelay}. Immutable.
 */
public final class RetryPolicy {

  private static final Duration FOR_EVER = Duration.ofSeconds(Long.MAX_VALUE);

  private final int maxAttempts;
  private final Duration initialBackoff;
  private final Duration maxBackoff;
  private final double multiplier;
  private final Duration maxServerDelay;
  private final Duration maxElapsed;
  private final DoubleSupplier random;

  private RetryPolicy(Builder builder) {
    this.maxAttempts = builder.maxAttempts;
    this.initialBackoff = builder.initialBackoff;
    this.maxBackoff = builder.maxBackoff;
    this.multiplier = builder.multiplier;
    this.maxServerDelay = builder.maxServerDelay;
    this.maxElapsed = builder.maxElapsed;
    this.random = builder.random;
  }

  /** The policy of a builder that was not touched. */
  public static RetryPolicy defaults() {
    return builder().build();
  }

  /** A builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** All attempts, the first included. */
  public int maxAttempts() {
    return maxAttempts;
  }

  /** How long after the first attempt begins the last one may begin. */
  Duration maxElapsed() {
    return maxElapsed;
  }

  /** The delay after attempt {@code attempt} (from 1) ended with {@code result}. */
  Duration delay(int attempt, ExportResult result) {
    double grown = (double) Timers.nanos(initialBackoff) * Math.pow(multiplier, attempt - 1);
    double ceiling = Math.min((double) Timers.nanos(maxBackoff), grown);
    Duration backoff = Duration.ofNanos((long) (ceiling * random.getAsDouble()));
    Duration asked = result.retryAfter().orElse(Duration.ZERO);
    return longer(backoff, asked.compareTo(maxServerDelay) > 0 ? maxServerDelay : asked);
  }

  /** What resilience4j makes of this policy: its counters and events are then right. */
  RetryConfig toConfig() {
    return RetryConfig.<ExportResult>custom()
        .maxAttempts(maxAttempts)
        .retryOnResult(result -> result.status() == ExportResult.Status.RETRYABLE)
        .retryOnException(failure -> false)
        .intervalBiFunction((attempt, either) -> delay(attempt, either.get()).toMillis())
        .build();
  }

  @Override
  public String toString() {
    return "RetryPolicy[maxAttempts="
        + maxAttempts
        + ", backoff="
        + initialBackoff
        + " x "
        + multiplier
        + " up to "
        + maxBackoff
        + ", maxServerDelay="
        + maxServerDelay
        + (maxElapsed.equals(FOR_EVER) ? "" : ", maxElapsed=" + maxElapsed)
        + "]";
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) >= 0 ? one : other;
  }

  /** Builds a {@link RetryPolicy}. Each setter checks its value at once. */
  public static final class Builder {
    private int maxAttempts = 5;
    private Duration initialBackoff = Duration.ofSeconds(1);
    private Duration maxBackoff = Duration.ofSeconds(30);
    private double multiplier = 2;
    private Duration maxServerDelay = Duration.ofMinutes(1);
    private Duration maxElapsed = FOR_EVER;
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();

    private Builder() {}

    /**
     * All attempts, the first included. Default 5.
     *
     * @param attempts 1 or more; 1 never retries
     */
    public Builder maxAttempts(int attempts) {
      if (attempts < 1) {
        throw new IllegalArgumentException("maxAttempts is " + attempts + ": want 1 or more");
      }
      maxAttempts = attempts;
      return this;
    }

    /** The longest delay after the first attempt; more than zero. Default 1 s. */
    public Builder initialBackoff(Duration delay) {
      initialBackoff = positive("initialBackoff", delay);
      return this;
    }

    /** The longest delay of all, but for one that the server asks for. Default 30 s. */
    public Builder maxBackoff(Duration delay) {
      maxBackoff = positive("maxBackoff", delay);
      return this;
    }

    /**
     * By how much the longest delay grows with each attempt. Default 2.
     *
     * @param factor 1 or more, and finite
     */
    public Builder multiplier(double factor) {
      if (!(factor >= 1 && factor < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException("multiplier is " + factor + ": want 1 or more");
      }
      multiplier = factor;
      return this;
    }

    /**
     * The longest delay that a server may ask for; one that asks for more is tried again after
     * this. Default 1 min, which is more than {@code maxBackoff}; zero ignores what servers ask.
     */
    public Builder maxServerDelay(Duration delay) {
      if (delay.isNegative()) {
        throw new IllegalArgumentException("maxServerDelay is " + delay + ": want zero or more");
      }
      maxServerDelay = delay;
      return this;
    }

    /**
     * How long after the beginning of the first attempt the last one may begin; more than zero.
     * When the next would be later the retries end at once, with RETRYABLE. Default: no limit but
     * {@link #maxAttempts}.
     */
    public Builder maxElapsed(Duration time) {
      maxElapsed = positive("maxElapsed", time);
      return this;
    }

    /** Where the jitter comes from, for tests: numbers from 0 to 1. */
    public Builder random(DoubleSupplier source) {
      random = source;
      return this;
    }

    /** The policy. */
    public RetryPolicy build() {
      return new RetryPolicy(this);
    }

    private static Duration positive(String setting, Duration value) {
      if (value.isNegative() || value.isZero()) {
        throw new IllegalArgumentException(setting + " is " + value + ": want more than zero");
      }
      return value;
    }
  }
}
