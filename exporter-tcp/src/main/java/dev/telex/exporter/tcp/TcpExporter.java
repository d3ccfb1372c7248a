/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.Signal;
import dev.telex.otlp.OtlpEncoding;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import io.opentelemetry.sdk.metrics.export.PeriodicMetricReader;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/**
 * A server that streams telemetry to every client that connects, after the exporter of Rust's
 * {@code metrics} crate: for a live view, and for whatever else wants to listen for a while.
 *
 * <pre>{@code
 * TcpExporter exporter = TcpExporter.builder().listen("127.0.0.1", 5000).build();
 * SdkMeterProvider meters =
 *     SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build();
 * }</pre>
 *
 * <p>What is written is told by the {@link TcpFormat}. An export encodes the batch, once for all
 * clients and all other legs with this encoding, puts it into the stream, and has succeeded: its
 * delivery is {@link Delivery#BEST_EFFORT}, and it waits for no client. While nobody listens
 * nothing is encoded; the result is then SUCCESS with nothing accepted. Points of a metric beyond
 * the bound of known metrics are rejected (PARTIAL), and a batch in OTLP that is larger than a
 * queue may be is PERMANENT.
 *
 * <p><b>Clients.</b> One that connects gets what is exported from then on. It sends nothing, or a
 * {@linkplain TcpExporterBuilder#secret hello}. The latest messages are held once for all clients,
 * up to the bounds of a queue. A client that is further behind than that loses its oldest messages,
 * whole ones, never one that has begun, and never metadata; the others, and the application, do not
 * notice. A client that takes nothing for a while, though something waits, is disconnected. So is
 * one that closes its side of the connection.
 *
 * <p><b>Memory.</b> The stream holds at most {@code maxQueueBytes} and a batch. A client holds
 * beyond that the rest of one message at most, and 256 KiB in its socket.
 *
 * <p>{@link #flush} completes when all clients have taken what was exported before: SUCCESS, or
 * PARTIAL with the number of messages that clients lost meanwhile because they were slow or left;
 * RETRYABLE if some have not taken it within the {@linkplain TcpExporterBuilder#flushTimeout
 * limit}. {@link #shutdown} lets no more clients in, waits in the same way for the grace, and
 * closes; it is SHUTDOWN if messages were left. Taken means by the operating system: what arrives
 * nobody knows.
 *
 * <p>It listens from {@link TcpExporterBuilder#build} on, with one daemon thread. Safe for use by
 * several threads.
 */
public final class TcpExporter implements Exporter {

  /** How often {@link #metricReader()} collects: every second, so that a live view moves. */
  public static final Duration METRIC_INTERVAL = Duration.ofSeconds(1);

  private static final String NAME = "tcp";

  private final TcpFormat format;
  private final Encoding encoding;
  private final long maxQueueBytes;
  private final StreamServer server;
  private final InFlight inFlight;
  private final SelfMetrics metrics;

  TcpExporter(TcpExporterBuilder builder) {
    this.format = builder.format();
    this.encoding = builder.encoding();
    ServerSettings settings = builder.settings();
    this.maxQueueBytes = settings.maxQueueBytes();
    this.inFlight = new InFlight(NAME, format.signals());
    this.server = StreamServer.start(settings);
    try {
      this.metrics = SelfMetrics.of(builder.meterProvider(), server);
    } catch (RuntimeException e) {
      server.shutdown(Duration.ZERO);
      throw e;
    }
  }

  /** A builder, at first of a server on 127.0.0.1:5000 in {@link TcpFormat#METRICS}. */
  public static TcpExporterBuilder builder() {
    return new TcpExporterBuilder();
  }

  /** {@code tcp}. */
  @Override
  public String name() {
    return NAME;
  }

  /** Those of the {@link TcpFormat}. */
  @Override
  public Set<Signal> signals() {
    return format.signals();
  }

  /** BEST_EFFORT. */
  @Override
  public Delivery delivery() {
    return Delivery.BEST_EFFORT;
  }

