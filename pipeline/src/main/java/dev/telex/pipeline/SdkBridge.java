/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.logs.export.LogRecordExporter;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * Puts an exporter behind the OpenTelemetry SDK's own processors and readers.
 *
 * <p>It has a facade for each signal. The exporter is shut down when the last facade that was
 * handed out is: {@code OpenTelemetrySdk.close()} shuts its three providers one after the other,
 * and the first to be done must not close the exporter under the others. Ask only for the facades
 * that you register.
 *
 * <p>An export succeeds for the SDK if the result is {@link
 * dev.telex.exporter.ExportResult.Status#SUCCESS} or {@code PARTIAL}. Otherwise it fails with the
 * result's cause, or with an {@link ExportFailedException}. Metrics are asked for in immutable
 * memory mode, with the exporter's {@link Exporter#metricPreferences()}.
 *
 * <p>At most {@code maxInFlight} exports are under way for each signal: the SDK's batch processors
 * start the next one when one takes longer than 30 seconds, and its simple processors start one for
 * each item. At the bound an export fails at once, and its items are {@link #refused} ones.
 *
 * <p>The other way round {@code wrap} makes an exporter of OpenTelemetry a leg of a chain.
 *
 * <p>Safe for use by several threads.
 *
 * <pre>{@code
 * SdkBridge bridge = SdkBridge.of(exporter);
 * OpenTelemetrySdk sdk =
 *     OpenTelemetrySdk.builder()
 *         .setTracerProvider(
 *             SdkTracerProvider.builder()
 *                 .addSpanProcessor(BatchSpanProcessor.builder(bridge.spanExporter()).build())
 *                 .build())
 *         .build();
 * }</pre>
 */
public final class SdkBridge {

  private final Exporter exporter;
  private final Duration grace;
  private final int maxInFlight;
  private final Map<Signal, Facade> handedOut = new EnumMap<>(Signal.class);
  private final Map<Signal, LongAdder> refused = new ConcurrentHashMap<>();

  private SdkBridge(Builder builder) {
    this.exporter = builder.exporter;
    this.grace = builder.grace;
    this.maxInFlight = builder.maxInFlight;
  }

  /** A bridge to an exporter, which it owns from now on, with the defaults of the builder. */
  public static SdkBridge of(Exporter exporter) {
    return builder(exporter).build();
  }

  /** Sets up a bridge to an exporter, which it owns from now on. */
  public static Builder builder(Exporter exporter) {
    return new Builder(exporter);
  }

  /**
   * An exporter of OpenTelemetry as one of ours, to be a leg of a chain, which it belongs to from
   * now on. It is named after its class.
   *
   * <p>Such a leg cannot do all that ours can:
   *
   * <ul>
   *   <li>it encodes for itself: nothing is shared with other legs, nor with its own next attempt
   *   <li>an export of it cannot be cancelled. A cancelled one, or one without time left, is
   *       answered for as RETRYABLE, and goes on underneath; at most 64 have not ended, and further
   *       ones are RETRYABLE at once
   *   <li>it says only whether it succeeded: every failure is RETRYABLE with an unknown outcome,
   *       also a refusal for good, and what a backend rejects of a batch counts as delivered
   *   <li>it may retry by itself. Switch that off ({@code setRetryPolicy(null)} for those of OTLP)
   *       where a retry of ours is around it, or each of our attempts is several of theirs. Their
   *       OkHttp sender sends once more even so, when a connection breaks and for status 503 with
   *       {@code Retry-After: 0}
   * </ul>
   */
  public static Exporter wrap(SpanExporter exporter) {
    return WrappedExporter.of(exporter);
  }

  /** As {@link #wrap(SpanExporter)}; its preferences of metrics are those of the leg. */
  public static Exporter wrap(MetricExporter exporter) {
    return WrappedExporter.of(exporter);
  }

  /** As {@link #wrap(SpanExporter)}. */
  public static Exporter wrap(LogRecordExporter exporter) {
    return WrappedExporter.of(exporter);
  }

  /** The facade for spans; every call gives the same. */
  public SpanExporter spanExporter() {
    return new Spans(facade(Signal.TRACES));
  }

  /** The facade for metrics; every call gives the same. */
  public MetricExporter metricExporter() {
    return new Metrics(facade(Signal.METRICS), exporter.metricPreferences());
  }

  /** The facade for log records; every call gives the same. */
  public LogRecordExporter logRecordExporter() {
    return new Logs(facade(Signal.LOGS));
  }

  /** How many items of a signal were not exported because {@code maxInFlight} exports were. */
  public long refused(Signal signal) {
    LongAdder count = refused.get(signal);
    return count == null ? 0 : count.sum();
  }

  @Override
  public String toString() {
    return "SdkBridge(" + exporter + ")";
  }

  private Facade facade(Signal signal) {
    synchronized (handedOut) {
      return handedOut.computeIfAbsent(signal, s -> new Facade(this));
    }
  }

  /** What the facade of a signal does: they differ only in the types that the SDK gives them. */
  private static final class Facade {
    private final SdkBridge bridge;
    private final AtomicInteger inFlight = new AtomicInteger();
    private boolean shut;

    Facade(SdkBridge bridge) {
      this.bridge = bridge;
    }

    CompletableResultCode export(Batch batch) {
      synchronized (bridge.handedOut) {
        if (shut) {
          return CompletableResultCode.ofExceptionalFailure(
              new ExportFailedException("export after the shutdown of its facade"));
        }
      }
      if (inFlight.incrementAndGet() > bridge.maxInFlight) {
        inFlight.decrementAndGet();
        bridge
            .refused
            .computeIfAbsent(batch.signal(), signal -> new LongAdder())
            .add(batch.itemCount());
        return CompletableResultCode.ofExceptionalFailure(
            new ExportFailedException(
                "not exported: "
                    + bridge.maxInFlight
                    + " exports are under way already (maxInFlight)"));
      }
      CompletableResultCode code =
          ResultCodes.of(context -> bridge.exporter.export(batch, context));
      code.whenComplete(inFlight::decrementAndGet);
      return code;
    }

    CompletableResultCode flush() {
      return ResultCodes.of(context -> bridge.exporter.flush());
    }

    CompletableResultCode shutdown() {
      boolean last;
      synchronized (bridge.handedOut) {
        shut = true;
        last = bridge.handedOut.values().stream().allMatch(facade -> facade.shut);
      }
      return last ? ResultCodes.of(context -> bridge.exporter.shutdown(bridge.grace)) : flush();
    }
  }

  private record Spans(Facade facade) implements SpanExporter {
    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      return facade.export(Batch.traces(spans));
    }

    @Override
    public CompletableResultCode flush() {
      return facade.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return facade.shutdown();
    }

    @Override
    public String toString() {
      return facade.bridge.toString();
    }
  }

  private record Metrics(Facade facade, MetricPreferences preferences) implements MetricExporter {
    @Override
    public CompletableResultCode export(Collection<MetricData> metrics) {
      return facade.export(Batch.metrics(metrics));
    }

    @Override
    public AggregationTemporality getAggregationTemporality(InstrumentType instrument) {
      return preferences.temporality(instrument).orElse(AggregationTemporality.CUMULATIVE);
    }

    @Override
    public Aggregation getDefaultAggregation(InstrumentType instrument) {
      return preferences.aggregation(instrument).orElse(Aggregation.defaultAggregation());
    }

    @Override
    public CompletableResultCode flush() {
      return facade.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return facade.shutdown();
    }

    @Override
    public String toString() {
      return facade.bridge.toString();
    }
  }

  private record Logs(Facade facade) implements LogRecordExporter {
    @Override
    public CompletableResultCode export(Collection<LogRecordData> logs) {
      return facade.export(Batch.logs(logs));
    }

    @Override
    public CompletableResultCode flush() {
      return facade.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
      return facade.shutdown();
    }

    @Override
    public String toString() {
      return facade.bridge.toString();
    }
  }

  /** Sets up a bridge. Not safe for use by several threads. */
  public static final class Builder {
    private final Exporter exporter;
    private Duration grace = Exporter.CLOSE_GRACE;
    private int maxInFlight = 64;

    private Builder(Exporter exporter) {
      this.exporter = exporter;
    }

    /**
     * How long what is under way may go on when the last facade is shut; 10 seconds by default,
     * which is how long {@code OpenTelemetrySdk.close()} itself waits.
     *
     * @param time zero or more
     */
    public Builder grace(Duration time) {
      if (time.isNegative()) {
        throw new ConfigurationException("grace is " + time + ": want zero or more");
      }
      grace = time;
      return this;
    }

    /**
     * How many exports of each signal may be under way; 64 by default.
     *
     * @param count 1 or more
     */
    public Builder maxInFlight(int count) {
      if (count < 1) {
        throw new ConfigurationException("maxInFlight is " + count + ": want 1 or more");
      }
      maxInFlight = count;
      return this;
    }

    /** A bridge with these settings. */
    public SdkBridge build() {
      return new SdkBridge(this);
    }
  }
}
