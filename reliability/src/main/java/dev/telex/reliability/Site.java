/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Where in a chain a decorator stands.
 *
 * @param leg the name of its leg, for listeners and messages
 * @param timers the chain's clock and scheduler
 * @param executor runs what must not run on a transport's or the scheduler's thread
 * @param listeners those of the chain and of the leg
 * @param retries where its retries are registered
 * @param timeLimiters where its timeouts are registered
 */
record Site(
    String leg,
    Timers timers,
    Executor executor,
    Listeners listeners,
    RetryRegistry retries,
    TimeLimiterRegistry timeLimiters) {

  /** Registers a retry under the leg's name, with a number behind it if that is taken. */
  Retry retry(RetryConfig config) {
    return retries.retry(free(name -> retries.find(name).isPresent()), config);
  }

  /** As {@link #retry}, for a timeout. */
  TimeLimiter timeLimiter(TimeLimiterConfig config) {
    return timeLimiters.timeLimiter(free(name -> timeLimiters.find(name).isPresent()), config);
  }

  // A registry answers with what it has under a name, whatever configuration is asked for.
  private String free(Predicate<String> taken) {
    String name = leg;
    for (int number = 2; taken.test(name); number++) {
      name = leg + "-" + number;
    }
    return name;
  }
}
