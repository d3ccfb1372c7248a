/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.prometheus;

import dev.telex.exporter.prometheus.PrometheusExporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Scope;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.metrics.Aggregation;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.net.URI;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A web shop of which Prometheus scrapes the metrics: counters, gauges, and histograms with the
 * traces of single requests as exemplars, which are native ones for a Prometheus that asks for
 * protobuf. {@code examples/prometheus/prometheus.yml} scrapes it.
 *
 * <p>Arguments: the port, 9464 by default. It ends with Ctrl-C.
 */
public final class ScrapedShop implements AutoCloseable {

  private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
  private static final AttributeKey<String> ROUTE = AttributeKey.stringKey("http.route");
  private static final AttributeKey<Long> STATUS =
      AttributeKey.longKey("http.response.status_code");
  private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");

  private static final String[] ROUTES = {
    "/", "/search", "/orders", "/orders/{id}", "/basket", "/basket/{item}", "/login", "/health"
  };
  private static final String[] METHODS = {"GET", "GET", "GET", "POST", "PUT"};

  private final PrometheusExporter exporter;
  private final OpenTelemetrySdk sdk;
  private final Tracer tracer;
  private final LongCounter sold;
  private final LongUpDownCounter waiting;
  private final DoubleHistogram duration;
  private final DoubleHistogram size;
  private final SplittableRandom random = new SplittableRandom(1);

  /**
   * Opens the shop.
   *
   * @param port of its metrics; 0 takes a free one
   */
  ScrapedShop(int port) {
    exporter =
        PrometheusExporter.builder()
            .listen("localhost", port)
            .defaultAggregation(
                DefaultAggregationSelector.getDefault()
                    .with(InstrumentType.HISTOGRAM, Aggregation.base2ExponentialBucketHistogram()))
            .build();
    sdk =
        OpenTelemetrySdk.builder()
            .setMeterProvider(
                SdkMeterProvider.builder()
                    .setResource(
                        Resource.getDefault().toBuilder().put("service.name", "shop").build())
                    .registerMetricReader(exporter.metricReader())
                    .build())
            // Nobody takes the spans; their ids are in the exemplars.
            .setTracerProvider(
                SdkTracerProvider.builder()
                    .addSpanProcessor(SimpleSpanProcessor.create(SpanExporter.composite()))
                    .build())
            .build();
    tracer = sdk.getTracer("shop");
    Meter meter = sdk.getMeter("shop");
    sold =
        meter
            .counterBuilder("shop.items.sold")
            .setUnit("{item}")
            .setDescription("Items that were sold.")
            .build();
    waiting =
        meter
            .upDownCounterBuilder("shop.parcels.waiting")
            .setUnit("{parcel}")
            .setDescription("Parcels that nobody has fetched.")
            .build();
    duration =
        meter
            .histogramBuilder("http.server.request.duration")
            .setUnit("s")
            .setDescription("How long requests took.")
            .build();
    size =
        meter
            .histogramBuilder("http.server.response.body.size")
            .setUnit("By")
            .setDescription("How large answers were.")
            .build();
    meter
        .gaugeBuilder("jvm.memory.used")
        .setUnit("By")
        .setDescription("Memory that is in use.")
        .buildWithCallback(
            memory -> {
              for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                memory.record(
                    (double) pool.getUsage().getUsed(), Attributes.of(POOL, pool.getName()));
              }
            });
  }

  /** Where its metrics are. */
  URI metrics() {
    return exporter.uri().orElseThrow().resolve("/metrics");
  }

  /** Answers a request. */
  @SuppressWarnings("try") // A scope is only closed.
  void serve() {
    String route = ROUTES[random.nextInt(ROUTES.length)];
    String method = METHODS[random.nextInt(METHODS.length)];
    long status = random.nextInt(50) == 0 ? 500 : random.nextInt(20) == 0 ? 404 : 200;
    Attributes attributes = Attributes.of(METHOD, method, ROUTE, route, STATUS, status);
    Span span = tracer.spanBuilder(method + " " + route).startSpan();
    try (Scope scope = span.makeCurrent()) {
      duration.record(0.002 * Math.exp(3 * random.nextDouble()), attributes);
      size.record(200 * Math.exp(6 * random.nextDouble()), attributes);
      if (method.equals("POST") && status == 200) {
        sold.add(1 + random.nextInt(5), Attributes.of(ROUTE, route));
        waiting.add(random.nextInt(3) - 1);
      }
    } finally {
      span.end();
    }
  }

  /** Closes the shop, and with it the server of its metrics. */
  @Override
  public void close() {
    sdk.close();
  }

  /** Runs the shop. */
  public static void main(String[] args) throws InterruptedException {
    int port = args.length == 0 ? 9464 : Integer.parseInt(args[0]);
    ScheduledExecutorService customers = Executors.newSingleThreadScheduledExecutor();
    try (ScrapedShop shop = new ScrapedShop(port)) {
      customers.scheduleAtFixedRate(shop::serve, 0, 5, TimeUnit.MILLISECONDS);
      System.out.println("The metrics are at " + shop.metrics() + ", a page for people at /.");
      System.out.println("End it with Ctrl-C.");
      new CountDownLatch(1).await();
    } finally {
      customers.shutdownNow();
    }
  }
}
