/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.elasticsearch;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Signal;
import dev.telex.exporter.elasticsearch.ElasticsearchExporter;
import dev.telex.exporter.elasticsearch.ElasticsearchTemplates;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.pipeline.Pipeline;
import dev.telex.reliability.DeliveryStats;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A hundred orders, with a span, a count and a log record each, go to Elasticsearch through retry,
 * timeout and a file for what is not delivered; then it asks Elasticsearch how long they took.
 *
 * <p>A real Elasticsearch to try it with:
 *
 * <pre>
 * docker run --rm -p 127.0.0.1:9200:9200 -e discovery.type=single-node \
 *   -e xpack.security.enabled=false docker.elastic.co/elasticsearch/elasticsearch:8.19.12
 * </pre>
 *
 * <p>and then, in another terminal,
 *
 * <pre>
 * java -cp examples/target/quickstart.jar dev.telex.examples.elasticsearch.ToElasticsearch
 * </pre>
 *
 * <p>{@code --to URL} sends to another; {@code --install-templates} puts our index templates there
 * before, for versions that have none for OpenTelemetry (before 8.16). It exits with 0 if all was
 * delivered, with 1 if something is left in the file, {@code undelivered.jsonl} or that of {@code
 * --left}, and with 2 if it could not begin.
 */
public final class ToElasticsearch {

  private static final int ORDERS = 100;
  private static final long LIMIT_SECONDS = 60;
  private static final Signal[] SIGNALS = Signal.values();

  private final Arguments arguments;
  private final PrintStream out;
  private final DeliveryStats stats = new DeliveryStats();

  private ToElasticsearch(Arguments arguments, PrintStream out) {
    this.arguments = arguments;
    this.out = out;
  }

  /** Runs the example. */
  public static void main(String[] args) throws Exception {
    System.exit(run(System.out, args));
  }

  /** Runs the example, and gives its exit status. */
  public static int run(PrintStream out, String... args)
      throws IOException, InterruptedException, ExecutionException, TimeoutException {
    try {
      return new ToElasticsearch(Arguments.parse(args), out).run();
    } catch (IllegalArgumentException e) {
      // A ConfigurationException of an exporter is one too.
      out.println(e.getMessage());
      out.println(Arguments.USAGE);
      return 2;
    }
  }

  private int run() throws IOException, InterruptedException, ExecutionException, TimeoutException {
    ElasticsearchExporter elasticsearch =
        ElasticsearchExporter.builder()
            .endpoint(arguments.to())
            .dataset("shop")
            .compression(Gzip.fast())
            .build();
    if (arguments.installTemplates()) {
      ExportResult installed = install(elasticsearch);
      if (!installed.isDelivered()) {
        elasticsearch.close();
        out.println("The templates are not installed: " + installed.message().orElse(""));
        return 2;
      }
    }
    Exporter chain = chain(elasticsearch, arguments.left());
    out.println("The chain: " + chain);
    try (OpenTelemetrySdk sdk = sdk(chain)) {
      takeOrders(sdk);
    }
    boolean complete = true;
    for (Signal signal : SIGNALS) {
      DeliveryStats.Counts counts = stats.of("elasticsearch", signal);
      out.printf(
          "%s: %d delivered, %d rejected, %d in %s%n",
          signal.id(), counts.delivered(), counts.rejected(), counts.fellBack(), arguments.left());
      complete &= counts.fellBack() == 0 && counts.rejected() == 0;
    }
    if (stats.of("elasticsearch", Signal.TRACES).delivered() > 0) {
      out.print(new Query(arguments.to()).run());
    }
    return complete ? 0 : 1;
  }

  private Exporter chain(ElasticsearchExporter elasticsearch, Path undelivered) {
    return ExporterChain.of(elasticsearch)
        .named("elasticsearch")
        .timeout(Duration.ofSeconds(10)) // each attempt
        .retry(RetryPolicy.builder().maxAttempts(4).initialBackoff(Duration.ofMillis(250)).build())
        .fallback(LoggingExporter.toFile(undelivered))
        .listener(stats)
        .build();
  }

  /** For a single node, which has no place for a replica. */
  private static ExportResult install(ElasticsearchExporter elasticsearch)
      throws InterruptedException, ExecutionException, TimeoutException {
    return elasticsearch
        .installTemplates(ElasticsearchTemplates.standard().replicas(0).withoutHistogramFields())
        .toCompletableFuture()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private static OpenTelemetrySdk sdk(Exporter chain) {
    Resource resource =
        Resource.getDefault().toBuilder()
            .put(AttributeKey.stringKey("service.name"), "shop")
            .build();
    return Pipeline.builder(chain)
        .build()
        .registerWith(
            SdkTracerProvider.builder().setResource(resource),
            SdkMeterProvider.builder().setResource(resource),
            SdkLoggerProvider.builder().setResource(resource));
  }

  /** Those of the last minutes: the first took 1 ms, the last 100 ms. */
  private static void takeOrders(OpenTelemetrySdk sdk) {
    LongCounter orders = sdk.getMeter("orders").counterBuilder("shop.orders").build();
    Instant begin = Instant.now().minus(Duration.ofMinutes(2));
    for (long order = 1; order <= ORDERS; order++) {
      Instant start = begin.plusSeconds(order);
      Span span =
          sdk.getTracer("orders")
              .spanBuilder("order")
              .setAttribute("shop.order", order)
              .setStartTimestamp(start)
              .startSpan();
      sdk.getLogsBridge()
          .get("orders")
          .logRecordBuilder()
          .setContext(Context.root().with(span))
          .setTimestamp(start)
          .setSeverity(Severity.INFO)
          .setBody("order " + order + " is paid")
          .emit();
      orders.add(1);
      span.end(start.plusMillis(order));
    }
  }
}
