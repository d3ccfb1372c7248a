/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static dev.telex.exporter.ExportResult.Status.PERMANENT;
import static dev.telex.exporter.ExportResult.Status.RETRYABLE;
import static dev.telex.exporter.ExportResult.Status.SHUTDOWN;
import static dev.telex.exporter.ExportResult.Status.SUCCESS;
import static dev.telex.reliability.Join.ALL;
import static dev.telex.reliability.Join.ANY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.testkit.RecordingExporter;
import dev.telex.testkit.SampleBatches;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes wrong around and inside a chain, and that every promise ends nevertheless. */
class HazardTest extends ChainTest {

  private final Batch batch = SampleBatches.spans(5);
  private final RecordingExporter other = RecordingExporter.named("other");

  /** All decorators around one exporter, and each of them alone. */
  private static final Map<String, UnaryOperator<ExporterChain>> SHAPES =
      Map.of(
          "timeout", chain -> chain.timeout(seconds(5)),
          "retry", chain -> chain.retry(twice()),
          "fallback", chain -> chain.fallback(RecordingExporter.named("spare")),
          "fan-out",
              chain -> ExporterChain.fanOut(ALL, chain, of(RecordingExporter.named("beside"))),
          "any", chain -> ExporterChain.fanOut(ANY, chain),
          "all of them",
              chain ->
                  ExporterChain.fanOut(
                      ALL,
                      chain
                          .timeout(seconds(5))
                          .retry(twice())
                          .fallback(RecordingExporter.named("spare")),
                      of(RecordingExporter.named("beside"))));

  static List<String> shapes() {
    return List.copyOf(SHAPES.keySet());
  }

  /** Each shape, with an exporter that misbehaves at its first call, its second, or both. */
  static Stream<Arguments> shapesAndCalls() {
    return shapes().stream()
        .flatMap(
            shape ->
                Stream.of(List.of(1), List.of(2), List.of(1, 2))
                    .map(calls -> Arguments.of(shape, calls)));
  }

