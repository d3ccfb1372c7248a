/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What all exporters over HTTP have in common: a transport that they own, a name, and how they
 * flush and shut down. A plugin says how it sends a batch.
 */
public abstract class HttpExporter implements Exporter {

  private final String name;
  private final Set<Signal> signals;
  private final HttpTransport transport;
  private final @Nullable Compression compression;
  private final InFlight inFlight;

  /** An exporter of that name and those signals, with the transport that the builder set up. */
  protected HttpExporter(String name, Set<Signal> signals, HttpExporterBuilder<?> builder) {
    this.name = name;
    this.signals = Set.copyOf(signals);
    this.transport = builder.transport().build();
    this.compression = builder.compression();
    this.inFlight = new InFlight(name, signals);
  }

  /**
   * Sends a batch of one of the {@link #signals()}. What it throws is the failure of the export.
   *
   * @param context is cancelled also when the exporter is cut off at its shutdown
   */
  protected abstract CompletionStage<ExportResult> send(Batch batch, ExportContext context);

  /**
   * Encodes a batch, if nobody did before, and posts it, compressed if the builder was told so.
   *
   * @param mapping as of {@link HttpTransport#post}
   */
  protected final CompletionStage<ExportResult> post(
      HttpEndpoint endpoint,
      Batch batch,
      Encoding encoding,
      ExportContext context,
      Function<HttpAnswer, ExportResult> mapping) {
    return encoded(
        batch,
        encoding,
        payload -> {
          HttpPost post = HttpPost.of(endpoint, encoding.contentType(), payload);
          Compression method = compression;
          if (method != null) {
            post = post.compressed(method, () -> batch.encoded(encoding, method));
          }
          return transport.post(post, context, mapping);
        });
  }

  /**
   * Encodes a batch, if nobody did before, and sends it as the message of a gRPC call, compressed
   * if the builder was told so.
   *
   * @param mapping as of {@link HttpTransport#call}
   */
  protected final CompletionStage<ExportResult> call(
      HttpEndpoint endpoint,
      Batch batch,
      Encoding encoding,
      ExportContext context,
      Function<GrpcAnswer, ExportResult> mapping) {
    return encoded(
        batch,
        encoding,
        payload -> {
          GrpcCall call = GrpcCall.of(endpoint, payload);
          Compression method = compression;
          if (method != null) {
            call = call.compressed(method, () -> batch.encoded(encoding, method));
          }
          return transport.call(call, context, mapping);
        });
  }

  /**
   * Encodes a batch, if nobody did before, for those who look at the payload before they send it.
   *
   * @param send called on this thread; not if that was interrupted, which is RETRYABLE
   */
  protected static CompletionStage<ExportResult> encoded(
      Batch batch, Encoding encoding, Function<Payload, CompletionStage<ExportResult>> send) {
    Payload payload;
    try {
      payload = batch.encoded(encoding);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExportResult.retryable("not sent: interrupted while it was encoded").completed();
    }
    return send.apply(payload);
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Set<Signal> signals() {
    return signals;
  }

  @Override
  public final CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> send(batch, own));
  }

  @Override
  public final CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  @Override
  public final CompletionStage<ExportResult> shutdown(Duration grace) {
    CompletionStage<ExportResult> closed =
        inFlight
            .shutdown(grace)
            .thenApply(
                result -> {
                  transport.close();
                  return result;
                });
    // Not that stage itself: a caller who cancels it would keep the transport from being closed.
    return closed.thenApply(result -> result);
  }

  /**
   * The bytes of request bodies, compressed if they were and with the frames of gRPC, that were
   * handed to sockets, of all attempts.
   */
  public final long bytesSent() {
    return transport.bytesSent();
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