  /**
   * Any: it shows what there is. Of deltas a client adds up what it was sent; {@link
   * #metricReader()} collects cumulative metrics, which a client that comes later understands too.
   */
  @Override
  public MetricPreferences metricPreferences() {
    return MetricPreferences.any();
  }

  /** Where it listens, with the port that it was given if that was 0. */
  public InetSocketAddress address() {
    return server.address();
  }

  /** The counts at the moment, of all clients together and of each one that listens. */
  public TcpStats stats() {
    return server.stats();
  }

  /** As {@link #metricReader(Duration)}, every {@link #METRIC_INTERVAL}. */
  public MetricReader metricReader() {
    return metricReader(METRIC_INTERVAL);
  }

  /**
   * A reader that collects cumulative metrics for this exporter alone, more often than one would
   * send them elsewhere. Its shutdown flushes and does not shut the exporter down, which stays
   * yours to close. Where this exporter is also a leg of a chain, that chain sends it the metrics
   * of its own interval as well.
   *
   * @param interval more than zero
   */
  public MetricReader metricReader(Duration interval) {
    return PeriodicMetricReader.builder(new ReaderFacade(this))
        .setInterval(
            TcpExporterBuilder.positive("interval", interval).toNanos(), TimeUnit.NANOSECONDS)
        .build();
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> put(batch).completed());
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight
        .flush()
        .thenCompose(last -> server.flush().thenApply(sent -> ExportResult.worse(last, sent)));
  }

  /** As every exporter; what the clients have not taken is left behind when the grace is over. */
  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    metrics.close();
    return inFlight
        .shutdown(grace)
        .thenCompose(
            last -> server.shutdown(grace).thenApply(sent -> ExportResult.worse(last, sent)));
  }

  /** {@code tcp}. */
  @Override
  public String toString() {
    return NAME;
  }

  /** For tests: has the server look at its clock. */
  void wake() {
    server.wake();
  }

  /** For tests: what the frames in the stream take. */
  long heldBytes() {
    return server.heldBytes();
  }

  private ExportResult put(Batch batch) throws InterruptedException {
    if (!server.hasListeners()) {
      server.tally().drop(TcpDropReason.NO_CLIENT, batch.itemCount());
      return ExportResult.success().withMessage("no client listens");
    }
    return format == TcpFormat.METRICS ? putEvents(batch) : putOtlp(batch);
  }

  private ExportResult putEvents(Batch batch) throws InterruptedException {
    BitSet refused = server.registry().register(batch.metrics());
    if (refused == null) {
      putEventsOf(batch);
      return ExportResult.success(batch);
    }
    BitSet kept = new BitSet();
    kept.set(0, batch.itemCount());
    kept.andNot(refused);
    if (!kept.isEmpty()) {
      putEventsOf(batch.retain(kept));
    }
    int count = refused.cardinality();
    server.tally().drop(TcpDropReason.TOO_MANY_METRICS, count);
    return ExportResult.partial(
        batch,
        List.of(new Rejection(count, "there are as many metrics as maxMetrics allows already")));
  }

  private void putEventsOf(Batch batch) throws InterruptedException {
    Payload payload = batch.encoded(encoding);
    server.append(Frame.ofDelimited(payload, server.registry().entries(), server.nanoTime()));
  }

  private ExportResult putOtlp(Batch batch) throws InterruptedException {
    Payload payload = batch.encoded(OtlpEncoding.PROTOBUF);
    if (payload.size() + Frame.MAX_HEADER > maxQueueBytes) {
      server.tally().drop(TcpDropReason.TOO_LARGE, batch.itemCount());
      return ExportResult.permanent(
          batch + " takes " + payload.size() + " bytes, which is more than maxQueueBytes");
    }
    server.append(Frame.ofOtlp(batch.signal(), payload, server.nanoTime()));
    return ExportResult.success(batch);
  }
}
