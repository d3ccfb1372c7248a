/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The promise of a batch to run each encoding at most once, through the batch itself. */
class PayloadMemoTest {

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final AtomicInteger runs = new AtomicInteger();
  private final Batch batch = TestData.spans(1);

  @AfterEach
  void stopThreads() throws Exception {
    threads.shutdownNow();
    assertThat(threads.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
    assertThat(Thread.interrupted()).as("a leaked interrupt").isFalse();
  }

  private Payload count() {
    runs.incrementAndGet();
    return Payload.of(new byte[] {1});
  }

  @Test
  void encodesOnceFor64Threads() throws Exception {
    int count = 64;
    for (int round = 0; round < 20; round++) {
      Batch fresh = TestData.spans(1);
      runs.set(0);
      CyclicBarrier start = new CyclicBarrier(count);
      CountDownLatch arrived = new CountDownLatch(count);
      Encoding encoding =
          new TestEncoding(
              "slow",
              b -> {
                // Only once all others are on their way.
                assertThat(arrived.await(30, TimeUnit.SECONDS)).isTrue();
                return count();
              });
      List<Future<Payload>> payloads = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        boolean compressed = i % 2 == 0;
        payloads.add(
            threads.submit(
                () -> {
                  start.await(30, TimeUnit.SECONDS);
                  arrived.countDown();
                  return compressed
                      ? fresh.encoded(encoding, Gzip.fast())
                      : fresh.encoded(encoding);
                }));
      }

      for (int i = 0; i < count; i++) {
        assertThat(payloads.get(i).get(30, TimeUnit.SECONDS))
            .isSameAs(payloads.get(i % 2).get(30, TimeUnit.SECONDS));
      }
      assertThat(runs).hasValue(1);
      assertThat(fresh.encodingStats().encodings()).isEqualTo(1);
      assertThat(fresh.encodingStats().compressions()).isEqualTo(1);
    }
  }

  @Test
  void doesNotRememberTheInterruptOfAnotherThread() throws Exception {
    CountDownLatch encoding = new CountDownLatch(1);
    CountDownLatch never = new CountDownLatch(1);
    TestEncoding slowAtFirst =
        new TestEncoding(
            "slow at first",
            b -> {
              if (runs.get() == 0) {
                runs.incrementAndGet();
                encoding.countDown();
                never.await();
              }
              return count();
            });
    FutureTask<Payload> first = new FutureTask<>(() -> batch.encoded(slowAtFirst));
    FutureTask<Payload> waiting = new FutureTask<>(() -> batch.encoded(slowAtFirst));
    Thread one = new Thread(first);
    one.start();
    assertThat(encoding.await(30, TimeUnit.SECONDS)).isTrue();
    Thread two = new Thread(waiting);
    two.start();
    Await.waiting(two);

    one.interrupt();

    assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    Payload payload = waiting.get(30, TimeUnit.SECONDS);
    assertThat(batch.encoded(slowAtFirst)).isSameAs(payload);
    assertThat(runs).hasValue(2);
    one.join();
    two.join();
  }

  @Test
  void aWaitingThreadCanBeInterrupted() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch encoding = new CountDownLatch(1);
    TestEncoding slow =
        new TestEncoding(
            "slow",
            b -> {
              encoding.countDown();
              release.await();
              return count();
            });
    Future<Payload> first = threads.submit(() -> batch.encoded(slow));
    assertThat(encoding.await(30, TimeUnit.SECONDS)).isTrue();
    FutureTask<Payload> waiting = new FutureTask<>(() -> batch.encoded(slow));
    Thread two = new Thread(waiting);
    two.start();
    Await.waiting(two);

    two.interrupt();

    assertThatThrownBy(() -> waiting.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(InterruptedException.class);
    release.countDown();
    assertThat(first.get(30, TimeUnit.SECONDS)).isNotNull();
    assertThat(runs).hasValue(1);
    two.join();
  }

  static List<Exception> interruptsInDisguise() {
    return List.of(
        new InterruptedException("plain"),
        new ClosedByInterruptException(),
        new InterruptedIOException("io"),
        new UncheckedIOException(new InterruptedIOException("wrapped")),
        new IllegalStateException("wrapped twice", new IOException(new InterruptedException())));
  }

  @ParameterizedTest
  @MethodSource("interruptsInDisguise")
  void knowsAnInterruptInDisguise(Exception interrupt) throws Exception {
    TestEncoding interruptedAtFirst =
        new TestEncoding(
            "interrupted at first",
            b -> {
              if (runs.incrementAndGet() == 1) {
                throw interrupt;
              }
              return Payload.of(new byte[1]);
            });

    assertThatThrownBy(() -> batch.encoded(interruptedAtFirst))
        .isInstanceOf(InterruptedException.class);

    assertThat(batch.encoded(interruptedAtFirst).size()).isEqualTo(1);
  }

  @Test
  void takesAFailureOfAnInterruptedThreadForTheInterrupt() throws Exception {
    TestEncoding interruptedAtFirst =
        new TestEncoding(
            "interrupted at first",
            b -> {
              if (runs.incrementAndGet() == 1) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("because of the interrupt");
              }
              return Payload.of(new byte[1]);
            });

