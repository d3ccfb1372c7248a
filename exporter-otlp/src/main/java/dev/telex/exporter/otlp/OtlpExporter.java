/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.MetricPreferences;
import dev.telex.exporter.Signal;
import dev.telex.exporter.SplitExport;
import dev.telex.http.HttpEndpoint;
import dev.telex.http.HttpExporter;
import dev.telex.http.HttpExporterBuilder;
import dev.telex.http.HttpTransport;
import dev.telex.otlp.OtlpEncoding;
import java.net.URI;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
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
 *   <li>2xx with rejected items: PARTIAL, with how many and why. This and warnings are logged too,
 *       as a WARNING of {@code dev.telex.exporter.otlp}: for each signal the first at once, and
 *       then one a minute with the number of those that were left out
 *   <li>2xx with a body of a foreign type, such as HTML: PERMANENT; it was not an OTLP server that
 *       answered
 *   <li>2xx of the right type, but not to be read: SUCCESS with a message. The status is the
 *       acknowledgement of the protocol, and the body only its details; to send everything
 *       elsewhere once more would be wrong more often
 *   <li>429, 502, 503, 504: RETRYABLE, with the delay of {@code Retry-After}
 *   <li>413: the batch is halved, and each half is sent; an item that alone is too large is
 *       rejected. So is done with a request over {@code maxRequestBytes}, which is not sent, and
 *       with a 400 in whose words a Collector says that the request is too large
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
 *       of HTTP: UNAVAILABLE for 429, 502, 503 and 504, with the delay of {@code Retry-After}; and
 *       after a 413 the batch is halved as above
 * </ul>
 *
 * <p>Everything else (broken connections, timeouts, limits, cancellation) is as {@link
 * HttpTransport} says. It does not retry: put a retry around it. Encoding and compressing run on
 * the thread that calls {@link #export}, if no other exporter did it for this batch before.
 */
public final class OtlpExporter extends HttpExporter {

  private static final String NAME = "otlp";

  private final Map<Signal, HttpEndpoint> endpoints;
  private final OtlpProtocol protocol;
  private final MetricPreferences metricPreferences;
  private final Map<Signal, AnswerLog> logs = new EnumMap<>(Signal.class);

  private OtlpExporter(Builder builder) {
    super(NAME, EnumSet.allOf(Signal.class), builder);
    for (Signal signal : Signal.values()) {
      logs.put(signal, new AnswerLog(signal, builder.clock));
    }
    this.endpoints = builder.endpoints();
    this.protocol = builder.protocol;
    this.metricPreferences = builder.metricPreferences;
  }

  /**
   * An exporter in protobuf over HTTP to {@code http://localhost:4318}, unless the builder is told
   * otherwise.
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * An exporter as the environment variables {@code OTEL_EXPORTER_OTLP_*} say, and before them the
   * system properties {@code otel.exporter.otlp.*}; with nothing set, that of {@link #builder()}.
   *
   * <p>They are those of the OpenTelemetry specification ({@code protocol/exporter.md} and {@code
   * metrics/sdk_exporters/otlp.md}), each also for one signal, as in {@code
   * OTEL_EXPORTER_OTLP_TRACES_ENDPOINT}, which goes before the one for all: {@code ENDPOINT},
   * {@code PROTOCOL}, {@code HEADERS}, {@code TIMEOUT} (in milliseconds; 0 is no limit), {@code
   * COMPRESSION}, {@code CERTIFICATE}, {@code CLIENT_CERTIFICATE} and {@code CLIENT_KEY}, {@code
   * INSECURE} (for endpoints of gRPC without a scheme), and of the metrics {@code
   * METRICS_TEMPORALITY_PREFERENCE} and {@code METRICS_DEFAULT_HISTOGRAM_AGGREGATION}. An empty
   * value is none.
   *
   * <p>A number, a boolean or a name out of a set that is wrong is ignored, as the specification
   * wants it, with a warning to the logger {@code dev.telex.exporter.otlp}.
   *
   * @return an {@code OtlpExporter}, or, where the settings of the signals differ in more than the
   *     endpoint, one exporter that has several of them: the limits, such as eight requests at
   *     once, are then those of each
   * @throws ConfigurationException if an endpoint, headers or a file are wrong; the message names
   *     the variable or property
   */
  public static Exporter fromEnvironment() {
    return new OtlpExporterProvider().create(ExporterConfig.empty());
  }

  @Override
  public MetricPreferences metricPreferences() {
    return metricPreferences;
  }

  @Override
  protected CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    return SplitExport.of(batch, this::isTooLarge, part -> sendPart(part, context));
  }

  private boolean isTooLarge(ExportResult result) {
    return OtlpAnswer.isTooLarge(result)
        || (protocol == OtlpProtocol.GRPC && OtlpGrpcAnswer.isTooLarge(result));
  }

  private CompletionStage<ExportResult> sendPart(Batch batch, ExportContext context) {
    HttpEndpoint endpoint = of(batch, endpoints);
    OtlpEncoding encoding = protocol.encoding();
    AnswerLog log = of(batch, logs);
    return protocol == OtlpProtocol.GRPC
        ? call(
            endpoint,
            batch,
            encoding,
            context,
            answer -> log.logged(OtlpGrpcAnswer.map(answer, batch)))
        : post(
            endpoint,
            batch,
            encoding,
            context,
            answer -> log.logged(OtlpAnswer.map(answer, batch, encoding)));
  }

  /** There is one for each signal. */
  private static <T> T of(Batch batch, Map<Signal, T> perSignal) {
    return Objects.requireNonNull(perSignal.get(batch.signal()));
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. Not safe for use by several threads.
   */
  public static final class Builder extends HttpExporterBuilder<Builder> {
    private OtlpProtocol protocol = OtlpProtocol.HTTP_PROTOBUF;
    private @Nullable HttpEndpoint base;
    private final Map<Signal, HttpEndpoint> perSignal = new EnumMap<>(Signal.class);
    private MetricPreferences metricPreferences = MetricPreferences.cumulative();
    private InstantSource clock = InstantSource.system();

    private Builder() {
      super(HttpTransport.builder(NAME).userAgentProduct("OTel-OTLP-Exporter-Java"));
    }

    @Override
    protected Builder self() {
      return this;
    }

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
      return endpoint(signal, HttpEndpoint.of(signal.id() + " endpoint", url));
    }

    Builder endpoint(Signal signal, HttpEndpoint url) {
      perSignal.put(signal, url);
      return this;
    }

    /** The metrics that the backend needs; cumulative by default. */
    public Builder metricPreferences(MetricPreferences preferences) {
      metricPreferences = preferences;
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

    /** For tests. */
    Builder transport(Consumer<HttpTransport.Builder> setUp) {
      setUp.accept(transport());
      return this;
    }

    /** For tests: tells the exporter the time, and its transport too. */
    Builder clock(InstantSource source) {
      transport().clock(source);
      clock = source;
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
