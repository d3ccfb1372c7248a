/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

/** A server, exporters to it, and a look at what is left of them after each test. */
@Timeout(120)
abstract class ZipkinFixture {

  static final Duration LIMIT = Duration.ofSeconds(30);

  final FaultServer server = FaultServer.start();
  private final List<ZipkinExporter> exporters = new ArrayList<>();

  @AfterEach
  void nothingIsLeft() throws Exception {
    for (ZipkinExporter exporter : exporters) {
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

  ZipkinExporter exporter(UnaryOperator<ZipkinExporter.Builder> setUp) {
    ZipkinExporter exporter =
        setUp
            .apply(ZipkinExporter.builder().endpoint(server.url("/api/v2/spans")).timeout(LIMIT))
            .build();
    exporters.add(exporter);
    return exporter;
  }

  static ExportResult export(Exporter exporter, Batch batch) throws Exception {
    return get(exporter.export(batch, ExportContext.none()).toCompletableFuture());
  }

  static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
  }

  /** The spans of a request, read by Zipkin's own codec. */
  static List<Span> spans(ReceivedRequest request) {
    return decode(
        request.header("Content-Type").orElse("").equals("application/json")
            ? ZipkinFormat.JSON
            : ZipkinFormat.PROTOBUF,
        request.decodedBody());
  }

  static List<Span> decode(ZipkinFormat format, byte[] bytes) {
    List<Span> spans = new ArrayList<>();
    SpanBytesDecoder decoder =
        format == ZipkinFormat.JSON ? SpanBytesDecoder.JSON_V2 : SpanBytesDecoder.PROTO3;
    decoder.decodeList(bytes, spans);
    return spans;
  }

  /** The names of all spans that came, in their order. */
  List<String> names() {
    return server.requests().stream()
        .flatMap(request -> spans(request).stream())
        .map(Span::name)
        .toList();
  }
}
