/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Payload;
import java.util.HashMap;
import java.util.Map;

/**
 * Answers scrapes inside an HTTP server of yours, whichever that is: {@link
 * PrometheusExporter#scrapeHandler()}. It knows no server: you hand it what the request has, and
 * pass its answer on. It checks no credentials. Safe for use by several threads.
 *
 * <pre>{@code
 * server.createContext("/metrics", exchange -> {
 *   ScrapeResponse response =
 *       handler.scrape(
 *           ScrapeRequest.of(
 *               exchange.getRequestURI().getRawQuery(), exchange.getRequestHeaders()::getFirst));
 *   response.headers().forEach(exchange.getResponseHeaders()::set);
 *   exchange.sendResponseHeaders(response.status(), response.body().size());
 *   try (OutputStream body = exchange.getResponseBody()) {
 *     response.body().writeTo(body);
 *   }
 * });
 * }</pre>
 */
public final class ScrapeHandler {

  private final Scrapes scrapes;
  private final Tally tally;
  private final Warnings warnings;
  private volatile boolean closed;

  ScrapeHandler(Scrapes scrapes, Tally tally, Warnings warnings) {
    this.scrapes = scrapes;
    this.tally = tally;
    this.warnings = warnings;
  }

  /** A scrape that has begun: it shares what others that begin now get. */
  final class Begun {
    private final ScrapeRequest request;
    private final Exposition exposition;

    private Begun(ScrapeRequest request) {
      this.request = request;
      this.exposition = scrapes.begin();
    }

    /** Does the work, or waits for who does it already. */
    ScrapeResponse answer() {
      AcceptHeader accept = request.accept();
      boolean gzip = request.takesGzip();
      Payload body;
      try {
        if (closed) {
          return ScrapeResponse.text(503, "the exporter is shut down");
        }
        body = exposition.bytes(accept.format(), accept.utf8(), gzip, request.names());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        tally.failures.increment();
        return ScrapeResponse.text(503, "interrupted");
      } catch (RuntimeException e) {
        tally.failures.increment();
        warnings.about("<scrape>", "a scrape failed: " + e);
        return ScrapeResponse.text(500, "the scrape failed; the log says why");
      } finally {
        scrapes.ready(exposition);
      }
      tally.scrapes.increment();
      Map<String, String> headers = new HashMap<>();
      headers.put("Content-Type", accept.format().contentType(accept.utf8()));
      headers.put("Vary", "Accept, Accept-Encoding");
      if (gzip) {
        headers.put("Content-Encoding", "gzip");
      }
      return new ScrapeResponse(200, headers, body);
    }
  }

  /**
   * Collects the metrics and writes them as the request wants it, or waits for another thread that
   * does so at the moment. Metrics that cannot be exposed are left out alone, whatever they are;
   * the status is 200 all the same.
   */
  public ScrapeResponse scrape(ScrapeRequest request) {
    return begin(request).answer();
  }

  Begun begin(ScrapeRequest request) {
    return new Begun(request);
  }

  void close() {
    closed = true;
  }
}
