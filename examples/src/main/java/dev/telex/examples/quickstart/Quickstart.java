/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import static dev.telex.reliability.Join.ALL;

import dev.telex.exporter.EncodingStats;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.exporter.otlp.OtlpExporter;
import dev.telex.pipeline.Pipeline;
import dev.telex.reliability.DeliveryStats;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.FallbackPolicy;
import dev.telex.reliability.RetryPolicy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small web shop exports its traces, metrics and logs through one chain to three legs: a
 * collector that fails for a while and has a file behind it, a second collector, and the console.
 *
 * <p>Without arguments both collectors are started in this process. {@code --endpoint URL} sends to
 * a real one instead; {@code --seconds N} runs for another time than 10 s.
 */
public final class Quickstart implements AutoCloseable {

  /**
   * Requests of each signal that the first sink refuses: more than the three attempts of a batch,
   * so that some fall back, and some are delivered by a retry.
   */
  private static final int FAILURES = 8;

  private final OtlpExporter primary;
  private final OtlpExporter second;
  private final Exporter chain;
  private final OpenTelemetrySdk sdk;
  private final DeliveryStats stats = new DeliveryStats();
  private final EncodingStats before = EncodingStats.ofProcess();
  private final Path undelivered;

  /**
   * Builds the chain and an SDK in front of it.
   *
   * @param primaryEndpoint a collector
   * @param secondEndpoint another collector
   * @param undelivered a file for what the first one does not take
   * @param console where the readable lines go
   */
  Quickstart(
      String primaryEndpoint, String secondEndpoint, Path undelivered, OutputStream console) {
    this.undelivered = undelivered;
    primary = OtlpExporter.builder().endpoint(primaryEndpoint).compression(Gzip.fast()).build();
    second = OtlpExporter.builder().endpoint(secondEndpoint).compression(Gzip.fast()).build();
    RetryPolicy impatient =
        RetryPolicy.builder().maxAttempts(3).initialBackoff(Duration.ofMillis(200)).build();
    // With so few failures the collector is asked each time, and not passed over for a while.
    FallbackPolicy patient = FallbackPolicy.builder().neverPassOver().build();
    chain =
        ExporterChain.fanOut(
                ALL,
                ExporterChain.of(primary)
                    .named("primary")
                    .timeout(Duration.ofSeconds(2))
                    .retry(impatient)
                    .fallback(patient, LoggingExporter.toFile(undelivered)),
                ExporterChain.of(second).named("second").retry(RetryPolicy.defaults()),
                ExporterChain.of(LoggingExporter.builder().stream(console).maxItems(1).build())
                    .named("console"))
            .listener(stats)
            .build();
    sdk =
        sdk(
            Pipeline.builder(chain)
                .maxDelay(Duration.ofMillis(500))
                .metricInterval(Duration.ofSeconds(1))
                .build());
    JvmMetrics.register(sdk);
  }

  /** Runs the quickstart. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Arguments arguments = Arguments.parse(args);
    Path undelivered = Files.createTempDirectory("telex-quickstart").resolve("undelivered.jsonl");
    try (OtlpSink failing = new OtlpSink();
        OtlpSink healthy = new OtlpSink();
        Progress progress = new Progress(Progress.isTerminal())) {
      String real = arguments.endpoint();
      Quickstart quickstart =
          new Quickstart(
              real != null ? real : failing.endpoint(),
              real != null ? real : healthy.endpoint(),
              undelivered,
              progress.above());
      System.out.println("The chain: " + quickstart.chain);
      long start = System.nanoTime();
      progress.start(() -> quickstart.progress(System.nanoTime() - start, failing));
      quickstart.run(arguments.time(), real == null ? failing : null);
      quickstart.close();
      progress.finish();
      System.out.println();
      System.out.print(quickstart.report());
    }
  }

  /** Keeps the shop busy for a time, with about a hundred orders a second. */
  private void run(Duration time, @Nullable OtlpSink failing)
      throws IOException, InterruptedException {
    long start = System.nanoTime();
    boolean failed = false;
    CountDownLatch pace = new CountDownLatch(1);
    try (Shop shop = new Shop(sdk)) {
      for (long order = 0; System.nanoTime() - start < time.toNanos(); order++) {
        shop.order(order);
        if (failing != null && !failed && System.nanoTime() - start > time.toNanos() / 4) {
          failing.failNext(FAILURES);
          failed = true;
        }
        pace.await(10, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** The SDK that the shop is instrumented with. */
  OpenTelemetrySdk sdk() {
    return sdk;
  }

  DeliveryStats stats() {
    return stats;
  }

  /** Encodings and compressions since this quickstart was made. */
  EncodingStats encodings() {
    EncodingStats now = EncodingStats.ofProcess();
    return new EncodingStats(
        now.encodings() - before.encodings(),
        now.encodedBytes() - before.encodedBytes(),
        now.compressions() - before.compressions(),
        now.compressedBytes() - before.compressedBytes());
  }

  /** Bytes of request bodies that both OTLP exporters wrote to their sockets. */
  long bytesSent() {
    return primary.bytesSent() + second.bytesSent();
  }

  /** Flushes and shuts everything, from the SDK to the exporters. */
  @Override
  public void close() {
    sdk.close();
  }

  /** The table, the file, and the line that matters. */
  String report() throws IOException {
    UndeliveredFile file = UndeliveredFile.read(undelivered);
    EncodingStats encodings = encodings();
    return LegTable.of(stats.snapshot())
        + String.format(
            "%n%s holds %d batches: %d spans, %d data points, %d log records.%n",
            undelivered,
            file.lines(),
            file.items(Signal.TRACES),
            file.items(Signal.METRICS),
            file.items(Signal.LOGS))
        + String.format(
            "Encodings run: %d (%,d bytes), compressions: %d (%,d bytes), bytes sent: %,d.%n",
            encodings.encodings(),
            encodings.encodedBytes(),
            encodings.compressions(),
            encodings.compressedBytes(),
            bytesSent());
  }

  private String progress(long nanos, OtlpSink failing) {
    DeliveryStats.Counts first = stats.of("primary", Signal.TRACES);
    DeliveryStats.Counts other = stats.of("second", Signal.TRACES);
    return String.format(
        "%2d s | primary%s: %d spans, %d fell back, %d retries | second: %d spans | %d encodings",
        TimeUnit.NANOSECONDS.toSeconds(nanos),
        failing.isFailing() ? " (failing)" : "",
        first.delivered(),
        first.fellBack(),
        first.retries(),
        other.delivered(),
        encodings().encodings());
  }

  private static OpenTelemetrySdk sdk(Pipeline pipeline) {
    Resource resource =
        Resource.getDefault().toBuilder()
            .put(AttributeKey.stringKey("service.name"), "shop")
            .build();
    return pipeline.registerWith(
        OpenTelemetrySdk.builder()
            .setPropagators(ContextPropagators.create(W3CTraceContextPropagator.getInstance())),
        SdkTracerProvider.builder().setResource(resource),
        SdkMeterProvider.builder().setResource(resource),
        SdkLoggerProvider.builder().setResource(resource));
  }
}
