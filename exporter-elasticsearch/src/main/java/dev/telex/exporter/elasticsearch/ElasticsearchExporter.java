/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.Compression;
import dev.telex.exporter.EncodingException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.OwnTraffic;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Secrets;
import dev.telex.exporter.Signal;
import dev.telex.exporter.SplitExport;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.http.ContentTooLongException;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans, log records and metrics to data streams of Elasticsearch 8.12 and later, by bulk
 * requests and with Elasticsearch's own low-level client.
 *
 * <pre>{@code
 * Exporter exporter =
 *     ElasticsearchExporter.builder()
 *         .endpoint("https://elasticsearch:9200")
 *         .apiKey(key)
 *         .caFingerprint(fingerprint)
 *         .build();
 * }</pre>
 *
 * <p>Documents are encoded once, with their names: what is sent again, after an answer that was
 * lost for one, is known to Elasticsearch and not stored twice. Span events are documents of logs.
 * Metrics want delta histograms, because Elasticsearch can't subtract them.
 *
 * <p>Results, of the answer of each document:
 *
 * <ul>
 *   <li>2xx, and 409 (it is there already): delivered
 *   <li>429 and 5xx: in the remainder of a result that is RETRYABLE
 *   <li>every other status: rejected, with Elasticsearch's type and reason
 * </ul>
 *
 * <p>and of the request as a whole:
 *
 * <ul>
 *   <li>429 and 5xx: RETRYABLE, with the delay of {@code Retry-After}
 *   <li>413: the batch is halved, and each half is sent; an item that alone is too large is
 *       rejected. So is done with a request over {@code maxRequestBytes}, which is not sent, and
 *       with a batch that holds an item which cannot be written
 *   <li>a connection that fails, no answer in time, or one that cannot be read: RETRYABLE. After an
 *       answer over {@code maxResponseBytes} the batch is halved too, because each half has a
 *       shorter one
 *   <li>every other status, redirects too: PERMANENT, with Elasticsearch's reason
 * </ul>
 *
 * <p>It does not retry, nor does its client: put a retry around it. With several nodes the first
 * attempt of a batch goes to any, and each further attempt to the next one. Encoding and
 * compressing run on the thread that calls {@link #export}, if no other exporter did it for this
 * batch before.
 */
public final class ElasticsearchExporter implements Exporter {

  private static final String NAME = "elasticsearch";
  private static final int TOO_LARGE = 413;

  private final ElasticsearchEncoding encoding;
  private final @Nullable Compression compression;
  private final Nodes nodes;
  private final Headers headers;
  private final Duration timeout;
  private final int maxRequestBytes;
  private final int maxResponseBytes;
  private final InstantSource clock = InstantSource.system();
  private final InFlight inFlight = new InFlight(NAME, EnumSet.allOf(Signal.class));
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<ExportResult> closed = new CompletableFuture<>();

  ElasticsearchExporter(ElasticsearchExporterBuilder builder) {
    this.encoding = builder.encoding();
    this.compression = builder.compression();
    this.nodes = builder.openNodes();
    this.headers = builder.headers();
    this.timeout = builder.timeout();
    this.maxRequestBytes = builder.maxRequestBytes();
    this.maxResponseBytes = builder.maxResponseBytes();
  }

  /** An exporter to {@code http://localhost:9200}, unless the builder is told otherwise. */
  public static ElasticsearchExporterBuilder builder() {
    return new ElasticsearchExporterBuilder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Signal> signals() {
    return EnumSet.allOf(Signal.class);
  }

  /** Delta for histograms, cumulative for all else; every aggregation. */
  @Override
  public MetricPreferences metricPreferences() {
    return MetricPreferences.any()
        .withTemporality(
            type ->
                type == InstrumentType.HISTOGRAM
                    ? AggregationTemporality.DELTA
                    : AggregationTemporality.CUMULATIVE);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(
        batch,
        context,
        own -> SplitExport.of(batch, ElasticsearchExporter::isTooLarge, part -> send(part, own)));
  }

  /**
   * Installs index templates, or replaces those of their names. Needs the privilege {@code
   * manage_index_templates}. Data streams that are there already keep their mappings until they
   * roll over.
   *
   * @return success; or the result of the first template that was not taken
   */
  public CompletionStage<ExportResult> installTemplates(ElasticsearchTemplates templates) {
    if (inFlight.isShutdown()) {
      return ExportResult.shutdown(NAME + " is shut down").completed();
    }
    CancellableContext context = CancellableContext.create();
    return install(templates.bodies(encoding).entrySet().iterator(), context);
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    CompletionStage<ExportResult> idle = inFlight.shutdown(grace);
    if (closing.compareAndSet(false, true)) {
      // Closing waits for the client's threads, and this may be one of them.
      idle.thenAccept(
          result -> {
            Thread closer = new Thread(() -> close(result), "telex-elasticsearch-close");
            closer.setDaemon(true);
            closer.start();
          });
    }
    return closed.minimalCompletionStage();
  }

  /** The name and the mode. */
  @Override
  public String toString() {
    return encoding.toString();
  }

  private CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    Payload payload;
    Documents documents;
    List<ByteBuffer> body;
    try {
      payload = batch.encoded(encoding);
      documents = Documents.of(batch, payload);
      if (documents.size() == 0) {
        return ExportResult.permanent(Outcomes.NO_FIELD).completed();
      }
      if (documents.bytes() > maxRequestBytes) {
        RequestTooLargeException tooLarge =
            new RequestTooLargeException(documents.bytes(), maxRequestBytes);
        return ExportResult.permanent(String.valueOf(tooLarge.getMessage()))
            .withCause(tooLarge)
            .completed();
      }
      body = body(batch, documents);
    } catch (InterruptedException e) {
      return ExportResult.failure(e).completed();
    }
    Compression method = compression;
    Request request = Request.bulk(method == null ? null : method.contentEncoding(), body);
    return call(
        nodes.choose(payload, context.attempt()),
        request,
        context,
        (answer, secrets) -> BulkAnswer.map(answer, batch, documents, secrets, clock));
  }

  private List<ByteBuffer> body(Batch batch, Documents documents) throws InterruptedException {
    Compression method = compression;
    if (method == null) {
      return documents.buffers();
    }
    return batch.signal() == Signal.METRICS
        ? batch.encoded(new BulkBody(encoding), method).buffers()
        : batch.encoded(encoding, method).buffers();
  }

  private CompletionStage<ExportResult> install(
      Iterator<Map.Entry<String, String>> rest, ExportContext context) {
    if (!rest.hasNext()) {
      return ExportResult.success().completed();
    }
    Map.Entry<String, String> template = rest.next();
    Request request =
        new Request(
            "PUT",
            // It may have the dataset in it, and so characters that no path has.
            "/_index_template/" + URLEncoder.encode(template.getKey(), StandardCharsets.UTF_8),
            Map.of(),
            "application/json",
            null,
            List.of(
                ByteBuffer.wrap(template.getValue().getBytes(StandardCharsets.UTF_8))
                    .asReadOnlyBuffer()));
    return call(
            nodes.first(),
            request,
            context,
            (answer, secrets) ->
                answer.isSuccessful()
                    ? ExportResult.success().withStatusCode(answer.status())
                    : BulkAnswer.failure(answer, secrets, clock))
        .thenCompose(result -> result.isDelivered() ? install(rest, context) : result.completed());
  }

  /** Makes a result of an answer. */
  @FunctionalInterface
  private interface Mapping {
    ExportResult map(Answer answer, Secrets secrets);
  }

  private CompletionStage<ExportResult> call(
      Node node, Request request, ExportContext context, Mapping mapping) {
    Headers.Now now;
    try {
      now = OwnTraffic.run(headers::now);
    } catch (IllegalStateException e) {
      return ExportResult.retryable("not sent: " + e.getMessage()).completed();
    }
    return new Call(node, now, maxResponseBytes, answer -> mapping.map(answer, now.secrets()))
        .send(request, timeout, context);
  }

  private static boolean isTooLarge(ExportResult result) {
    Throwable cause = result.cause().orElse(null);
    return result.statusCode().orElse(0) == TOO_LARGE
        || cause instanceof RequestTooLargeException
        || cause instanceof ContentTooLongException
        || cause instanceof EncodingException;
  }

  private void close(ExportResult result) {
    try {
      nodes.close();
    } catch (IOException | RuntimeException e) {
      System.getLogger(ElasticsearchExporter.class.getPackageName())
          .log(System.Logger.Level.WARNING, "a client did not close cleanly", e);
    } finally {
      closed.complete(result);
    }
  }
}
