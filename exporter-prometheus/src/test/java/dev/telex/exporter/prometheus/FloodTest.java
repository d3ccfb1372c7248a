/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Clients that are slow, many, or silent. */
class FloodTest {

  private static final int SERIES = 20_000;
  private static final byte[] GET =
      "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.UTF_8);

  private final HttpClient http = HttpClient.newHttpClient();
  private final List<Socket> sockets = new ArrayList<>();
  private PrometheusExporter exporter = PrometheusExporter.builder().listen("localhost", 0).build();

  @AfterEach
  void close() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    exporter.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4096);
    socket.setSoTimeout(60_000);
    socket.connect(
        new InetSocketAddress(
            InetAddress.getLoopbackAddress(), exporter.uri().orElseThrow().getPort()));
    sockets.add(socket);
    return socket;
  }

  private void restart(PrometheusExporterBuilder builder) {
    exporter.close();
    exporter = builder.listen("localhost", 0).build();
  }

  private HttpResponse<String> scrape() throws Exception {
    return http.send(
        HttpRequest.newBuilder(exporter.uri().orElseThrow().resolve("/metrics"))
            .timeout(Duration.ofSeconds(60))
            .build(),
        BodyHandlers.ofString());
  }

  private static long threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("telex-prometheus"))
        .count();
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }

  @Test
  void slowScrapersNeitherHoldUpAGoodOneNorCostThreadsOrMemory() throws Exception {
    push(
        exporter,
        IntStream.range(0, SERIES)
            .mapToObj(
                number ->
                    gauge(
                        "size",
                        "",
                        Attributes.builder()
                            .put("which", "series number " + number + " of the flood")
                            .build(),
                        number))
            .toArray(MetricData[]::new));
    long whole = scrape().body().length();
    assertThat(whole).isGreaterThan(1_500_000);
    long before = heap();

    for (int i = 0; i < 200; i++) {
      Socket socket = connect();
      socket.getOutputStream().write(GET);
      // It has begun; nothing more is read.
      assertThat(socket.getInputStream().read()).isEqualTo('H');
    }

    assertThat(scrape().body()).hasSize((int) whole);
    assertThat(threads()).isLessThanOrEqualTo(3);
    assertThat(heap() - before).as("200 copies are 300 MB and more").isLessThan(50_000_000);
    assertThat(exporter.stats().encodings()).isEqualTo(1);
    assertThat(exporter.stats().conversions()).isEqualTo(1);
    assertThat(exporter.stats().scrapes()).isEqualTo(202);
  }

  @Test
  void oneConnectionTooManyTakesThePlaceOfTheOldest() throws Exception {
    restart(PrometheusExporter.builder().maxConnections(8));
    Socket first = connect();
    for (int i = 0; i < 100; i++) {
      connect();
    }

    assertThat(scrape().statusCode()).isEqualTo(200);
    assertThat(first.getInputStream().read()).isEqualTo(-1);
    assertThat(threads()).isLessThanOrEqualTo(3);
  }

  @Test
  void aRequestThatDoesNotEndIsCutOff() throws Exception {
    restart(PrometheusExporter.builder().clientTimeout(Duration.ofMillis(300)));
    Socket half = connect();
    half.getOutputStream().write("GET /metrics HTTP/1.1\r\n".getBytes(StandardCharsets.UTF_8));

    assertThat(half.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void anAnswerThatNobodyReadsIsCutOff() throws Exception {
    restart(PrometheusExporter.builder().clientTimeout(Duration.ofMillis(300)));
    push(exporter, gauge("x", "", Attributes.builder().put("k", "v".repeat(4_000_000)).build(), 1));
    Socket slow = connect();
    slow.getOutputStream().write(GET);
    assertThat(slow.getInputStream().read()).isEqualTo('H');

    // Another one sees when its connection is gone: it is one of two, then the only one.
    String page = "";
    while (!page.contains("Open connections</th><td>1<")) {
      page =
          http.send(
                  HttpRequest.newBuilder(exporter.uri().orElseThrow())
                      .timeout(Duration.ofSeconds(30))
                      .build(),
                  BodyHandlers.ofString())
              .body();
    }
    assertThat(slow.getInputStream().readAllBytes().length).isLessThan(4_000_000);
  }
}
