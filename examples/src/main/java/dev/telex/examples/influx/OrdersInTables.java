/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.influx;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.influx.InfluxDialect;
import dev.telex.exporter.influx.InfluxExporter;
import dev.telex.exporter.logging.LoggingExporter;
import dev.telex.pipeline.Pipeline;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.RetryPolicy;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Logger;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.logs.SdkLoggerProvider;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/**
 * A hundred orders, each with a span, a count and a log record, in the tables of a database: {@code
 * spans}, {@code orders} and {@code logs}. What the database does not take after the last attempt
 * is in {@code undelivered.jsonl}.
 *
 * <p>A QuestDB, from Maven, in a directory of its own:
 *
 * <pre>
 * ./mvnw -q -ntp -f bom dependency:copy -Dartifact=org.questdb:questdb:9.3.4 -DoutputDirectory=../target
 * mkdir -p target/questdb
 * QDB_HTTP_BIND_TO=127.0.0.1:9000 QDB_HTTP_MIN_ENABLED=false QDB_LINE_TCP_ENABLED=false QDB_PG_ENABLED=false \
 *   java -cp target/questdb-9.3.4.jar io.questdb.ServerMain -d target/questdb
 * </pre>
 *
 * <p>This program, and what became of it:
 *
 * <pre>
 * java -cp examples/target/quickstart.jar dev.telex.examples.influx.OrdersInTables
 * curl -G http://localhost:9000/exec --data-urlencode \
 *   "query=select service_name, count(), avg(duration_nano) / 1000.0 micros from spans"
 * </pre>
 *
 * <p>With the arguments {@code http://localhost:8086 influxdb-1} it sends to an InfluxDB 1 with a
 * database {@code telex}, and with {@code http://localhost:8428 victoriametrics} to a
 * VictoriaMetrics; {@code docs/influx.md} has their commands.
 */
public final class OrdersInTables {

  private static final int ORDERS = 100;

  private OrdersInTables() {}

  /** Runs the program. */
  public static void main(String[] args) {
    String endpoint = args.length > 0 ? args[0] : "http://localhost:9000";
    InfluxDialect dialect =
        args.length > 1
            ? InfluxDialect.valueOf(args[1].toUpperCase(Locale.ROOT).replace('-', '_'))
            : InfluxDialect.QUESTDB;
    Exporter chain = chain(endpoint, dialect, Path.of("undelivered.jsonl"));
    System.out.println("The chain: " + chain);
    Pipeline pipeline = Pipeline.builder(chain).build();
    try (OpenTelemetrySdk sdk = sdk(pipeline)) {
      order(sdk);
    }
    // The SDK has closed the pipeline, which has sent everything.
    System.out.println(pipeline.stats());
  }

  static Exporter chain(String endpoint, InfluxDialect dialect, Path undelivered) {
    InfluxExporter.Builder influx =
        InfluxExporter.builder().endpoint(endpoint).dialect(dialect).compression(Gzip.fast());
    if (dialect == InfluxDialect.INFLUXDB_1) {
      influx.database("telex");
    }
    return ExporterChain.of(influx.build())
        .timeout(Duration.ofSeconds(5))
        .retry(RetryPolicy.builder().maxAttempts(4).build())
        .fallback(LoggingExporter.toFile(undelivered))
        .build();
  }

  private static OpenTelemetrySdk sdk(Pipeline pipeline) {
    Resource resource =
        Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop"));
    return pipeline.registerWith(
        SdkTracerProvider.builder().setResource(resource),
        SdkMeterProvider.builder().setResource(resource),
        SdkLoggerProvider.builder().setResource(resource));
  }

  private static void order(OpenTelemetrySdk sdk) {
    Tracer tracer = sdk.getTracer("orders");
    LongCounter orders = sdk.getMeter("orders").counterBuilder("orders").build();
    Logger logger = sdk.getLogsBridge().get("orders");
    for (long order = 0; order < ORDERS; order++) {
      String country = order % 3 == 0 ? "Côte d'Ivoire" : "Perú";
      Span span =
          tracer
              .spanBuilder("order")
              .setAttribute("order.id", order)
              .setAttribute("country", country)
              .startSpan();
      orders.add(1, Attributes.of(AttributeKey.stringKey("country"), country));
      logger
          .logRecordBuilder()
          .setContext(Context.root().with(span))
          .setSeverity(Severity.INFO)
          .setBody("order " + order + " is paid,\nand \"on its way\"")
          .emit();
      span.end();
    }
  }
}
