/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.util.function.Predicate;

/**
 * Where resilience4j keeps what it counts and tells for the decorators of a chain: each under the
 * name of its leg, with a number behind it if that is taken.
 */
record Registries(
    RetryRegistry retries,
    TimeLimiterRegistry timeLimiters,
    CircuitBreakerRegistry circuitBreakers) {

  static Registries ofDefaults() {
    return new Registries(
        RetryRegistry.ofDefaults(),
        TimeLimiterRegistry.ofDefaults(),
        CircuitBreakerRegistry.ofDefaults());
  }

  Retry retry(String leg, RetryConfig config) {
    return retries.retry(free(leg, name -> retries.find(name).isPresent()), config);
  }

  TimeLimiter timeLimiter(String leg, TimeLimiterConfig config) {
    return timeLimiters.timeLimiter(free(leg, name -> timeLimiters.find(name).isPresent()), config);
  }

  CircuitBreaker circuitBreaker(String leg, CircuitBreakerConfig config) {
    return circuitBreakers.circuitBreaker(
        free(leg, name -> circuitBreakers.find(name).isPresent()), config);
  }

  // A registry answers with what it has under a name, whatever configuration is asked for.
  private static String free(String leg, Predicate<String> taken) {
    String name = leg;
    for (int number = 2; taken.test(name); number++) {
      name = leg + "-" + number;
    }
    return name;
  }
}
