/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

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
import java.net.InetAddress;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans to Zipkin, and to whatever else takes Zipkin v2 over HTTP.
 *
 * <pre>{@code
 * Exporter exporter =
 *     ZipkinExporter.builder()
 *         .endpoint("http://zipkin:9411/api/v2/spans")
 *         .format(ZipkinFormat.PROTOBUF)
 *         .build();
 * }</pre>
 *
 * <p>Results:
 *
 * <ul>
 *   <li>2xx (Zipkin says 202): SUCCESS; but with a page of HTML PERMANENT, because it was not
 *       Zipkin that answered. Zipkin stores after it has answered, and does not say if that fails
 *   <li>429, 502, 503, 504: RETRYABLE, with the delay of {@code Retry-After}
 *   <li>413, or 500 with the words that Zipkin has for it: the batch is halved, and each half is
 *       sent; a span that alone is too large is rejected. So is done with a request over {@code
 *       maxRequestBytes}, which is not sent, and with a batch that holds a span which cannot be
 *       written, such as one without valid ids
 *   <li>every other status, redirects too: PERMANENT, with the words of the server
 * </ul>
 *
 * <p>Everything else (broken connections, timeouts, limits, cancellation) is as {@link
 * HttpTransport} says. It does not retry: put a retry around it. Encoding and compressing run on
 * the thread that calls {@link #export}, if no other exporter did it for this batch before.
 */
public final class ZipkinExporter extends HttpExporter {

  /** Half of what Zipkin takes by default. */
  private static final int MAX_REQUEST_BYTES = 5 << 20;

  private static final String NAME = "zipkin";

  private final HttpEndpoint endpoint;
  private final ZipkinEncoding encoding;

  private ZipkinExporter(Builder builder) {
    super(NAME, Set.of(Signal.TRACES), builder);
    this.endpoint = builder.endpoint;
    this.encoding = builder.encoding();
  }

  /**
   * An exporter in JSON to {@code http://localhost:9411/api/v2/spans}, unless the builder is told
   * otherwise.
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    return SplitExport.of(
        batch,
        ZipkinAnswer::isWorthSplitting,
        part -> post(endpoint, part, encoding, context, answer -> ZipkinAnswer.map(answer, part)));
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. A request is sent up to 5 MiB, half
   * of what Zipkin takes by default. Not safe for use by several threads.
   */
  public static final class Builder extends HttpExporterBuilder<Builder> {
    private HttpEndpoint endpoint =
        HttpEndpoint.of("endpoint", "http://localhost:9411/api/v2/spans");
    private ZipkinFormat format = ZipkinFormat.JSON;
    private ZipkinDialect dialect = ZipkinDialect.SPECIFICATION;
    private boolean findsLocalAddress = true;
    private @Nullable InetAddress localAddress;

    private Builder() {
      // For a proxy that makes traces, and heeds B3: none of our requests
      // (openzipkin/b3-propagation).
      super(HttpTransport.builder(NAME).maxRequestBytes(MAX_REQUEST_BYTES).header("b3", "0"));
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * The whole URL; {@code http://localhost:9411/api/v2/spans} by default. Nothing is appended.
     *
     * @param url http or https, without user name and password
     */
    public Builder endpoint(String url) {
      endpoint = HttpEndpoint.of("endpoint", url);
      return this;
    }

    /** As {@link #endpoint(String)}. */
    public Builder endpoint(URI url) {
      return endpoint(url.toString());
    }

    /** How spans are written; {@link ZipkinFormat#JSON} by default. */
    public Builder format(ZipkinFormat choice) {
      format = choice;
      return this;
    }

    /** What of a span goes where; {@link ZipkinDialect#SPECIFICATION} by default. */
    public Builder dialect(ZipkinDialect choice) {
      dialect = choice;
      return this;
    }

    /**
     * The address of this host in the local endpoint of spans; by default the first site-local one
     * of its network interfaces, if there is one. {@link ZipkinDialect#COLLECTOR} has none.
     *
     * @param address null for none
     */
    public Builder localAddress(@Nullable InetAddress address) {
      findsLocalAddress = false;
      localAddress = address;
      return this;
    }

    /**
     * An exporter with these settings. It connects to nobody yet.
     *
     * @throws ConfigurationException if two settings exclude each other
     */
    public ZipkinExporter build() {
      return new ZipkinExporter(this);
    }

    /** For tests. */
    Builder transport(Consumer<HttpTransport.Builder> setUp) {
      setUp.accept(transport());
      return this;
    }

    private ZipkinEncoding encoding() {
      return new ZipkinEncoding(
          format, dialect, findsLocalAddress ? LocalAddress.find() : localAddress);
    }
  }
}
