/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import io.opentelemetry.sdk.metrics.export.MetricReader;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Shows metrics to Prometheus, which scrapes them: from a server of its own at {@code
 * http://localhost:9464/metrics}, or from one of yours ({@link #scrapeHandler()}).
 *
 * <p>It is fed in two ways, of which both may be used at once:
 *
 * <ul>
 *   <li>by a chain, as every exporter. It keeps the last point of each series (200,000 at most) and
 *       forgets series that were not pushed for five minutes.
 *   <li>by SDKs that it asks when it is scraped: {@link #metricReader()}.
 * </ul>
 *
 * <p>Formats, chosen by the scraper's {@code Accept} header: text 0.0.4, OpenMetrics 1.0 with
 * exemplars and times of creation, and protobuf with native histograms as well; compressed with
 * gzip on demand; all metrics, or those of {@code name[]} parameters. Scrapes at the same time
 * share one collection, one translation and one encoding of each format.
 *
 * <p>Names follow the OpenTelemetry specification (compatibility/prometheus_and_openmetrics and
 * metrics/sdk_exporters/prometheus). What cannot be exposed, because its type differs from that of
 * an earlier metric of its name, say, is left out alone, with one line in the log; the scrape
 * answers all the same.
 *
 * <p>Metrics must be cumulative. Points of delta temporality are refused when they are pushed, and
 * left out when an SDK gives them. Safe for use by several threads.
 */
public final class PrometheusExporter implements Exporter {

  private static final String NAME = "prometheus";

  private final InFlight inFlight = new InFlight(NAME, Set.of(Signal.METRICS));
  private final MetricPreferences preferences;
  private final SeriesStore store;
  private final Scrapes scrapes;
  private final ScrapeHandler handler;
  private final Tally tally;
  private final @Nullable ScrapeServer server;
  private final AtomicInteger readers = new AtomicInteger();
  private final AtomicBoolean shutdown = new AtomicBoolean();
  private final CompletableFuture<ExportResult> closed = new CompletableFuture<>();
  private final PullReader.Owner owner = new Owner();

  PrometheusExporter(
      MetricPreferences preferences,
      SeriesStore store,
      Scrapes scrapes,
      ScrapeHandler handler,
      Tally tally,
      @Nullable ScrapeServer server) {
    this.preferences = preferences;
    this.store = store;
    this.scrapes = scrapes;
    this.handler = handler;
    this.tally = tally;
    this.server = server;
  }

  /** A builder, at first of a server at {@code localhost:9464}. */
  public static PrometheusExporterBuilder builder() {
    return new PrometheusExporterBuilder();
  }

  /**
   * A reader to register with an SDK, which is then asked for its metrics by each scrape. Ask for
   * one for each SDK. When the last one that was handed out is shut down (with its SDK), so is this
   * exporter.
   */
  public MetricReader metricReader() {
    readers.incrementAndGet();
    return new PullReader(owner, preferences);
  }

  /** Answers scrapes in a server of yours. */
  public ScrapeHandler scrapeHandler() {
    return handler;
  }

  /** Where its server is, such as {@code http://127.0.0.1:9464/}; empty if it has none. */
  public Optional<URI> uri() {
    return Optional.ofNullable(server).map(ScrapeServer::uri);
  }

  /** What it has done so far. */
  public ScrapeStats stats() {
    return tally.stats();
  }

  /** How many pushed series it keeps. */
  public int storedSeries() {
    return store.series();
  }

  /** {@code prometheus}. */
  @Override
  public String name() {
    return NAME;
  }

  /** Metrics. */
  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.METRICS);
  }

  /** BEST_EFFORT: nobody says whether what was pushed was scraped. */
  @Override
  public Delivery delivery() {
    return Delivery.BEST_EFFORT;
  }

  /** Cumulative metrics, and the aggregation that {@link PrometheusExporterBuilder} was told. */
  @Override
  public MetricPreferences metricPreferences() {
    return preferences;
  }

  /**
   * Keeps the points for the next scrape. Points of delta temporality, and of more series than it
   * keeps, are refused: PARTIAL.
   */
  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> store.add(batch).completed());
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  /** Closes the server and its connections; scrapes that are under way are cut off. */
  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    if (shutdown.compareAndSet(false, true)) {
      inFlight
          .shutdown(grace)
          .thenAccept(
              last -> {
                handler.close();
                if (server != null) {
                  server.close();
                }
                scrapes.forget();
                closed.complete(last);
              });
    }
    return closed;
  }

  @Override
  public String toString() {
    return NAME;
  }

  private final class Owner implements PullReader.Owner {
    @Override
    public void register(CollectionRegistration source) {
      scrapes.add(source);
    }

    @Override
    public CompletableResultCode shutDown(@Nullable CollectionRegistration source) {
      if (source != null) {
        scrapes.remove(source);
      }
      if (readers.decrementAndGet() > 0) {
        return CompletableResultCode.ofSuccess();
      }
      CompletableResultCode result = new CompletableResultCode();
      shutdown(CLOSE_GRACE)
          .thenAccept(
              last -> {
                if (last.isDelivered()) {
                  result.succeed();
                } else {
                  result.fail();
                }
              });
      return result;
    }
  }
}
