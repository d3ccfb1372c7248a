/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Signal;
import dev.telex.exporter.SplitExport;
import dev.telex.http.HttpEndpoint;
import dev.telex.http.HttpExporter;
import dev.telex.http.HttpExporterBuilder;
import dev.telex.http.HttpTransport;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Exports spans to a Jaeger collector: as Thrift over HTTP, which Jaeger 1 and 2 and the {@code
 * jaeger} receiver of the OpenTelemetry Collector take.
 *
 * <pre>{@code
 * Exporter exporter = JaegerExporter.builder().endpoint("http://jaeger:14268").build();
 * }</pre>
 *
 * <p>A span becomes a {@code Span} of {@code jaeger.thrift} (jaeger-idl) by OpenTelemetry's mapping
 * (OpenTelemetry specification 1.31, {@code trace/sdk_exporters/jaeger.md}, and {@code
 * common/mapping-to-non-otlp.md}):
 *
 * <ul>
 *   <li>{@code service.name} of the resource is the name of the process, and its other attributes
 *       are the tags of the process. Without one the name is that of the SDK's default resource
 *   <li>the parent is {@code parentSpanId} and a first reference CHILD_OF; links are references
 *       FOLLOWS_FROM, or CHILD_OF if they have the attribute {@code opentracing.ref_type=child_of}.
 *       Jaeger has no place for other attributes and the trace state of links
 *   <li>times are whole microseconds, cut off
 *   <li>attributes are tags of their own type; arrays and maps are JSON texts
 *   <li>{@code span.kind} is the kind, and internal spans have none. {@code otel.status_code} and
 *       {@code otel.status_description} are the status, unless it is unset; with ERROR, {@code
 *       error} is true, in place of an attribute of that name
 *   <li>{@code otel.scope.name} and {@code otel.scope.version}, also under {@code otel.library…},
 *       are the scope, and its attributes are tags too
 *   <li>{@code w3c.tracestate} is the trace state, and {@code otel.dropped_attributes_count},
 *       {@code otel.dropped_events_count} and {@code otel.dropped_links_count} what the SDK
 *       dropped, if it did
 *   <li>events are logs. Their name is the field {@code event}, unless they have an attribute of
 *       that name
 * </ul>
 *
 * <p>A request has one process, so there is a request for each resource of a batch, up to 8 at a
 * time. Results:
 *
 * <ul>
 *   <li>2xx: SUCCESS; but with an HTML page PERMANENT, as it was not a collector that answered
 *   <li>429, 502, 503, 504: RETRYABLE, with the delay of {@code Retry-After}. So is 500: collectors
 *       answer with it when their queue is full, and with 400 what they cannot read
 *   <li>413: the spans are halved, and each half is sent; a span that alone is too large is
 *       rejected. So is done with a request over {@code maxRequestBytes}, 16 MiB by default, which
 *       is not sent. The Collector takes 20 MiB
 *   <li>every other status, redirects too: PERMANENT, with the words of the server
 *   <li>of several resources with different results: what can be sent again is the remainder, and
 *       what was refused is rejected. After a request that is RETRYABLE no further one is begun,
 *       beyond the first 8
 * </ul>
 *
 * <p>Everything else (broken connections, timeouts, limits, cancellation) is as {@link
 * HttpTransport} says. It does not retry: put a retry around it. Encoding and compressing run on
 * the thread that calls {@link #export}, if no other exporter did it for this batch before. Of
 * collectors, only the OpenTelemetry Collector is known to take compressed requests.
 */
public final class JaegerExporter extends HttpExporter {

  static final String NAME = "jaeger";

  /** Below what the OpenTelemetry Collector reads by default (confighttp, 20 MiB). */
  static final long MAX_REQUEST_BYTES = 16 << 20;

  private static final String PATH = "api/traces";

  private final HttpEndpoint endpoint;

  private JaegerExporter(Builder builder) {
    super(NAME, Set.of(Signal.TRACES), builder);
    this.endpoint = builder.endpoint;
  }

  /**
   * An exporter to {@code http://localhost:14268/api/traces}, unless the builder is told otherwise.
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    return ResourceExport.of(
        batch.byResource(),
        part -> SplitExport.of(part, JaegerAnswer::isTooLarge, half -> sendPart(half, context)));
  }

  private CompletionStage<ExportResult> sendPart(Batch part, ExportContext context) {
    return post(
        endpoint,
        part,
        JaegerEncoding.COLLECTOR,
        context,
        answer -> JaegerAnswer.map(answer, part));
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. Not safe for use by several threads.
   */
  public static final class Builder extends HttpExporterBuilder<Builder> {
    private HttpEndpoint endpoint =
        HttpEndpoint.of("endpoint", "http://localhost:14268").resolve(PATH);

    private Builder() {
      super(HttpTransport.builder(NAME).maxRequestBytes(MAX_REQUEST_BYTES));
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * The collector, {@code http://localhost:14268} by default. {@code api/traces} is appended to a
     * URL without a path; one with a path is used as it is.
     *
     * @param url http or https, without user name and password
     */
    public Builder endpoint(String url) {
      HttpEndpoint given = HttpEndpoint.of("endpoint", url);
      String text = given.toString();
      boolean isBare = text.indexOf('/', text.indexOf("://") + 3) == text.length() - 1;
      endpoint = isBare ? given.resolve(PATH) : given;
      return this;
    }

    /** As {@link #endpoint(String)}. */
    public Builder endpoint(URI url) {
      return endpoint(url.toString());
    }

    /**
     * An exporter with these settings. It connects to nobody yet.
     *
     * @throws ConfigurationException if two settings exclude each other
     */
    public JaegerExporter build() {
      return new JaegerExporter(this);
    }
  }
}
