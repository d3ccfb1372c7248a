/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.exporter.internal.marshal.Marshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.logs.LowAllocationLogsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.LowAllocationMetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.metrics.MetricsRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.LowAllocationTraceRequestMarshaler;
import io.opentelemetry.exporter.internal.otlp.traces.TraceRequestMarshaler;
import java.io.IOException;

/**
 * OpenTelemetry's marshalers, driven as its {@code SpanReusableDataMarshaler} and kin do, to the
 * same stream each time. Their classes are internal; only benchmarks use them.
 */
abstract class PeerMarshaler {

  final ReusedStream out = new ReusedStream();

  /** How many bytes the marshaler that is made anew each time wrote. */
  abstract long plain(Batch batch) throws IOException;

  /** How many bytes the marshaler that is used again wrote. */
  abstract long reusable(Batch batch) throws IOException;

  static PeerMarshaler of(Signal signal) {
    return switch (signal) {
      case TRACES -> new Traces();
      case METRICS -> new Metrics();
      case LOGS -> new Logs();
    };
  }

  final long write(Marshaler marshaler) throws IOException {
    out.reset();
    marshaler.writeBinaryTo(out);
    return out.size();
  }

  private static final class Traces extends PeerMarshaler {
    private final LowAllocationTraceRequestMarshaler kept =
        new LowAllocationTraceRequestMarshaler();

    @Override
    long plain(Batch batch) throws IOException {
      return write(TraceRequestMarshaler.create(batch.spans()));
    }

    @Override
    long reusable(Batch batch) throws IOException {
      kept.initialize(batch.spans());
      long bytes = write(kept);
      kept.reset();
      return bytes;
    }
  }

  private static final class Metrics extends PeerMarshaler {
    private final LowAllocationMetricsRequestMarshaler kept =
        new LowAllocationMetricsRequestMarshaler();

    @Override
    long plain(Batch batch) throws IOException {
      return write(MetricsRequestMarshaler.create(batch.metrics()));
    }

    @Override
    long reusable(Batch batch) throws IOException {
      kept.initialize(batch.metrics());
      long bytes = write(kept);
      kept.reset();
      return bytes;
    }
  }

  private static final class Logs extends PeerMarshaler {
    private final LowAllocationLogsRequestMarshaler kept = new LowAllocationLogsRequestMarshaler();

    @Override
    long plain(Batch batch) throws IOException {
      return write(LogsRequestMarshaler.create(batch.logs()));
    }

    @Override
    long reusable(Batch batch) throws IOException {
      kept.initialize(batch.logs());
      long bytes = write(kept);
      kept.reset();
      return bytes;
    }
  }
}
