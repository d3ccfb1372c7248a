/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class CancellableContextTest {

  private final CancellableContext parent = CancellableContext.create();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);

  @Test
  void noneIsNeverCancelledAndKeepsNothing() {
    ExportContext none = ExportContext.none();
    none.onCancel(
        () -> {
          throw new AssertionError("must not run");
        });
    ((CancellableContext) none).cancel();
    CancellableContext child = CancellableContext.childOf(none);

    assertThat(none.isCancelled()).isFalse();
    assertThat(none.attempt()).isEqualTo(1);
    assertThat(none.remaining()).isEmpty();
    assertThat(child.isCancelled()).isFalse();
    child.cancel();
    child.release();
    assertThat(child.isCancelled()).isTrue();
    assertThat(none.isCancelled()).isFalse();
  }

  @Test
  void cancelsItsChildrenAndNotItsParent() {
    CancellableContext child = CancellableContext.childOf(parent);
    CancellableContext grandchild = CancellableContext.childOf(child, 3);
    CancellableContext other = CancellableContext.childOf(parent);

    child.cancel();
    assertThat(child.isCancelled()).isTrue();
    assertThat(grandchild.isCancelled()).isTrue();
    assertThat(parent.isCancelled()).isFalse();
    assertThat(other.isCancelled()).isFalse();

    parent.cancel();
    assertThat(other.isCancelled()).isTrue();
  }

  @Test
  void aChildOfACancelledParentIsCancelled() {
    parent.cancel();

    assertThat(CancellableContext.childOf(parent).isCancelled()).isTrue();
    assertThat(CancellableContext.childOf(parent, 2).isCancelled()).isTrue();
    assertThat(CancellableContext.childOf(parent, Duration.ofSeconds(1), nanos::get).isCancelled())
        .isTrue();
  }

  @Test
  void runsEachCallbackOnceInOrder() {
    List<String> ran = new ArrayList<>();
    parent.onCancel(() -> ran.add("first"));
    parent.onCancel(() -> ran.add("second"));

    parent.cancel();
    parent.cancel();

    assertThat(ran).containsExactly("first", "second");
  }

  @Test
  void runsACallbackAtOnceWhenItIsCancelled() {
    AtomicInteger runs = new AtomicInteger();
    parent.cancel();

    parent.onCancel(runs::incrementAndGet);

    assertThat(runs).hasValue(1);
    parent.cancel();
    assertThat(runs).hasValue(1);
  }

  @Test
  void aCallbackMaySeeThatItIsCancelledAndAddAnother() {
    List<Boolean> seen = new ArrayList<>();
    parent.onCancel(() -> parent.onCancel(() -> seen.add(parent.isCancelled())));

    parent.cancel();

    assertThat(seen).containsExactly(true);
  }

  @Test
  void aThrowingCallbackDoesNotStopTheOthers() {
    AtomicInteger runs = new AtomicInteger();
    parent.onCancel(
        () -> {
          throw new IllegalStateException("for the log of this test");
        });
    parent.onCancel(
        () -> {
          throw new NoClassDefFoundError("for the log of this test");
        });
    CancellableContext child = CancellableContext.childOf(parent);
    parent.onCancel(runs::incrementAndGet);

    parent.cancel();

    assertThat(runs).hasValue(1);
    assertThat(child.isCancelled()).isTrue();
  }

  @Test
  void aVirtualMachineErrorGoesThroughAfterTheOthers() {
    AtomicInteger runs = new AtomicInteger();
    Error error = new OutOfMemoryError("heap");
    parent.onCancel(
        () -> {
          throw error;
        });
    parent.onCancel(runs::incrementAndGet);

    assertThatThrownBy(parent::cancel).isSameAs(error);
    assertThat(runs).hasValue(1);
    assertThat(parent.isCancelled()).isTrue();
  }

  @Test
  void releaseLeavesTheParentAndForgetsTheCallbacks() {
    AtomicInteger runs = new AtomicInteger();
    CancellableContext child = CancellableContext.childOf(parent);
    CancellableContext stays = CancellableContext.childOf(parent);
    child.onCancel(runs::incrementAndGet);

    child.release();
    child.onCancel(runs::incrementAndGet);
    parent.cancel();

    // Had the parent still held the child, it would be cancelled now.
    assertThat(child.isCancelled()).isFalse();
    assertThat(stays.isCancelled()).isTrue();
    child.cancel();
    assertThat(runs).hasValue(0);
  }

  @Test
  void aReleasedContextStillTellsThatItWasCancelled() {
    AtomicInteger runs = new AtomicInteger();
    parent.cancel();
    parent.release();

    parent.onCancel(runs::incrementAndGet);

    assertThat(parent.isCancelled()).isTrue();
    assertThat(runs).hasValue(1);
  }

  @Test
  void followsAParentOfAnotherKind() {
    List<Runnable> callbacks = new ArrayList<>();
    ExportContext foreign =
        new ExportContext() {
          @Override
          public int attempt() {
            return 7;
          }

          @Override
          public Optional<Duration> remaining() {
            return Optional.of(Duration.ofSeconds(3));
          }

          @Override
          public boolean isCancelled() {
            return false;
          }

          @Override
          public void onCancel(Runnable abort) {
            callbacks.add(abort);
          }
        };

    CancellableContext child = CancellableContext.childOf(foreign);
    child.release();

    assertThat(child.attempt()).isEqualTo(7);
    assertThat(child.remaining()).contains(Duration.ofSeconds(3));
    callbacks.forEach(Runnable::run);
    assertThat(child.isCancelled()).isTrue();
  }

  @Test
  void aChildHasTheAttemptOfItsParentOrItsOwn() {
    CancellableContext second = CancellableContext.childOf(parent, 2);

    assertThat(parent.attempt()).isEqualTo(1);
    assertThat(CancellableContext.childOf(second, 1).attempt()).isEqualTo(1);
    assertThat(second.attempt()).isEqualTo(2);
    assertThat(CancellableContext.childOf(second).attempt()).isEqualTo(2);
    assertThat(CancellableContext.childOf(second, Duration.ZERO, nanos::get).attempt())
        .isEqualTo(2);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CancellableContext.childOf(parent, 0))
        .withMessage("attempt is 0: want 1 or more");
  }

  @Test
  void theTimeThatIsLeftIsTheLeastOfItsOwnAndItsParents() {
    CancellableContext whole =
        CancellableContext.childOf(parent, Duration.ofSeconds(10), nanos::get);
    CancellableContext attempt =
        CancellableContext.childOf(whole, Duration.ofSeconds(4), nanos::get);
    CancellableContext longer =
        CancellableContext.childOf(attempt, Duration.ofHours(1), nanos::get);

    assertThat(parent.remaining()).isEmpty();
    assertThat(whole.remaining()).contains(Duration.ofSeconds(10));
    assertThat(attempt.remaining()).contains(Duration.ofSeconds(4));
    assertThat(longer.remaining()).contains(Duration.ofSeconds(4));
    assertThat(CancellableContext.childOf(longer).remaining()).contains(Duration.ofSeconds(4));

    // Past the point where the nanoseconds overflow.
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(3));
    assertThat(attempt.remaining()).contains(Duration.ofSeconds(1));
    nanos.addAndGet(TimeUnit.SECONDS.toNanos(2));
    assertThat(attempt.remaining()).contains(Duration.ZERO);
    assertThat(whole.remaining()).contains(Duration.ofSeconds(5));
    assertThat(attempt.isCancelled()).as("the limit only informs").isFalse();
  }

  @Test
  void takesForEverAndLessThanNothing() {
    Duration forEver = Duration.ofSeconds(Long.MAX_VALUE);

    CancellableContext endless = CancellableContext.childOf(parent, forEver, nanos::get);
    nanos.addAndGet(TimeUnit.DAYS.toNanos(1));
    CancellableContext over = CancellableContext.childOf(parent, forEver.negated(), nanos::get);

    assertThat(endless.remaining().orElseThrow()).isGreaterThan(Duration.ofDays(50_000));
    assertThat(over.remaining()).contains(Duration.ZERO);
  }

  @Test
  void neitherLosesNorRepeatsACallbackUnderARace() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 2000; round++) {
        CancellableContext context = CancellableContext.create();
        CyclicBarrier start = new CyclicBarrier(2);
        AtomicInteger runs = new AtomicInteger();
        Future<?> adding =
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  context.onCancel(runs::incrementAndGet);
                  return null;
                });
        Future<?> cancelling =
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  context.cancel();
                  return null;
                });
        adding.get(30, TimeUnit.SECONDS);
        cancelling.get(30, TimeUnit.SECONDS);
        assertThat(runs).hasValue(1);
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void answersForAnExportOnlyAfterItsOwnCallbacks() {
    CancellableContext child = CancellableContext.childOf(parent);
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    CompletableFuture<ExportResult> polite = child.run(context -> work).toCompletableFuture();
    CompletableFuture<ExportResult> deaf =
        CancellableContext.childOf(child)
            .run(context -> new CompletableFuture<>())
            .toCompletableFuture();
    child.onCancel(() -> work.complete(ExportResult.retryable("aborted")));

    parent.cancel();

    assertThat(polite.join()).hasToString("RETRYABLE[accepted=0, aborted]");
    assertThat(deaf.join())
        .hasToString("RETRYABLE[accepted=0, outcome unknown, cancelled before it answered]");
  }

  @Test
  void doesNotBeginAnExportWhenItIsCancelledAlready() {
    parent.cancel();
    CompletableFuture<ExportResult> result =
        CancellableContext.childOf(parent)
            .run(
                context -> {
                  throw new AssertionError("must not begin");
                })
            .toCompletableFuture();
    assertThat(result.join()).hasToString("RETRYABLE[accepted=0, cancelled before it began]");
  }

  @Test
  void isReleasedWhenItsExportHasEnded() {
    CancellableContext child = CancellableContext.childOf(parent);
    AtomicBoolean releasedBefore = new AtomicBoolean();
    CompletableFuture<ExportResult> work = new CompletableFuture<>();
    child
        .run(context -> work)
        .thenAccept(
            result -> {
              parent.cancel();
              releasedBefore.set(!child.isCancelled());
            });
    work.complete(ExportResult.success());
    assertThat(releasedBefore).isTrue();
  }

  @Test
  void aVirtualMachineErrorGoesThroughAndReleasesIt() {
    CancellableContext child = CancellableContext.childOf(parent);
    Error error = new OutOfMemoryError("heap");
    assertThatThrownBy(
            () ->
                child.run(
                    context -> {
                      throw error;
                    }))
        .isSameAs(error);
    parent.cancel();
    assertThat(child.isCancelled()).isFalse();
  }
}
