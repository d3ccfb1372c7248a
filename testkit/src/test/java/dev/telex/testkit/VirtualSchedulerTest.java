/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class VirtualSchedulerTest {

  private final VirtualScheduler scheduler = new VirtualScheduler();
  private final List<String> ran = new ArrayList<>();

  @Test
  void runsTasksInTheOrderInWhichTheyAreDue() {
    scheduler.schedule(() -> ran.add("b@" + scheduler.now().toMillis()), 20, MILLISECONDS);
    scheduler.schedule(() -> ran.add("a@" + scheduler.now().toMillis()), 10, MILLISECONDS);
    scheduler.schedule(() -> ran.add("c@" + scheduler.now().toMillis()), 20, MILLISECONDS);

    scheduler.advance(Duration.ofMillis(9));
    assertThat(ran).isEmpty();
    scheduler.advance(Duration.ofMillis(100));
    assertThat(ran).containsExactly("a@10", "b@20", "c@20");
    assertThat(scheduler.now()).isEqualTo(Duration.ofMillis(109));
  }

  @Test
  void aCancelledTaskLeavesTheQueue() {
    Future<?> task = scheduler.schedule(() -> ran.add("a"), 10, MILLISECONDS);
    assertThat(scheduler.pending()).isEqualTo(1);

    task.cancel(false);

    assertThat(scheduler.pending()).isZero();
    scheduler.advance(Duration.ofSeconds(1));
    assertThat(ran).isEmpty();
  }

  @Test
  void aTaskThatAddsOneDueNowSeesItRunInTheSameAdvance() {
    scheduler.execute(() -> scheduler.execute(() -> ran.add("inner")));
    scheduler.runDue();
    assertThat(ran).containsExactly("inner");
  }

  @Test
  void repeatsAtAFixedRateUntilCancelled() {
    Future<?> task = scheduler.scheduleAtFixedRate(() -> ran.add("x"), 5, 10, MILLISECONDS);
    scheduler.advance(Duration.ofMillis(26));
    assertThat(ran).hasSize(3);
    task.cancel(false);
    scheduler.advance(Duration.ofMillis(100));
    assertThat(ran).hasSize(3);
  }

  @Test
  void refusesTasksAfterShutdown() {
    scheduler.schedule(() -> ran.add("left"), 1, MILLISECONDS);
    assertThat(scheduler.shutdownNow()).hasSize(1);
    assertThatThrownBy(() -> scheduler.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class);
    assertThat(scheduler.isTerminated()).isTrue();
  }
}