    assertThatThrownBy(() -> batch.encoded(interruptedAtFirst))
        .isInstanceOf(InterruptedException.class)
        .hasRootCauseMessage("because of the interrupt");
    assertThat(Thread.interrupted()).as("cleared, as by every InterruptedException").isFalse();
    assertThat(batch.encoded(interruptedAtFirst).size()).isEqualTo(1);
  }

  @Test
  void survivesCausesInARing() {
    Exception one = new Exception("one");
    Exception two = new Exception("two", one);
    one.initCause(two);

    assertThatThrownBy(
            () ->
                batch.encoded(
                    new TestEncoding(
                        "ring",
                        b -> {
                          throw one;
                        })))
        .isInstanceOf(EncodingException.class);
  }

  @Test
  void doesNotRememberAnError() throws Exception {
    TestEncoding errorAtFirst =
        new TestEncoding(
            "error at first",
            b -> {
              if (runs.incrementAndGet() == 1) {
                throw new StackOverflowError("once");
              }
              return Payload.of(new byte[1]);
            });

    assertThatThrownBy(() -> batch.encoded(errorAtFirst)).isInstanceOf(StackOverflowError.class);

    assertThat(batch.encoded(errorAtFirst).size()).isEqualTo(1);
    assertThat(runs).hasValue(2);
  }

  @Test
  void aWaitingThreadTakesOverAfterAnError() throws Exception {
    CountDownLatch encoding = new CountDownLatch(1);
    CountDownLatch fail = new CountDownLatch(1);
    TestEncoding errorAtFirst =
        new TestEncoding(
            "error at first",
            b -> {
              if (runs.incrementAndGet() == 1) {
                encoding.countDown();
                fail.await();
                throw new AssertionError("once");
              }
              return Payload.of(new byte[1]);
            });
    Future<Payload> first = threads.submit(() -> batch.encoded(errorAtFirst));
    assertThat(encoding.await(30, TimeUnit.SECONDS)).isTrue();
    FutureTask<Payload> waiting = new FutureTask<>(() -> batch.encoded(errorAtFirst));
    Thread two = new Thread(waiting);
    two.start();
    Await.waiting(two);

    fail.countDown();

    assertThatThrownBy(() -> first.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(AssertionError.class);
    assertThat(waiting.get(30, TimeUnit.SECONDS).size()).isEqualTo(1);
    two.join();
  }

  @Test
  void remembersAFailureAndDoesNotRunAgain() {
    IOException cause = new IOException("bad data");
    TestEncoding failing =
        new TestEncoding(
            "failing",
            b -> {
              runs.incrementAndGet();
              throw cause;
            });
    List<EncodingException> failures = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      try {
        batch.encoded(failing);
      } catch (EncodingException e) {
        failures.add(e);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    assertThat(failures)
        .hasSize(3)
        .doesNotHaveDuplicates()
        .allSatisfy(
            e ->
                assertThat(e)
                    .hasMessage("cannot make failing: java.io.IOException: bad data")
                    .hasRootCause(cause));
    assertThat(runs).hasValue(1);
    assertThat(batch.retainedBytes()).isZero();
    assertThat(batch.encodingStats()).isEqualTo(new EncodingStats(1, 0, 0, 0));
    assertThat(ExportResult.failure(failures.get(2)).status())
        .isEqualTo(ExportResult.Status.PERMANENT);
  }

  @Test
  void refusesAnEncodingThatAsksForItself() {
    List<Encoding> self = new ArrayList<>();
    self.add(new TestEncoding("self", b -> b.encoded(self.get(0))));

    assertThatThrownBy(() -> batch.encoded(self.get(0)))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("an encoding asks its batch for its own payload");
  }

  @Test
  void anEncodingMayBuildOnAnother() throws Exception {
    TestEncoding inner = new TestEncoding("inner", b -> count());
    TestEncoding outer = new TestEncoding("outer", b -> b.encoded(inner));

    assertThat(batch.encoded(outer)).isSameAs(batch.encoded(inner));
    assertThat(runs).hasValue(1);
  }

  @Test
  void remembersSixteenAndMakesTheRestAnew() throws Exception {
    List<Callable<Payload>> asks = new ArrayList<>();
    for (int i = 0; i < 17; i++) {
      Encoding encoding = new TestEncoding("encoding " + i, b -> count());
      asks.add(() -> batch.encoded(encoding));
    }
    for (Callable<Payload> ask : asks) {
      ask.call();
    }
    assertThat(runs).hasValue(17);
    assertThat(batch.retainedBytes()).isEqualTo(16);

    for (Callable<Payload> ask : asks) {
      ask.call();
    }

    assertThat(runs).hasValue(18);
    assertThat(batch.retainedBytes()).isEqualTo(16);
  }

  @Test
  void aRunThatIsNotKeptMakesRoom() throws Exception {
    for (int i = 0; i < 20; i++) {
      Encoding interrupted =
          new TestEncoding(
              "interrupted " + i,
              b -> {
                throw new InterruptedException();
              });
      assertThatThrownBy(() -> batch.encoded(interrupted)).isInstanceOf(InterruptedException.class);
    }
    TestEncoding good = new TestEncoding("good", b -> count());
    assertThat(batch.encoded(good)).isSameAs(batch.encoded(good));
  }
}
