/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import dev.telex.exporter.prometheus.PrometheusExporter;
import dev.telex.exporter.prometheus.ScrapeStats;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.exporter.prometheus.PrometheusHttpServer;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProviderBuilder;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A scrape of 100,000 series over loopback HTTP, from the request to the last byte: Telex beside
 * OpenTelemetry's own Prometheus exporter, each with its defaults, an SDK of its own and the same
 * client. Each scrape collects anew.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 4)
@Measurement(iterations = 5, time = 4)
public class PrometheusScrapeBenchmark {

  /** Whose exporter. */
  public enum Side {
    /** OpenTelemetry's. */
    OPENTELEMETRY,
    /** Ours. */
    TELEX
  }

  /** What the scraper asks for. */
  public enum Wanted {
    /** Text 0.0.4. */
    TEXT("text/plain;version=0.0.4"),
    /** OpenMetrics 1.0, as Prometheus 2 asks for it. */
    OPEN_METRICS("application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"),
    /** Text, compressed. */
    TEXT_GZIP("text/plain;version=0.0.4");

    private final String accept;

    Wanted(String accept) {
      this.accept = accept;
    }
  }

  /** Whose exporter. */
  @Param({"OPENTELEMETRY", "TELEX"})
  public Side side = Side.TELEX;

  /** What the scraper asks for. */
  @Param({"TEXT", "OPEN_METRICS", "TEXT_GZIP"})
  public Wanted wanted = Wanted.TEXT;

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final List<AutoCloseable> open = new ArrayList<>();
  private PrometheusExporter telex = PrometheusExporter.builder().withoutServer().build();
  private HttpRequest request = HttpRequest.newBuilder(URI.create("http://localhost")).build();

  /** Records the series, and makes sure that they are there. */
  @Setup
  public void record() throws IOException {
    SdkMeterProvider sdk;
    URI uri;
    if (side == Side.TELEX) {
      telex.close();
      telex = PrometheusExporter.builder().listen("127.0.0.1", 0).build();
      open.add(telex);
      uri = telex.uri().orElseThrow().resolve("/metrics");
      sdk = sdkBuilder().registerMetricReader(telex.metricReader()).build();
    } else {
      // It does not tell which port it took.
      int port;
      try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
        port = free.getLocalPort();
      }
      PrometheusHttpServer peer =
          PrometheusHttpServer.builder().setHost("127.0.0.1").setPort(port).build();
      uri = URI.create("http://127.0.0.1:" + port + "/metrics");
      sdk = sdkBuilder().registerMetricReader(peer).build();
    }
    open.add(sdk);
    PrometheusSeries.record(sdk);
    HttpRequest.Builder wants = HttpRequest.newBuilder(uri).header("Accept", wanted.accept);
    if (wanted == Wanted.TEXT_GZIP) {
      wants.header("Accept-Encoding", "gzip");
    }
    request = wants.build();
    PrometheusSeries.check(
        http.sendAsync(
                HttpRequest.newBuilder(uri).header("Accept", Wanted.TEXT.accept).build(),
                HttpResponse.BodyHandlers.ofString())
            .join()
            .body());
  }

  /** Closes the servers. */
  @TearDown
  public void close() throws Exception {
    for (AutoCloseable one : open) {
      one.close();
    }
  }

  /** What the exporter did in all operations of an iteration; ours counts, the peer cannot. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Counts {
    /** Scrapes that were answered. */
    public long scrapes;

    /** Collections of the SDK's metrics. */
    public long collections;

    /** Translations to families of Prometheus. */
    public long conversions;

    /** Encodings of all families. */
    public long encodings;

    /** Bytes on the wire, of all bodies. */
    public long bodyBytes;

    private ScrapeStats before = new ScrapeStats(0, 0, 0, 0, 0, 0);

    /** What was done before this iteration. */
    @Setup(Level.Iteration)
    public void before(PrometheusScrapeBenchmark benchmark) {
      before = benchmark.telex.stats();
      bodyBytes = 0;
    }

    /** What was done in it. */
    @TearDown(Level.Iteration)
    public void after(PrometheusScrapeBenchmark benchmark) {
      ScrapeStats now = benchmark.telex.stats();
      scrapes = now.scrapes() - before.scrapes();
      collections = now.collections() - before.collections();
      conversions = now.conversions() - before.conversions();
      encodings = now.encodings() - before.encodings();
    }
  }

  /** One scraper: the first scrape of a collection. */
  @Benchmark
  public long oneScraper(Counts counts) {
    long bytes = scrape().join();
    counts.bodyBytes += bytes;
    return bytes;
  }

  /** Two scrapers at once: the second one comes while the first is being answered. */
  @Benchmark
  public long twoScrapers(Counts counts) {
    CompletableFuture<Long> first = scrape();
    CompletableFuture<Long> second = scrape();
    long bytes = first.join() + second.join();
    counts.bodyBytes += bytes;
    return bytes;
  }

  private CompletableFuture<Long> scrape() {
    return http.sendAsync(request, CountedBody::of).thenApply(HttpResponse::body);
  }

  private static SdkMeterProviderBuilder sdkBuilder() {
    return SdkMeterProvider.builder()
        .setResource(Resource.create(Attributes.builder().put("service.name", "shop").build()));
  }
}
