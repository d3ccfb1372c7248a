/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.OpenTelemetrySdkBuilder;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.LogRecordProcessor;
import io.opentelemetry.sdk.logs.ReadWriteLogRecord;
import io.opentelemetry.sdk.logs.SdkLoggerProviderBuilder;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProviderBuilder;
import io.opentelemetry.sdk.trace.SpanProcessor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Stands between instrumented code and an exporter: queues spans and log records, collects metrics,
 * and keeps several batches under way.
 *
 * <p>Each signal has a queue and a worker thread of its own, so that none waits for another. To end
 * a span or to emit a log record queues it and no more: no lock, no waiting, no allocation. When a
 * queue is full, {@link Overflow} says what is dropped. A batch is exported when it is full, by
 * items or by bytes, or when its oldest item has waited for {@code maxDelay}; metrics are collected
 * every {@code metricInterval}. Whatever the exporter does, every item is counted in {@link
 * #stats()}.
 *
 * <p>The pipeline owns the exporter. It is shut down by {@link #shutdown} or {@link #close()}, or
 * by the SDK: when the last processor or reader that was handed out is shut. Safe for use by
 * several threads.
 *
 * <pre>{@code
 * Pipeline pipeline = Pipeline.builder(exporter).build();
 * OpenTelemetrySdk sdk =
 *     pipeline.registerWith(
 *         SdkTracerProvider.builder(), SdkMeterProvider.builder(), SdkLoggerProvider.builder());
 * }</pre>
 */
public final class Pipeline implements AutoCloseable {

  static final System.Logger LOGGER = System.getLogger(Pipeline.class.getPackageName());

  private final Exporter exporter;
  private final PipelineSettings settings;
  private final Threads threads;

  private final Object lock = new Object();
  private final Map<Signal, Lane<?>> lanes = new EnumMap<>(Signal.class);
  private final Set<Signal> shut = EnumSet.noneOf(Signal.class);
  private final Set<CompletableFuture<ExportResult>> flushes = ConcurrentHashMap.newKeySet();
  private volatile boolean isOver;
  private @Nullable SpanProcessor spans;
  private @Nullable LogRecordProcessor logs;
  private @Nullable PipelineMetricReader metrics;
  private @Nullable CompletionStage<ExportResult> closing;

  Pipeline(Exporter exporter, PipelineSettings settings, Threads threads) {
    this.exporter = exporter;
    this.settings = settings;
    this.threads = threads;
  }

  /** A builder of a pipeline to an exporter, or to a chain of them. */
  public static PipelineBuilder builder(Exporter exporter) {
    return new PipelineBuilder(exporter);
  }

  /**
   * Makes an SDK of which everything goes through this pipeline: adds a processor or reader for
   * each signal that the exporter carries, and builds.
   *
   * @return an SDK that is not registered globally; closing it shuts the pipeline down
   */
  public OpenTelemetrySdk registerWith(
      SdkTracerProviderBuilder tracers,
      SdkMeterProviderBuilder meters,
      SdkLoggerProviderBuilder loggers) {
    return registerWith(OpenTelemetrySdk.builder(), tracers, meters, loggers);
  }

  /**
   * As {@link #registerWith(SdkTracerProviderBuilder, SdkMeterProviderBuilder,
   * SdkLoggerProviderBuilder)}, for an SDK that has more to it, such as propagators.
   */
  public OpenTelemetrySdk registerWith(
      OpenTelemetrySdkBuilder sdk,
      SdkTracerProviderBuilder tracers,
      SdkMeterProviderBuilder meters,
      SdkLoggerProviderBuilder loggers) {
    Set<Signal> carried = exporter.signals();
    if (carried.contains(Signal.TRACES)) {
      tracers.addSpanProcessor(spanProcessor());
    }
    if (carried.contains(Signal.METRICS)) {
      meters.registerMetricReader(metricReader());
    }
    if (carried.contains(Signal.LOGS)) {
      loggers.addLogRecordProcessor(logRecordProcessor());
    }
    return sdk.setTracerProvider(tracers.build())
        .setMeterProvider(meters.build())
        .setLoggerProvider(loggers.build())
        .build();
  }

  /**
   * The processor for spans; every call gives the same. Spans that are not sampled pass it by, and
   * are not counted.
   *
   * @throws IllegalStateException if the exporter does not carry traces
   */
  public SpanProcessor spanProcessor() {
    synchronized (lock) {
      if (spans == null) {
        Lane<? extends Inlet<ReadableSpan>> lane = itemLane(Signal.TRACES, ItemKind.SPANS);
        spans = new PipelineSpanProcessor(lane.source(), facade(Signal.TRACES));
      }
      return spans;
    }
  }

  /**
   * The processor for log records; every call gives the same. Register it after processors that
   * change log records: a record is read some time after it was emitted.
   *
   * @throws IllegalStateException if the exporter does not carry logs
   */
  public LogRecordProcessor logRecordProcessor() {
    synchronized (lock) {
      if (logs == null) {
        Lane<? extends Inlet<ReadWriteLogRecord>> lane = itemLane(Signal.LOGS, ItemKind.LOGS);
        logs = new PipelineLogRecordProcessor(lane.source(), facade(Signal.LOGS));
      }
      return logs;
    }
  }

  /**
   * The reader for metrics; every call gives the same. It collects every {@code metricInterval} of
   * the builder, with the exporter's {@link Exporter#metricPreferences()} and in immutable memory
   * mode.
   *
   * @throws IllegalStateException if the exporter does not carry metrics
   */
  public MetricReader metricReader() {
    return metricReader(settings.metricInterval());
  }

  /**
   * As {@link #metricReader()}, with another interval.
   *
   * @param interval more than zero
   * @throws IllegalStateException also if the reader was asked for with another interval
   */
  public MetricReader metricReader(Duration interval) {
    Times.positive("interval", interval);
    synchronized (lock) {
      if (metrics == null) {
        Lane<MetricQueue> lane =
            add(
                Signal.METRICS,
                new Lane<>(
                    Signal.METRICS,
                    exporter,
                    settings,
                    threads,
                    interval,
                    (tally, waker) -> new MetricQueue(settings, tally)));
        metrics =
            new PipelineMetricReader(
                lane.source(), interval, exporter.metricPreferences(), facade(Signal.METRICS));
      } else if (!metrics.interval().equals(interval)) {
        throw new IllegalStateException(
            "the metric reader of this pipeline has the interval "
                + metrics.interval()
                + " already: cannot be asked for with "
                + interval);
      }
      return metrics;
    }
  }

  /**
   * Exports what was emitted before this call, collects and exports metrics, and flushes the
   * exporter.
   *
   * @return the worst result of the exports that ended meanwhile and of the exporter's flush;
   *     PERMANENT if items had to make room for others; RETRYABLE when {@code exportTimeout} was
   *     too short for all of that. Never completes exceptionally
   */
  public CompletionStage<ExportResult> forceFlush() {
    return flush(lanes());
  }

  /**
   * Takes no more items, hands those that wait to the exporter, and shuts the exporter down.
   *
   * <p>For half of the grace what waits is exported as ever; then all of it is handed over at once,
   * so that a chain can deliver it, or give it to its fallback, in the rest of the grace. What is
   * not sent at the end is cancelled, and counted as {@link DropReason#SHUTDOWN}.
   *
   * @param grace zero or more; zero drops what waits
   * @return the worst result of what waited or was under way, and of the exporter's shutdown;
   *     SHUTDOWN if items were not sent. Completes no later than one second after the grace, and
   *     never exceptionally. A further call gives the outcome of the first
   */
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    Duration bounded = Times.notNegative("grace", grace);
    Closing first;
    CompletionStage<ExportResult> result;
    synchronized (lock) {
      if (closing != null) {
        return closing;
      }
      first = new Closing(exporter, lanes.values(), threads, bounded, settings.nanoTime());
      result = first.result();
      closing = result;
    }
    result.thenRun(
        () -> {
          isOver = true;
          endFlushes();
        });
    // Without the lock, because completing runs other people's code.
    first.begin();
    return result;
  }

  /**
   * {@link #shutdown} with the {@code shutdownGrace} of the builder, waiting for it. An interrupt
   * ends the waiting and is kept.
   */
  @Override
  public void close() {
    Duration grace = settings.shutdownGrace();
    try {
      shutdown(grace)
          .toCompletableFuture()
          .get(Times.nanos(grace.plusSeconds(2)), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOGGER.log(System.Logger.Level.WARNING, this + " did not shut down cleanly: " + e);
    }
  }

  /** What became of everything so far. */
  public PipelineStats stats() {
    synchronized (lock) {
      return new PipelineStats(stats(Signal.TRACES), stats(Signal.METRICS), stats(Signal.LOGS));
    }
  }

  @Override
  public String toString() {
    return "Pipeline(" + exporter + ")";
  }

  private SignalStats stats(Signal signal) {
    Lane<?> lane = lanes.get(signal);
    return lane == null ? SignalStats.NONE : lane.stats();
  }

  private Collection<Lane<?>> lanes() {
    synchronized (lock) {
      return new ArrayList<>(lanes.values());
    }
  }

  private <E, D> Lane<? extends Inlet<E>> itemLane(Signal signal, ItemKind<E, D> kind) {
    return settings.overflow().evicts()
        ? add(
            signal,
            new Lane<>(
                signal,
                exporter,
                settings,
                threads,
                settings.maxDelay(),
                (tally, waker) -> new WeighedQueue<>(kind, settings, tally, waker)))
        : add(
            signal,
            new Lane<>(
                signal,
                exporter,
                settings,
                threads,
                settings.maxDelay(),
                (tally, waker) -> new ArrivalQueue<>(kind, settings, tally, waker)));
  }

  private <S extends BatchSource> Lane<S> add(Signal signal, Lane<S> lane) {
    if (!exporter.signals().contains(signal)) {
      throw new IllegalStateException(exporter + " does not carry " + signal.id());
    }
    if (closing != null) {
      lane.close(Duration.ZERO);
    }
    lanes.put(signal, lane);
    lane.begin();
    return lane;
  }

  private Facade facade(Signal signal) {
    return new Facade() {
      @Override
      public CompletableResultCode flush() {
        Lane<?> lane;
        synchronized (lock) {
          lane = lanes.get(signal);
        }
        List<Lane<?>> mine = lane == null ? List.of() : List.of(lane);
        return ResultCodes.of(context -> Pipeline.this.flush(mine));
      }

      @Override
      public CompletableResultCode shutdown() {
        Lane<?> lane;
        boolean last;
        synchronized (lock) {
          shut.add(signal);
          last = shut.containsAll(lanes.keySet());
          lane = lanes.get(signal);
        }
        Duration grace = settings.shutdownGrace();
        return ResultCodes.of(
            context -> last || lane == null ? Pipeline.this.shutdown(grace) : lane.finish(grace));
      }

      @Override
      public String toString() {
        return Pipeline.this.toString();
      }
    };
  }

  private CompletionStage<ExportResult> flush(Collection<Lane<?>> some) {
    CompletionStage<ExportResult> worst = ExportResult.success().completed();
    for (Lane<?> lane : some) {
      worst = worst.thenCombine(lane.flush(settings.exportTimeout()), ExportResult::worse);
    }
    if (isOver) {
      // A worker that is stuck for ever takes no notice of it.
      some.forEach(lane -> lane.expire(Closing.OVER));
    }
    return worst.thenCompose(
        result -> flushExporter().thenApply(flushed -> ExportResult.worse(result, flushed)));
  }

  private CompletionStage<ExportResult> flushExporter() {
    Duration limit = settings.exportTimeout();
    CompletableFuture<ExportResult> flushed = new CompletableFuture<>();
    flushes.add(flushed);
    Timer timer =
        Timer.after(
            limit,
            threads.timers(),
            () ->
                flushed.complete(
                    ExportResult.retryable(exporter + " was not flushed within " + limit)));
    flushed.thenRun(
        () -> {
          flushes.removeIf(CompletableFuture::isDone);
          timer.cancel();
        });
    InFlight.attempt(context -> exporter.flush(), ExportContext.none())
        .thenAccept(flushed::complete);
    if (isOver) {
      endFlushes();
    }
    return flushed;
  }

  /** An exporter that does not answer a flush must not keep it open for ever. */
  private void endFlushes() {
    flushes.forEach(flush -> flush.complete(Closing.OVER));
  }
}
