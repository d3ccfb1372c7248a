/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.LimitedLog;
import dev.telex.exporter.Signal;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import io.opentelemetry.context.Context;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The metrics of a lane about itself, as the semantic conventions name them (sdk-metrics). All but
 * the duration are read from the tally when somebody collects them, so that they cost nothing
 * before, and nothing is emitted about emitting.
 */
final class SelfMetrics {

  private static final AttributeKey<String> TYPE = AttributeKey.stringKey("otel.component.type");
  private static final AttributeKey<String> NAME = AttributeKey.stringKey("otel.component.name");
  private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
  private static final AttributeKey<Long> HTTP_STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> RPC_STATUS = AttributeKey.stringKey("rpc.status_code");
  private static final double NANOS_A_SECOND = 1e9;

  /** How many components of a type there are in this virtual machine. */
  private static final Map<String, AtomicInteger> COMPONENTS = new ConcurrentHashMap<>();

  private final Signal signal;
  private final Supplier<? extends @Nullable MeterProvider> provider;
  private final Tally tally;
  private final LongSupplier queued;
  private final long capacity;
  private final String exporterType;
  private final LimitedLog failures;
  private volatile Attributes exporter = Attributes.empty();
  private volatile @Nullable DoubleHistogram duration;

  SelfMetrics(
      Signal signal,
      Supplier<? extends @Nullable MeterProvider> provider,
      Tally tally,
      LongSupplier queued,
      long capacity,
      String exporterType,
      LongSupplier nanoTime) {
    this.failures = new LimitedLog(Pipeline.LOGGER, nanoTime);
    this.signal = signal;
    this.provider = provider;
    this.tally = tally;
    this.queued = queued;
    this.capacity = capacity;
    this.exporterType = exporterType;
  }

  /** Makes the instruments, if that was not done and there is a provider. Called by the worker. */
  void begin() {
    if (duration != null) {
      return;
    }
    MeterProvider known;
    try {
      known = provider.get();
    } catch (RuntimeException e) {
      // The items that are about to be exported must not suffer.
      failures.warn(() -> "the meter provider of a pipeline cannot be had", e);
      return;
    }
    if (known == null) {
      return;
    }
    Meter meter = known.get("dev.telex.pipeline");
    exporter = component(exporterType);
    if (signal != Signal.METRICS) {
      processor(meter, "otel.sdk.processor." + item(), component(processorType()));
    }
    exporter(meter, "otel.sdk.exporter." + item());
    duration =
        meter
            .histogramBuilder("otel.sdk.exporter.operation.duration")
            .setUnit("s")
            .setDescription("The duration of exporting a batch of telemetry records")
            .setExplicitBucketBoundariesAdvice(List.of())
            .build();
  }

  void ended(ExportResult result, long nanos, @Nullable String errorType) {
    DoubleHistogram known = duration;
    if (known == null) {
      return;
    }
    AttributesBuilder attributes = exporter.toBuilder();
    if (errorType != null) {
      attributes.put(ERROR, errorType);
    }
    if (result.statusCode().isPresent()) {
      int status = result.statusCode().getAsInt();
      String ofRpc = RpcStatus.nameOf(status);
      if (ofRpc != null) {
        attributes.put(RPC_STATUS, ofRpc);
      } else if (status >= 100 && status < 600) {
        attributes.put(HTTP_STATUS, (long) status);
      }
    }
    // Without the caller's context: its span would become an exemplar.
    known.record(Math.max(0, nanos) / NANOS_A_SECOND, attributes.build(), Context.root());
  }

  private void processor(Meter meter, String prefix, Attributes self) {
    meter
        .upDownCounterBuilder(prefix + ".queue.size")
        .setUnit(unit())
        .setDescription("The number of items in the queue")
        .buildWithCallback(size -> size.record(queued.getAsLong(), self));
    meter
        .upDownCounterBuilder(prefix + ".queue.capacity")
        .setUnit(unit())
        .setDescription("The maximum number of items the queue can hold")
        .buildWithCallback(size -> size.record(capacity, self));
    meter
        .counterBuilder(prefix + ".processed")
        .setUnit(unit())
        .setDescription("The number of items for which the processing has finished")
        .buildWithCallback(processed -> processed(processed, self));
  }

  private void processed(ObservableLongMeasurement processed, Attributes self) {
    processed.record(tally.handedOver(), self);
    long full = tally.dropped(DropReason.QUEUE_FULL) + tally.dropped(DropReason.EVICTED);
    recordError(processed, full, self, DropReason.QUEUE_FULL.errorType());
    for (DropReason reason : List.of(DropReason.ALREADY_SHUTDOWN, DropReason.UNREADABLE)) {
      recordError(processed, tally.dropped(reason), self, reason.errorType());
    }
  }

  private void exporter(Meter meter, String prefix) {
    meter
        .upDownCounterBuilder(prefix + ".inflight")
        .setUnit(unit())
        .setDescription(
            "The number of items which were passed to the exporter, but not yet exported")
        .buildWithCallback(inFlight -> inFlight.record(tally.inFlight(), exporter));
    meter
        .counterBuilder(prefix + ".exported")
        .setUnit(unit())
        .setDescription("The number of items for which the export has finished")
        .buildWithCallback(
            exported -> {
              exported.record(tally.delivered(), exporter);
              tally
                  .failed()
                  .forEach((errorType, items) -> recordError(exported, items, exporter, errorType));
            });
  }

  private static void recordError(
      ObservableLongMeasurement counter, long items, Attributes self, String errorType) {
    if (items > 0) {
      counter.record(items, self.toBuilder().put(ERROR, errorType).build());
    }
  }

  private static Attributes component(String type) {
    int number = COMPONENTS.computeIfAbsent(type, t -> new AtomicInteger()).getAndIncrement();
    return Attributes.of(TYPE, type, NAME, type + "/" + number);
  }

  private String processorType() {
    return (signal == Signal.TRACES
            ? PipelineSpanProcessor.class
            : PipelineLogRecordProcessor.class)
        .getName();
  }

  private String item() {
    return switch (signal) {
      case TRACES -> "span";
      case METRICS -> "metric_data_point";
      case LOGS -> "log";
    };
  }

  private String unit() {
    return switch (signal) {
      case TRACES -> "{span}";
      case METRICS -> "{data_point}";
      case LOGS -> "{log_record}";
    };
  }
}
