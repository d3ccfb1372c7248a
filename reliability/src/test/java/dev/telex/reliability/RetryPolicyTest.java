/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportResult;
import java.time.Duration;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final ExportResult BUSY = ExportResult.retryable("busy");

  @Test
  void saysWhatItIs() {
    assertThat(RetryPolicy.defaults())
        .hasToString(
            "RetryPolicy[maxAttempts=5, backoff=PT1S x 2.0 up to PT30S, maxServerDelay=PT1M]");
    assertThat(RetryPolicy.builder().maxElapsed(Duration.ofMinutes(5)).build().toString())
        .endsWith("maxServerDelay=PT1M, maxElapsed=PT5M]");
    assertThat(RetryPolicy.defaults().maxAttempts()).isEqualTo(5);
  }

  @Test
  void takesWhatIsJustInBounds() {
    RetryPolicy edge =
        RetryPolicy.builder()
            .maxAttempts(1)
            .multiplier(1)
            .initialBackoff(Duration.ofNanos(1))
            .maxBackoff(Duration.ofNanos(1))
            .maxServerDelay(Duration.ZERO)
            .maxElapsed(Duration.ofNanos(1))
            .random(() -> 1)
            .build();
    assertThat(edge.maxAttempts()).isEqualTo(1);
    assertThat(edge.delay(7, BUSY.withRetryAfter(Duration.ofHours(1)))).hasNanos(1);
  }

  @Test
  void refusesWhatIsJustOutOfBounds() {
    RetryPolicy.Builder builder = RetryPolicy.builder();
    for (double factor :
        new double[] {Math.nextDown(1.0), -2, Double.NaN, Double.POSITIVE_INFINITY}) {
      assertThatThrownBy(() -> builder.multiplier(factor))
          .hasMessage("multiplier is " + factor + ": want 1 or more");
    }
    Duration negative = Duration.ofNanos(-1);
    assertThatThrownBy(() -> builder.maxServerDelay(negative))
        .hasMessage("maxServerDelay is PT-0.000000001S: want zero or more");
    assertThatThrownBy(() -> builder.maxBackoff(negative)).hasMessageContaining("maxBackoff is");
    assertThatThrownBy(() -> builder.initialBackoff(negative))
        .hasMessageContaining("initialBackoff is PT-0.000000001S: want more than zero");
  }

  @Test
  void delaysAreSpreadOverTheWholeBackoff() {
    RetryPolicy policy = RetryPolicy.defaults();
    Stream<Duration> delays = IntStream.range(0, 1000).mapToObj(i -> policy.delay(1, BUSY));
    assertThat(delays)
        .allMatch(delay -> delay.compareTo(Duration.ofSeconds(1)) <= 0)
        .anyMatch(delay -> delay.toMillis() < 300)
        .anyMatch(delay -> delay.toMillis() > 700);
  }

  @Test
  void theGreaterOfBackoffAndServersDelayIsTaken() {
    RetryPolicy policy = RetryPolicy.builder().random(() -> 1).build();
    assertThat(policy.delay(1, BUSY.withRetryAfter(Duration.ofMillis(999)))).hasMillis(1000);
    assertThat(policy.delay(1, BUSY.withRetryAfter(Duration.ofMillis(1001)))).hasMillis(1001);
    assertThat(policy.delay(1, BUSY.withRetryAfter(Duration.ofSeconds(60)))).hasSeconds(60);
    assertThat(policy.delay(1, BUSY.withRetryAfter(Duration.ofSeconds(61)))).hasSeconds(60);
  }
}
