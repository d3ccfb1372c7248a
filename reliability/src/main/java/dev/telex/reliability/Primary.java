/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the primary of a fallback is asked, by how it did lately. resilience4j's circuit
 * breaker keeps the state: closed is {@link PrimaryState#USED}, open is {@link
 * PrimaryState#PASSED_OVER}, half open is {@link PrimaryState#PROBED}.
 */
final class Primary {

  private static final System.Logger LOGGER = System.getLogger(Primary.class.getPackageName());

  private final String name;
  private final FallbackPolicy policy;
  private final @Nullable CircuitBreaker breaker;

  /** How often the state has changed. */
  private final AtomicInteger era = new AtomicInteger();

  Primary(String name, FallbackPolicy policy, Site site) {
    this.name = name;
    this.policy = policy;
    if (policy.passOverAfter() == 0) {
      this.breaker = null;
      return;
    }
    CircuitBreaker made =
        site.registries()
            .circuitBreaker(
                site.leg(),
                CircuitBreakerConfig.custom()
                    .slidingWindowSize(policy.passOverAfter())
                    .minimumNumberOfCalls(policy.passOverAfter())
                    .failureRateThreshold(100)
                    .waitDurationInOpenState(policy.probeAfter())
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .clock(site.timers().clock())
                    .build());
    this.breaker = made;
    made.getEventPublisher()
        .onStateTransition(event -> changed(state(event.getStateTransition().getToState()), site));
  }

  /**
   * Whether the next batch goes to the primary.
   *
   * @return empty if not; else what {@link #ended} has to be told then, which has to follow
   */
  OptionalInt ask() {
    return breaker == null || breaker.tryAcquirePermission()
        ? OptionalInt.of(era.get())
        : OptionalInt.empty();
  }

  /** What a batch got that was not given to the primary. */
  ExportResult passedOver() {
    return ExportResult.retryable(
        name
            + " is passed over since it did not take "
            + policy.passOverAfter()
            + " batches in a row");
  }

  /**
   * What became of a batch that was given to the primary. If the state has changed in between then
   * it says nothing: a probe is not decided by what was begun before it.
   *
   * @param asked what {@link #ask} gave
   * @param counts whether it says something of the primary, and not of whoever cancelled it
   */
  void ended(int asked, ExportResult result, boolean counts) {
    CircuitBreaker known = breaker;
    if (known == null || asked != era.get()) {
      return;
    }
    Events.quietly(
        () -> {
          if (!counts) {
            known.releasePermission();
          } else if (isDead(result)) {
            known.onError(0, TimeUnit.NANOSECONDS, Events.failure(result));
          } else {
            known.onSuccess(0, TimeUnit.NANOSECONDS);
          }
        });
  }

  private static boolean isDead(ExportResult result) {
    return (result.status() == Status.RETRYABLE || result.status() == Status.SHUTDOWN)
        && result.remainder().isEmpty();
  }

  private static PrimaryState state(CircuitBreaker.State state) {
    return switch (state) {
      case OPEN, FORCED_OPEN -> PrimaryState.PASSED_OVER;
      case HALF_OPEN -> PrimaryState.PROBED;
      case CLOSED, DISABLED, METRICS_ONLY -> PrimaryState.USED;
    };
  }

  private void changed(PrimaryState state, Site site) {
    era.incrementAndGet();
    LOGGER.log(
        state == PrimaryState.PASSED_OVER ? System.Logger.Level.WARNING : System.Logger.Level.INFO,
        "leg {0}: the primary {1} is {2}",
        site.leg(),
        name,
        switch (state) {
          case USED -> "used again";
          case PASSED_OVER -> "passed over for " + policy.probeAfter() + ", since it is dead";
          case PROBED -> "probed";
        });
    site.listeners().onPrimaryState(site.leg(), name, state);
  }
}
