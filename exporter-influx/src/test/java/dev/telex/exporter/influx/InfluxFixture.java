/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A server, exporters to it, and a look at what is left of them after each test. */
@Timeout(120)
abstract class InfluxFixture {

  static final Duration LIMIT = Duration.ofSeconds(30);

  final FaultServer server = FaultServer.start();
  private final List<InfluxExporter> exporters = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (InfluxExporter exporter : exporters) {
      exporter.shutdown(Duration.ZERO).toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
    server.awaitConnectionsOpen(0, LIMIT);
    server.close();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-")) {
        thread.join(LIMIT.toMillis());
        assertThat(thread.isAlive()).as(thread.getName()).isFalse();
      }
    }
  }

  InfluxExporter exporter() {
    return exporter(builder -> builder);
  }

  InfluxExporter exporter(UnaryOperator<InfluxExporter.Builder> setUp) {
    InfluxExporter exporter =
        setUp.apply(InfluxExporter.builder().endpoint(server.url("")).timeout(LIMIT)).build();
    exporters.add(exporter);
    return exporter;
  }

  static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    return get(exporter.export(batch, ExportContext.none()).toCompletableFuture());
  }

  static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** The encoding of an exporter that is told nothing. */
  static InfluxEncoding encoding() {
    return new InfluxEncoding(
        InfluxSchema.TELEGRAF_PROMETHEUS_V1,
        InfluxDialect.INFLUXDB,
        Set.of("service.name", "span.name"),
        Set.of("service.name"));
  }

  /** The points of a batch. */
  static List<Point> points(Batch batch) {
    return LineReader.read(
        new String(encoding().encode(batch).toByteArray(), StandardCharsets.UTF_8));
  }

  /** The points of a request. */
  static List<Point> points(ReceivedRequest request) {
    return LineReader.read(new String(request.decodedBody(), StandardCharsets.UTF_8));
  }
}
