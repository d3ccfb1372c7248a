/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.exporter.SplitExport;
import dev.telex.http.GrpcCall;
import dev.telex.http.HttpEndpoint;
import dev.telex.http.HttpPost;
import dev.telex.http.HttpTransport;
import dev.telex.http.Tls;
import dev.telex.otlp.OtlpEncoding;
import java.net.Proxy;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Exports all signals with OTLP: over HTTP in protobuf or JSON, or over gRPC.
 *
 * <pre>{@code
 * Exporter exporter =
 *     OtlpExporter.builder()
 *         .endpoint("https://collector:4318")
 *         .compression(Gzip.fast())
 *         .build();
 * }</pre>
 *
 * <p>Results follow opentelemetry-proto, {@code docs/specification.md}, "OTLP/HTTP":
 *
 * <ul>
 *   <li>2xx with an empty body or a complete response: SUCCESS. A warning of the server is the
 *       message
 *   <li>2xx with rejected items: PARTIAL, with how many and why
 *   <li>2xx with a body of a foreign type, such as HTML: PERMANENT; it was not an OTLP server that
 *       answered
 *   <li>2xx of the right type, but not to be read: SUCCESS with a message. The status is the
 *       acknowledgement of the protocol, and the body only its details; to send everything
 *       elsewhere once more would be wrong more often
 *   <li>429, 502, 503, 504: RETRYABLE, with the delay of {@code Retry-After}
 *   <li>413: the batch is halved, and each half is sent; an item that alone is too large is
 *       rejected. So is done with a request over {@code maxRequestBytes}, which is not sent
 *   <li>every other status, redirects too: PERMANENT, with the message of the server
 * </ul>
 *
 * <p>Of gRPC they follow the same page, "OTLP/gRPC". The status code of a result is that of gRPC:
 *
 * <ul>
 *   <li>OK: SUCCESS or PARTIAL, as above. A response that is missing, or not to be read, is SUCCESS
 *       with a message
 *   <li>CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS: RETRYABLE,
 *       with the delay of a {@code google.rpc.RetryInfo}
 *   <li>RESOURCE_EXHAUSTED: RETRYABLE with a {@code RetryInfo}, and PERMANENT without; if its words
 *       are those of a message that is too large, the batch is halved as above
 *   <li>every other status: PERMANENT, with the message of the server
 *   <li>an answer without a status of gRPC, as from a proxy, has the status that gRPC gives to that
 *       of HTTP: UNAVAILABLE for 429, 502, 503 and 504, with the delay of {@code Retry-After}
 * </ul>
 *
 * <p>Everything else (broken connections, timeouts, limits, cancellation) is as {@link
 * HttpTransport} says. It does not retry: put a retry around it. Encoding and compressing run on
 * the thread that calls {@link #export}, if no other exporter did it for this batch before.
 */
public final class OtlpExporter implements Exporter {

  private static final String NAME = "otlp";

  private final Map<Signal, HttpEndpoint> endpoints;
  private final OtlpProtocol protocol;
  private final @Nullable Compression compression;
  private final MetricPreferences metricPreferences;
  private final HttpTransport transport;
  private final InFlight inFlight;

  private OtlpExporter(Builder builder) {
    this.endpoints = builder.endpoints();
    this.protocol = builder.protocol;
    this.compression = builder.compression;
    this.metricPreferences = builder.metricPreferences;
    this.transport = builder.transport.build();
    this.inFlight = new InFlight(NAME, signals());
  }

  /**
   * An exporter in protobuf over HTTP to {@code http://localhost:4318}, unless the builder is told
   * otherwise.
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public MetricPreferences metricPreferences() {
    return metricPreferences;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(
        batch, context, own -> SplitExport.of(batch, this::isTooLarge, part -> send(part, own)));
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
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
  public long bytesSent() {
    return transport.bytesSent();
  }

  /** The name. */
  @Override
  public String toString() {
    return NAME;
  }

  private boolean isTooLarge(ExportResult result) {
    return OtlpAnswer.isTooLarge(result)
        || (protocol == OtlpProtocol.GRPC && OtlpGrpcAnswer.isTooLarge(result));
  }

  private CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    Payload payload;
    try {
      payload = batch.encoded(protocol.encoding());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExportResult.retryable("not sent: interrupted while it was encoded").completed();
    }
    return protocol == OtlpProtocol.GRPC
        ? call(batch, payload, context)
        : post(batch, payload, context);
  }

  private CompletionStage<ExportResult> post(Batch batch, Payload payload, ExportContext context) {
    OtlpEncoding encoding = protocol.encoding();
    HttpPost post = HttpPost.of(endpoint(batch.signal()), encoding.contentType(), payload);
    if (compression != null) {
      post = post.compressed(compression, () -> batch.encoded(encoding, compression));
    }
    return transport.post(post, context, answer -> OtlpAnswer.map(answer, batch, encoding));
  }

  private CompletionStage<ExportResult> call(Batch batch, Payload payload, ExportContext context) {
    GrpcCall call = GrpcCall.of(endpoint(batch.signal()), payload);
    if (compression != null) {
      call = call.compressed(compression, () -> batch.encoded(protocol.encoding(), compression));
    }
    return transport.call(call, context, answer -> OtlpGrpcAnswer.map(answer, batch));
  }

  private HttpEndpoint endpoint(Signal signal) {
    HttpEndpoint endpoint = endpoints.get(signal);
    if (endpoint == null) {
      throw new IllegalStateException("no endpoint for " + signal.id());
    }
    return endpoint;
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. Not safe for use by several threads.
   */
  public static final class Builder {
    private OtlpProtocol protocol = OtlpProtocol.HTTP_PROTOBUF;
    private @Nullable HttpEndpoint base;
    private final Map<Signal, HttpEndpoint> perSignal = new EnumMap<>(Signal.class);
    private @Nullable Compression compression;
    private MetricPreferences metricPreferences = MetricPreferences.cumulative();
    private final HttpTransport.Builder transport =
        HttpTransport.builder(NAME).userAgentProduct("OTel-OTLP-Exporter-Java");

    private Builder() {}

    /** What is spoken; {@link OtlpProtocol#HTTP_PROTOBUF} by default. */
    public Builder protocol(OtlpProtocol choice) {
      protocol = choice;
      return this;
    }

    /**
     * The base URL; by default {@code http://localhost:4318}, and {@code http://localhost:4317} for
     * gRPC. {@code v1/traces}, {@code v1/metrics} or {@code v1/logs} is appended to its path; for
     * gRPC the name of the service and the method.
     *
     * @param url http or https, without user name and password
     */
    public Builder endpoint(String url) {
      base = HttpEndpoint.of("endpoint", url);
      return this;
    }

    /** As {@link #endpoint(String)}. */
    public Builder endpoint(URI url) {
      return endpoint(url.toString());
    }

    /**
     * The whole URL for one signal: nothing is appended, but for gRPC, whose methods have fixed
     * names.
     *
     * @param url http or https, without user name and password
     */
    public Builder endpoint(Signal signal, String url) {
      perSignal.put(signal, HttpEndpoint.of(signal.id() + " endpoint", url));
      return this;
    }

    /** Compresses the bodies; none by default. */
    public Builder compression(Compression method) {
      compression = method;
      return this;
    }

    /**
     * Sends a header with every request; see {@link HttpTransport.Builder#header}. Its value is
     * never shown.
     */
    public Builder header(String name, String value) {
      transport.header(name, value);
      return this;
    }

    /** Sends these headers, as {@link #header} for each. */
    public Builder headers(Map<String, String> more) {
      transport.headers(more);
      return this;
    }

    /**
     * Asks for headers once for each export; see {@link HttpTransport.Builder#headers(Supplier)}.
     * The supplier may block. What it throws makes the export RETRYABLE.
     */
    public Builder headers(Supplier<Map<String, String>> supplier) {
      transport.headers(supplier);
      return this;
    }

    /**
     * Sends {@code Authorization: Bearer} with a token that is kept until the server refuses it,
     * and is then replaced at once; see {@link HttpTransport.Builder#bearerToken}.
     */
    public Builder bearerToken(Supplier<String> supplier) {
      transport.bearerToken(supplier);
      return this;
    }

    /** Sends {@code Authorization: Basic}; the user name has no colon. */
    public Builder basicAuth(String username, String password) {
      transport.basicAuth(username, password);
      return this;
    }

    /** Sends a key in a header, such as {@code X-API-Key}. */
    public Builder apiKey(String headerName, String key) {
      transport.apiKey(headerName, key);
      return this;
    }

    /** How long one export may take, 10 seconds by default; more than zero. */
    public Builder timeout(Duration limit) {
      transport.timeout(limit);
      return this;
    }

    /** How long the connecting may take of that, 10 seconds by default; at least 1 ms. */
    public Builder connectTimeout(Duration limit) {
      transport.connectTimeout(limit);
      return this;
    }

    /** How many requests may be under way at once, 8 by default; 1 to 1000. */
    public Builder maxInFlight(int count) {
      transport.maxInFlight(count);
      return this;
    }

    /**
     * The largest request that is sent, before compression, 64 MiB by default; 1 or more. A larger
     * batch is sent in parts.
     */
    public Builder maxRequestBytes(long bytes) {
      transport.maxRequestBytes(bytes);
      return this;
    }

    /**
     * The largest answer that is read, after decompression, 4 MiB by default; 0 or more. A larger
     * one is PERMANENT.
     */
    public Builder maxResponseBytes(long bytes) {
      transport.maxResponseBytes(bytes);
      return this;
    }

    /** The metrics that the backend needs; cumulative by default. */
    public Builder metricPreferences(MetricPreferences preferences) {
      metricPreferences = preferences;
      return this;
    }

    /**
     * Secures connections to {@code https} endpoints so; without it, as the JVM does, with TLS 1.2
     * and 1.3. Files that change are read again; see {@link Tls}.
     */
    public Builder tls(Tls settings) {
      transport.tls(settings);
      return this;
    }

    /** Uses this TLS context; without it, as {@link #tls} says. */
    public Builder sslContext(SSLContext context, X509TrustManager trusted) {
      transport.sslContext(context, trusted);
      return this;
    }

    /** Connects through an HTTP proxy; without it, as the JVM's proxy selector says. */
    public Builder proxy(Proxy through) {
      transport.proxy(through);
      return this;
    }

    /** Shows these Basic credentials to the proxy, and to nobody else. */
    public Builder proxyAuth(String username, String password) {
      transport.proxyAuth(username, password);
      return this;
    }

    /**
     * An exporter with these settings. It connects to nobody yet.
     *
     * @throws ConfigurationException if two settings exclude each other
     */
    public OtlpExporter build() {
      return new OtlpExporter(this);
    }

    Builder transport(Consumer<HttpTransport.Builder> setUp) {
      setUp.accept(transport);
      return this;
    }

    Builder clock(InstantSource source) {
      transport.clock(source);
      return this;
    }

    private Map<Signal, HttpEndpoint> endpoints() {
      HttpEndpoint general =
          base == null ? HttpEndpoint.of("endpoint", protocol.defaultEndpoint()) : base;
      Map<Signal, HttpEndpoint> all = new EnumMap<>(Signal.class);
      for (Signal signal : Signal.values()) {
        HttpEndpoint own = perSignal.get(signal);
        boolean whole = own != null && protocol != OtlpProtocol.GRPC;
        HttpEndpoint start = own == null ? general : own;
        all.put(signal, whole ? start : start.resolve(protocol.path(signal)));
      }
      return all;
    }
  }
}