  @Nested
  class OfAnExporter {

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapesAndCalls")
    void throwing(String shape, List<Integer> calls) {
      misbehave(
          calls,
          call -> {
            throw new IllegalStateException("broken");
          });
      endsWellOrBadly(shape);
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapesAndCalls")
    void returningNoStage(String shape, List<Integer> calls) {
      misbehave(calls, call -> null);
      endsWellOrBadly(shape);
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapesAndCalls")
    @SuppressWarnings("NullAway") // What somebody else's exporter may do.
    void completingWithoutAResult(String shape, List<Integer> calls) {
      misbehave(calls, call -> CompletableFuture.completedFuture(null));
      endsWellOrBadly(shape);
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapesAndCalls")
    void completingExceptionally(String shape, List<Integer> calls) {
      misbehave(calls, call -> CompletableFuture.failedFuture(new IOException("reset")));
      endsWellOrBadly(shape);
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapesAndCalls")
    void throwingAnErrorThatIsNotOfTheMachine(String shape, List<Integer> calls) {
      misbehave(
          calls,
          call -> {
            throw new NoClassDefFoundError("com/example/Missing");
          });
      endsWellOrBadly(shape);
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void throwingAnErrorOfTheMachineWhichGoesThrough(String shape) {
      OutOfMemoryError error = new OutOfMemoryError("heap");
      backend.then(
          call -> {
            throw error;
          });
      Exporter chain = shape(shape);

      assertThatThrownBy(() -> export(chain, batch)).isSameAs(error);

      assertThat(chain.flush().toCompletableFuture()).isCompleted();
      assertThat(export(chain, batch).join().status()).isEqualTo(SUCCESS);
      assertEveryItemIsAccountedFor();
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void neverCompletingUntilTheCallerCancels(String shape) {
      backend.thenHold();
      Exporter chain = shape(shape);
      CompletableFuture<ExportResult> result = export(chain, batch);
      context.cancel();
      assertThat(result).isDone();
      assertThat(result.join().status()).isEqualTo(RETRYABLE);
      assertThat(chain.flush().toCompletableFuture()).isCompleted();
      assertEveryItemIsAccountedFor();
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void neverCompletingUntilTheGraceIsOver(String shape) {
      backend.otherwise(RecordingExporter.Call::held);
      Exporter chain = shape(shape);
      CompletableFuture<ExportResult> result = export(chain, batch);
      CompletableFuture<ExportResult> closed = chain.shutdown(seconds(3)).toCompletableFuture();
      time.advance(seconds(3));
      assertThat(result).isDone();
      assertThat(closed).isDone();
      assertEveryItemIsAccountedFor();
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void answeringTwice(String shape) {
      CompletableFuture<ExportResult> answer = new CompletableFuture<>();
      backend.then(call -> answer);
      CompletableFuture<ExportResult> result = export(shape(shape), batch);
      answer.complete(ExportResult.success(batch));
      answer.obtrudeValue(ExportResult.permanent("no, not"));
      assertThat(result.join().status()).isEqualTo(SUCCESS);
      assertThat(stats.of("backend", Signal.TRACES).batches()).isEqualTo(1);
    }

    @Test
    void anEmptyRemainderLeavesNothing() {
      Batch nothing = batch.retain(new BitSet());
      backend.thenAnswer(
          ExportResult.retryable(batch, nothing, List.of(new Rejection(2, "old")), "busy"));
      ExportResult result = export(shape("all of them"), batch).join();
      assertThat(result.legs().get(0).result().status()).isEqualTo(ExportResult.Status.PARTIAL);
      assertThat(result.accepted()).isEqualTo(3);
      assertThat(backend.calls()).hasSize(1);
    }

    @Test
    void aForeignRemainderOfTheSameSignalIsNotTrusted() {
      Batch foreign = SampleBatches.spans(2);
      backend.thenAnswer(ExportResult.retryable(batch, foreign, List.of(), "busy"));
      CompletableFuture<ExportResult> result = export(shape("retry"), batch);
      time.advance(seconds(1));
      assertThat(backend.batches()).containsExactly(batch, batch);
      assertThat(result.join().accepted()).isEqualTo(5);
      assertThat(stats.of("backend", Signal.TRACES).possibleDuplicates()).isEqualTo(5);
    }

    private void misbehave(List<Integer> calls, RecordingExporter.Answer how) {
      for (int call = 1; call <= 2; call++) {
        if (calls.contains(call)) {
          backend.then(how);
        } else {
          backend.thenAnswer(ExportResult.retryable("busy"));
        }
      }
    }

    private void endsWellOrBadly(String shape) {
      CompletableFuture<ExportResult> result = export(shape(shape), batch);
      time.advance(seconds(60));
      assertThat(result).isDone();
      if (shape.equals("fallback") || shape.equals("all of them")) {
        assertThat(result.join().status()).isEqualTo(SUCCESS);
        assertThat(result.join().fellBack()).isEqualTo(5);
      } else {
        assertThat(result.join().status()).isIn(RETRYABLE, PERMANENT);
      }
      assertEveryItemIsAccountedFor();
    }
  }

  @Nested
  class OfAnEncoder {

    private final AtomicInteger runs = new AtomicInteger();

    private void exportEncodedWith(Encoding encoding) {
      backend.otherwise(
          call -> {
            try {
              call.batch().encoded(encoding);
              return ExportResult.success(call.batch()).completed();
            } catch (InterruptedException e) {
              return ExportResult.failure(e).completed();
            }
          });
    }

    @Test
    void throwingIsPermanentAndRemembered() {
      exportEncodedWith(
          encoding(
              () -> {
                throw new IllegalStateException("no such attribute type");
              }));
      Exporter chain = shape("all of them");
      ExportResult result = export(chain, batch).join();
      assertThat(result.message().orElseThrow()).contains("no such attribute type");
      assertThat(result.fellBack()).isEqualTo(5);
      assertThat(backend.calls()).as("it is not retried").hasSize(1);
      export(chain, batch).join();
      assertThat(runs).as("nor encoded again").hasValue(1);
    }

    @Test
    void beingInterruptedIsRetryableAndNotRemembered() {
      exportEncodedWith(
          encoding(
              () -> {
                if (runs.get() == 1) {
                  throw new InterruptedException();
                }
                return Payload.of(new byte[1]);
              }));
      CompletableFuture<ExportResult> result = export(shape("retry"), batch);
      assertThat(Thread.interrupted()).as("the interrupt is kept").isTrue();
      time.advance(seconds(1));
      assertThat(result.join().status()).isEqualTo(SUCCESS);
      assertThat(runs).hasValue(2);
    }

    private Encoding encoding(Callable<Payload> body) {
      return new Encoding() {
        @Override
        public String contentType() {
          return "application/x-test";
        }

        @Override
        public Set<Signal> signals() {
          return EnumSet.allOf(Signal.class);
        }

        @Override
        public Payload encode(Batch encoded) throws Exception {
          runs.incrementAndGet();
          return body.call();
        }
      };
    }
  }

  @Nested
  class OfAScheduler {

    /** Shut down, it takes nothing more and runs nothing any more. */
    private final ScheduledExecutorService real = Executors.newScheduledThreadPool(1);

    private Exporter onRealTime(ExporterChain chain) {
      return keep(
          chain.scheduler(real, System::nanoTime).executor(Runnable::run).listener(stats).build());
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void rejecting(String shape) {
      backend.otherwise(call -> ExportResult.retryable("busy").completed());
      Exporter chain = shape(shape);
      time.shutdown();
      CompletableFuture<ExportResult> result = export(chain, batch);
      assertThat(result).isDone();
      chain.shutdown(seconds(5));
      assertThat(export(chain, batch).join().status()).isEqualTo(SHUTDOWN);
      assertEveryItemIsAccountedFor();
    }

    @Test
    void shutDownDuringABackoff() throws Exception {
      backend.thenAnswer(ExportResult.retryable("busy").withRetryAfter(seconds(60)));
      CompletableFuture<ExportResult> result = export(onRealTime(of(backend).retry(policy)), batch);
      assertThat(real.shutdownNow()).hasSize(1);

      ExportResult ended = result.get(30, TimeUnit.SECONDS);

      assertThat(ended.status()).isEqualTo(SHUTDOWN);
      assertThat(ended.message()).contains("the chain's scheduler is shut down: busy");
    }

    @Test
    void shutDownDuringATimeout() throws Exception {
      backend.thenHold();
      CompletableFuture<ExportResult> result =
          export(onRealTime(of(backend).timeout(seconds(60))), batch);
      assertThat(real.shutdownNow()).hasSize(1);

      ExportResult ended = result.get(30, TimeUnit.SECONDS);

      assertThat(ended.status()).isEqualTo(SHUTDOWN);
      assertThat(ended.message()).contains("the chain's scheduler is shut down");
      assertThat(backend.calls().get(0).context().isCancelled()).isTrue();
    }

    @Test
    void shutDownDuringTheGraceOfAShutdown() throws Exception {
      backend.thenHold();
      Exporter chain = onRealTime(of(backend).fallback(file));
      CompletableFuture<ExportResult> result = export(chain, batch);
      CompletableFuture<ExportResult> closed = chain.shutdown(seconds(60)).toCompletableFuture();
      assertThat(real.shutdownNow()).isNotEmpty();

      assertThat(result.get(30, TimeUnit.SECONDS).fellBack()).isEqualTo(5);
      assertThat(closed.get(30, TimeUnit.SECONDS).status()).isEqualTo(SUCCESS);
    }

    @Test
    void anOrderlyShutdownLetsTimersGoOn() throws Exception {
      backend.thenAnswer(ExportResult.retryable("busy"));
      RetryPolicy soon =
          RetryPolicy.builder().initialBackoff(Duration.ofMillis(1)).maxAttempts(2).build();
      CompletableFuture<ExportResult> result = export(onRealTime(of(backend).retry(soon)), batch);
      real.shutdown();
      assertThat(result.get(30, TimeUnit.SECONDS).status()).isEqualTo(SUCCESS);
    }
  }

  @Nested
  class OfAnExecutor {

    private final Queue<Runnable> tasks = new ArrayDeque<>();

    private Exporter withExecutor(ExporterChain chain, Executor executor) {
      return keep(chain.scheduler(time, time::nanoTime).executor(executor).listener(stats).build());
    }

    private void reject(Runnable task) {
      throw new RejectedExecutionException("full");
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void rejecting(String shape) {
      backend.otherwise(call -> ExportResult.retryable("busy").completed());
      CompletableFuture<ExportResult> result =
          export(withExecutor(apply(shape), this::reject), batch);
      time.advance(seconds(60));
      assertThat(result).isDone();
      assertThat(result.join().status()).isEqualTo(RETRYABLE);
      assertEveryItemIsAccountedFor();
    }

    @ParameterizedTest
    @MethodSource("dev.telex.reliability.HazardTest#shapes")
    void forgettingItsTasksUntilTheShutdown(String shape) {
      backend.otherwise(call -> ExportResult.retryable("busy").completed());
      Exporter chain = withExecutor(apply(shape), tasks::add);
      CompletableFuture<ExportResult> result = export(chain, batch);
      time.advance(seconds(60));
      chain.shutdown(seconds(5));
      time.advance(seconds(5));
      assertThat(result).isDone();
      assertEveryItemIsAccountedFor();
      int calls = backend.calls().size();
      tasks.forEach(Runnable::run);
      assertThat(backend.calls()).as("what was given up is not begun").hasSize(calls);
    }

    @Test
    void anErrorOfTheMachineInALegGoesToItsThreadAndEndsTheBatch() {
      OutOfMemoryError error = new OutOfMemoryError("heap");
      backend.then(
          call -> {
            throw error;
          });
      Exporter chain = withExecutor(ExporterChain.fanOut(ALL, of(backend), of(other)), tasks::add);
      CompletableFuture<ExportResult> result = export(chain, batch);

      assertThatThrownBy(() -> tasks.remove().run()).isSameAs(error);
      tasks.remove().run();

      assertThat(result.join().status()).isEqualTo(PERMANENT);
      assertThat(other.batches()).containsExactly(batch);
      assertEveryItemIsAccountedFor();
    }

    @Test
    void anErrorOfTheMachineInALaterAttemptEndsThePromise() {
      OutOfMemoryError error = new OutOfMemoryError("heap");
      backend
          .thenAnswer(ExportResult.retryable("busy"))
          .then(
              call -> {
                throw error;
              });
      CompletableFuture<ExportResult> result =
          export(withExecutor(of(backend).retry(policy), tasks::add), batch);
      time.advance(seconds(1));
      assertThatThrownBy(() -> tasks.remove().run()).isSameAs(error);
      assertThat(result.join().cause()).containsSame(error);
    }

    @Test
    void anErrorOfTheMachineInAFallbackEndsThePromise() {
      OutOfMemoryError error = new OutOfMemoryError("heap");
      backend.thenAnswer(ExportResult.permanent("bad"));
      file.then(
          call -> {
            throw error;
          });
      CompletableFuture<ExportResult> result =
          export(withExecutor(of(backend).fallback(file), tasks::add), batch);
      assertThatThrownBy(() -> tasks.remove().run()).isSameAs(error);
      assertThat(result.join().message().orElseThrow()).contains("bad", "heap");
      assertThat(stats.of("backend", Signal.TRACES).dropped()).isEqualTo(5);
    }
  }

  @Nested
  class OfAListener {

    @ParameterizedTest
    @ValueSource(classes = {IllegalStateException.class, AssertionError.class, MyError.class})
    void throwing(Class<? extends Throwable> kind) {
      backend.thenAnswer(
          ExportResult.retryable("busy"),
          ExportResult.retryable("busy"),
          ExportResult.retryable("busy"),
          ExportResult.retryable("busy"));
      Exporter chain =
          build(
              of(backend)
                  .retry(twice())
                  .fallback(FallbackPolicy.builder().passOverAfter(1).build(), file)
                  .listener(new Broken(kind)));
      CompletableFuture<ExportResult> result = export(chain, batch);
      time.advance(seconds(1));
      assertThat(result.join().fellBack()).isEqualTo(5);
      assertThat(export(chain, batch).join().fellBack()).isEqualTo(5);
      assertEveryItemIsAccountedFor();
    }

    @Test
    void throwingAnErrorOfTheMachineKeepsNoPromiseOpenAndNoResultFromTheCaller() {
      Exporter chain = build(of(backend).listener(new Broken(OutOfMemoryError.class)));
      CompletableFuture<ExportResult> result = export(chain, batch);
      assertThat(result.join().status()).isEqualTo(SUCCESS);
    }
  }

  @Nested
  class OfNumbers {

    @Test
    void aThousandTimeoutsLeaveAnEmptyQueueOfTimers() {
      backend.otherwise(RecordingExporter.Call::held);
      Exporter chain = build(of(backend).timeout(seconds(5)));
      List<CompletableFuture<ExportResult>> results =
          IntStream.range(0, 1000).mapToObj(i -> export(chain, batch)).toList();
      assertThat(time.pending()).isEqualTo(1000);
      time.advance(seconds(5));
      assertThat(results).allMatch(CompletableFuture::isDone);
      assertThat(time.pending()).isZero();
    }

    @Test
    @Tag("slow")
    void tenThousandBatchesAtOnceThroughEveryDecoratorAllEnd() throws Exception {
      AtomicInteger calls = new AtomicInteger();
      backend.otherwise(
          call ->
              switch (calls.incrementAndGet() % 5) {
                case 0 -> ExportResult.retryable("busy").completed();
                case 1 -> ExportResult.permanent("bad").completed();
                default -> CompletableFuture.supplyAsync(() -> ExportResult.success(call.batch()));
              });
      RetryPolicy soon =
          RetryPolicy.builder().initialBackoff(Duration.ofMillis(1)).maxAttempts(20).build();
      Exporter chain =
          keep(
              ExporterChain.fanOut(
                      ALL, of(backend).timeout(seconds(60)).retry(soon).fallback(file), of(other))
                  .listener(stats)
                  .build());
      List<CompletableFuture<ExportResult>> results = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        results.add(export(chain, batch));
      }
      for (CompletableFuture<ExportResult> result : results) {
        assertThat(result.get(60, TimeUnit.SECONDS).status()).isEqualTo(SUCCESS);
      }
      DeliveryStats.Counts counts = stats.of("backend", Signal.TRACES);
      assertThat(counts.items()).isEqualTo(50_000);
      assertThat(counts.delivered() + counts.fellBack()).isEqualTo(50_000);
      assertThat(other.calls()).hasSize(10_000);
      assertEveryItemIsAccountedFor();
      assertThat(chain.shutdown(seconds(30)).toCompletableFuture().get(30, TimeUnit.SECONDS))
          .hasToString("SUCCESS[accepted=0]");
    }
  }

  /** What every other kind of failure may be an instance of. */
  static final class MyError extends Error {
    private static final long serialVersionUID = 1;
  }

  private record Broken(Class<? extends Throwable> kind) implements ExportListener {
    @Override
    public void onResult(String leg, Batch batch, ExportResult result) {
      fail();
    }

    @Override
    public void onRetry(String leg, Batch batch, ExportResult failure, Duration delay) {
      fail();
    }

    @Override
    public void onFallback(String leg, Batch batch, ExportResult failure) {
      fail();
    }

    @Override
    public void onPrimaryState(String leg, String primary, PrimaryState state) {
      fail();
    }

    private void fail() {
      HazardTest.<RuntimeException>sneak(kind);
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <T extends Throwable> void sneak(Class<? extends Throwable> kind) throws T {
    try {
      throw (T) kind.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("a test's mistake", e);
    }
  }

  private Exporter shape(String name) {
    return build(apply(name));
  }

  private ExporterChain apply(String shape) {
    UnaryOperator<ExporterChain> decorate = SHAPES.get(shape);
    if (decorate == null) {
      throw new IllegalArgumentException(shape);
    }
    return decorate.apply(of(backend));
  }

  private void assertEveryItemIsAccountedFor() {
    stats
        .snapshot()
        .forEach(
            (key, counts) ->
                assertThat(
                        counts.delivered()
                            + counts.rejected()
                            + counts.fellBack()
                            + counts.dropped())
                    .as("items of " + key)
                    .isEqualTo(counts.items())
                    .isEqualTo(5 * counts.batches()));
    assertThat(stats.snapshot()).isNotEmpty();
  }

  private static ExporterChain of(Exporter exporter) {
    return ExporterChain.of(exporter);
  }

  private static RetryPolicy twice() {
    return RetryPolicy.builder().random(() -> 1).maxAttempts(2).build();
  }
}
