/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
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
  private final Map<Signal, Facade> handedOut = new EnumMap<>(Signal.class);

  private SdkBridge(Exporter exporter, Duration grace) {
    this.exporter = exporter;
    this.grace = grace;
  }

  /** A bridge to an exporter, which it owns from now on, with a grace of 10 s at shutdown. */
  public static SdkBridge of(Exporter exporter) {
    return of(exporter, Exporter.CLOSE_GRACE);
  }

  /**
   * As {@link #of(Exporter)}, with another grace for what is under way when the last facade is
   * shut. {@code OpenTelemetrySdk.close()} itself waits 10 s.
   *
   * @param grace zero or more
   */
  public static SdkBridge of(Exporter exporter, Duration grace) {
    if (grace.isNegative()) {
      throw new IllegalArgumentException("grace is " + grace + ": want zero or more");
    }
    return new SdkBridge(exporter, grace);
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
      return ResultCodes.of(context -> bridge.exporter.export(batch, context));
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
}
