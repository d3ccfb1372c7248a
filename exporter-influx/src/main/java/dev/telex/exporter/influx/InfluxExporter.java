/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

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
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Exports spans, their events and links, log records and metrics to InfluxDB, and to whatever else
 * takes line protocol over HTTP, with the client library of InfluxDB.
 *
 * <pre>{@code
 * Exporter exporter =
 *     InfluxExporter.builder()
 *         .endpoint("http://influx:8086")
 *         .org("acme")
 *         .bucket("telemetry")
 *         .token(token)
 *         .build();
 * }</pre>
 *
 * <p>The layout is that of the OpenTelemetry Collector (influxdata/influxdb-observability); see
 * {@link InfluxSchema} for metrics. Exponential histograms are written with explicit bounds. A span
 * without valid ids, and a number that is NaN or infinite, cannot be written: it is rejected, and
 * the rest of the batch is sent. A histogram or summary is written without what is NaN or infinite
 * in it, of which the result warns. A tag without a text is left out, because line protocol has
 * none, and a database takes it for the same.
 *
 * <p>Results:
 *
 * <ul>
 *   <li>2xx (InfluxDB says 204): SUCCESS; but with a page of HTML PERMANENT
 *   <li>400 or 422 that says "partial write": PARTIAL. The items are named where the server names
 *       their lines, by text or number; or else they are only counted
 *   <li>400 or 422 about lines that does not say so: nothing was written. If all lines are named,
 *       PERMANENT; or else the batch is halved, and each half is sent, until the bad items are
 *       alone, and rejected. A server that wrote some all the same has them twice, which makes no
 *       difference in a database where tags and time are a key
 *   <li>413: the batch is halved too. So is done with a request over {@code maxRequestBytes}, which
 *       is not sent
 *   <li>429, 502, 503, 504: RETRYABLE, with the delay of {@code Retry-After}; so is a 500 with
 *       which InfluxDB 1 says that it is too slow or its memory full
 *   <li>every other status, redirects too: PERMANENT, with the words of the server
 * </ul>
 *
 * <p>Everything else (broken connections, timeouts, limits, cancellation) is as {@link
 * HttpTransport} says. It does not retry: put a retry around it. Encoding and compressing run on
 * the thread that calls {@link #export}, if no other exporter did it for this batch before.
 */
public final class InfluxExporter extends HttpExporter {

  /** Below what InfluxDB 3 takes by default (10 MiB); InfluxDB 1 takes 25 MB. */
  private static final int MAX_REQUEST_BYTES = 8 << 20;

  private static final String NAME = "influx";
  private static final Set<Signal> ALL = EnumSet.allOf(Signal.class);

  private final HttpEndpoint endpoint;
  private final InfluxEncoding encoding;

  private InfluxExporter(Builder builder) {
    super(NAME, ALL, builder);
    this.endpoint = builder.writeEndpoint();
    this.encoding = builder.encoding();
  }

  /**
   * An exporter to the bucket {@code otel} at {@code http://localhost:8086}, unless the builder is
   * told otherwise.
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  protected CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    return encoded(
        batch,
        encoding,
        payload -> {
          Unwritable unwritable = new Unwritable(batch, payload);
          Batch rest = unwritable.rest();
          return rest == null
              ? unwritable.all().completed()
              : SplitExport.of(
                      rest, InfluxAnswer::isWorthSplitting, part -> sendPart(part, context))
                  .thenApply(result -> unwritable.with(result, rest));
        });
  }

  private CompletionStage<ExportResult> sendPart(Batch part, ExportContext context) {
    // Its pieces are there: none is encoded again.
    return encoded(
        part,
        encoding,
        payload ->
            post(
                endpoint,
                part,
                encoding,
                context,
                answer -> InfluxAnswer.map(answer, part, payload)));
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. A request is sent up to 8 MiB. Not
   * safe for use by several threads.
   */
  public static final class Builder extends HttpExporterBuilder<Builder> {

    private static final Set<String> IDS = Set.of("trace_id", "span_id");

    private HttpEndpoint endpoint = HttpEndpoint.of("endpoint", "http://localhost:8086");
    private @Nullable String org;
    private @Nullable String bucket;
    private @Nullable String database;
    private @Nullable String retentionPolicy;
    private InfluxSchema schema = InfluxSchema.TELEGRAF_PROMETHEUS_V1;
    private @Nullable InfluxDialect dialect;
    private Set<String> spanDimensions = Set.of("service.name", "span.name");
    private Set<String> logDimensions = Set.of("service.name");

    private Builder() {
      super(
          HttpTransport.builder(NAME)
              .maxRequestBytes(MAX_REQUEST_BYTES)
              .callFactory(new InfluxCalls()));
    }

    @Override
    protected Builder self() {
      return this;
    }

    /**
     * The server; {@code http://localhost:8086} by default. {@code /api/v2/write}, or with a
     * database {@code /write}, is appended.
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

    /** The organization, by name or id, as InfluxDB 2 wants it; none by default. */
    public Builder org(String nameOrId) {
      org = notEmpty("org", nameOrId);
      return this;
    }

    /** The bucket, by name or id; {@code otel} by default, unless there is a database. */
    public Builder bucket(String nameOrId) {
      bucket = notEmpty("bucket", nameOrId);
      return this;
    }

    /**
     * Sends {@code Authorization: Token}, as InfluxDB 2 and 3 want it. It is never shown. A token
     * that changes can be given with {@link #headers(java.util.function.Supplier)}.
     */
    public Builder token(String value) {
      return header("Authorization", "Token " + notEmpty("token", value));
    }

    /**
     * The database of a server with the API of InfluxDB 1, {@code /write}; user name and password
     * are set by {@link #basicAuth}.
     */
    public Builder database(String name) {
      database = notEmpty("database", name);
      return this;
    }

    /** The retention policy of the database; that database's default one without it. */
    public Builder retentionPolicy(String name) {
      retentionPolicy = notEmpty("retentionPolicy", name);
      return this;
    }

    /**
     * How metrics are laid out; {@link InfluxSchema#TELEGRAF_PROMETHEUS_V1} by default, as in the
     * Collector.
     */
    public Builder schema(InfluxSchema choice) {
      schema = choice;
      return this;
    }

    /**
     * Whose line protocol it is; {@link InfluxDialect#INFLUXDB} by default, and with a database
     * {@link InfluxDialect#INFLUXDB_1}.
     */
    public Builder dialect(InfluxDialect choice) {
      dialect = choice;
      return this;
    }

    /**
     * The attributes of spans, of their scopes and resources, that are tags; {@code service.name}
     * and {@code span.name} by default, as in the Collector. The ids always are.
     */
    public Builder spanDimensions(Collection<String> keys) {
      spanDimensions = dimensions("spanDimensions", keys);
      return this;
    }

    /**
     * The attributes of log records, of their scopes and resources, that are tags; {@code
     * service.name} by default, as in the Collector. The ids always are, if there are some.
     */
    public Builder logDimensions(Collection<String> keys) {
      logDimensions = dimensions("logDimensions", keys);
      return this;
    }

    /**
     * An exporter with these settings. It connects to nobody yet.
     *
     * @throws ConfigurationException if two settings exclude each other
     */
    public InfluxExporter build() {
      if (database != null && (bucket != null || org != null)) {
        throw new ConfigurationException(
            "database is set, and so is "
                + (bucket != null ? "bucket" : "org")
                + ": want a database (InfluxDB 1) or a bucket (InfluxDB 2 and 3)");
      }
      if (retentionPolicy != null && database == null) {
        throw new ConfigurationException("retentionPolicy is set, but no database: want both");
      }
      return new InfluxExporter(this);
    }

    /** For tests. */
    Builder transport(Consumer<HttpTransport.Builder> setUp) {
      setUp.accept(transport());
      return this;
    }

    private HttpEndpoint writeEndpoint() {
      if (database != null) {
        HttpEndpoint write = endpoint.resolve("write").withQuery("db", database);
        if (retentionPolicy != null) {
          write = write.withQuery("rp", retentionPolicy);
        }
        return write.withQuery("precision", "n");
      }
      HttpEndpoint write = endpoint.resolve("api/v2/write");
      if (org != null) {
        write = write.withQuery("org", org);
      }
      return write
          .withQuery("bucket", bucket == null ? "otel" : bucket)
          .withQuery("precision", "ns");
    }

    private InfluxEncoding encoding() {
      InfluxDialect byApi = database == null ? InfluxDialect.INFLUXDB : InfluxDialect.INFLUXDB_1;
      return new InfluxEncoding(
          schema, dialect == null ? byApi : dialect, spanDimensions, logDimensions);
    }

    private static Set<String> dimensions(String setting, Collection<String> keys) {
      Set<String> all = new LinkedHashSet<>();
      for (String key : keys) {
        if (key.isEmpty() || IDS.contains(key)) {
          throw new ConfigurationException(
              setting
                  + " has '"
                  + key
                  + "': want keys of attributes; trace_id and span_id are tags always");
        }
        all.add(key);
      }
      return all;
    }

    private static String notEmpty(String setting, String value) {
      if (value.isEmpty()) {
        throw new ConfigurationException(setting + " is empty: want one with characters");
      }
      return value;
    }
  }
}
