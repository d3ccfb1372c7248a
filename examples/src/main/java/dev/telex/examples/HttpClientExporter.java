/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A custom exporter that waits for nobody: it posts spans with the HTTP client of the JDK.
 *
 * <p>{@link InFlight} does what has nothing to do with HTTP: it answers after shutdown, for empty
 * batches and for other signals, makes results of exceptions, flushes, and shuts down. What is left
 * is to send, to map the answer to a result, and to end the call when its context is cancelled.
 */
public final class HttpClientExporter implements Exporter {

  private static final String NAME = "http-client";

  // It follows no redirect, and sends no POST twice by itself.
  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          .build();
  private final InFlight inFlight = new InFlight(NAME, signals());
  private final URI endpoint;

  /**
   * Connects to nobody yet.
   *
   * @param endpoint takes the posts: http or https
   */
  public HttpClientExporter(URI endpoint) {
    this.endpoint = endpoint;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.TRACES);
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> send(batch, own));
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  /**
   * The client of the JDK cannot be closed before Java 21: its idle connections and its daemon
   * threads end after this exporter is garbage.
   */
  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    return inFlight.shutdown(grace);
  }

  @Override
  public String toString() {
    return NAME;
  }

  private CompletionStage<ExportResult> send(Batch batch, ExportContext context)
      throws InterruptedException {
    Payload payload = batch.encoded(CsvEncoding.UTF_8);
    Optional<Duration> left = context.remaining();
    if (context.isCancelled() || left.filter(Duration::isZero).isPresent()) {
      return ExportResult.retryable("cancelled before it was sent").completed();
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(endpoint)
            .header("Content-Type", CsvEncoding.UTF_8.contentType())
            .POST(new PayloadPublisher(payload));
    left.ifPresent(request::timeout);
    CompletableFuture<HttpResponse<String>> response =
        client.sendAsync(request.build(), head -> new AnswerExcerpt());
    // Since Java 16 this closes the connection; without true it would only end the future.
    context.onCancel(() -> response.cancel(true));
    return response.thenApply(answer -> result(batch, answer));
  }

  private static ExportResult result(Batch batch, HttpResponse<String> answer) {
    int code = answer.statusCode();
    ExportResult result =
        switch (code) {
          case 200, 201, 202, 204 -> ExportResult.success(batch);
          case 408, 429, 502, 503, 504 -> ExportResult.retryable(answer.body());
          default -> ExportResult.permanent(answer.body());
        };
    return result.withStatusCode(code);
  }
}
