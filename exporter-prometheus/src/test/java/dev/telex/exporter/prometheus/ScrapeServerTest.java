/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.counter;
import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Its own server, over real sockets. */
class ScrapeServerTest {

  private final HttpClient http = HttpClient.newHttpClient();
  private PrometheusExporter exporter =
      PrometheusExporter.builder().listen("localhost", 0).scopeLabels(false).build();

  @AfterEach
  void close() {
    exporter.close();
  }

  private void restart(PrometheusExporterBuilder builder) {
    exporter.close();
    exporter = builder.listen("localhost", 0).build();
  }

  private URI uri(String path) {
    return exporter.uri().orElseThrow().resolve(path);
  }

  private HttpResponse<byte[]> get(String path, String... headers) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri(path));
    return http.send(
        (headers.length == 0 ? request : request.headers(headers)).build(),
        BodyHandlers.ofByteArray());
  }

  private static String text(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8);
  }

  @Test
  void listensOnLoopbackByDefault() {
    assertThat(uri("/").getHost()).isEqualTo("127.0.0.1");
    assertThat(PrometheusExporterBuilder.DEFAULT_PORT).isEqualTo(9464);
  }

  @Test
  void eachFormatAndItsContentType() throws Exception {
    push(exporter, counter("hits", "", Attributes.empty(), 5));

    HttpResponse<byte[]> byDefault = get("/metrics");
    HttpResponse<byte[]> open =
        get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");
    HttpResponse<byte[]> protobuf = get("/metrics", "Accept", Scraper.PROTOBUF);

    assertThat(byDefault.statusCode()).isEqualTo(200);
    assertThat(byDefault.headers().firstValue("Content-Type"))
        .hasValue("text/plain; version=0.0.4; charset=utf-8; escaping=underscores");
    assertThat(text(byDefault)).contains("hits_total 5.0\n");
    assertThat(open.headers().firstValue("Content-Type"))
        .hasValue(
            "application/openmetrics-text; version=1.0.0; charset=utf-8; escaping=underscores");
    assertThat(text(open)).endsWith("# EOF\n");
    assertThat(protobuf.headers().firstValue("Content-Type"))
        .hasValue(Scraper.PROTOBUF.replace(";", "; ") + "; escaping=underscores");
  }

  @Test
  void gzip() throws Exception {
    push(exporter, counter("hits", "", Attributes.empty(), 5));

    HttpResponse<byte[]> response = get("/metrics", "Accept-Encoding", "gzip");

    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(response.body()))) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("hits_total 5.0");
    }
  }

  @Test
  void someNamesOnly() throws Exception {
    push(
        exporter,
        counter("hits", "", Attributes.empty(), 5),
        gauge("size", "", Attributes.empty(), 1),
        gauge("other", "", Attributes.empty(), 1));

    String text =
        text(
            get(
                "/metrics?name%5B%5D=hits_total&name[]=size&x=y".replace("[]", "%5b%5d"),
                "Accept",
                Scraper.OPEN_METRICS));

    assertThat(text).contains("hits_total 5.0").contains("\nsize 1.0").endsWith("# EOF\n");
    assertThat(text).doesNotContain("other").doesNotContain("target");
    assertThat(exporter.stats().encodings()).isEqualTo(1);
    assertThat(text(get("/metrics", "Accept", Scraper.OPEN_METRICS))).contains("other");
    assertThat(exporter.stats().encodings()).isEqualTo(1);
  }

  /** Counted: the later ones make nothing at all. And the server is healthy all the while. */
  @Test
  void scrapersAtTheSameTimeShareOneAnswer() throws Exception {
    CountDownLatch collecting = new CountDownLatch(1);
    CountDownLatch mayGoOn = new CountDownLatch(1);
    try (SdkMeterProvider sdk =
        SdkMeterProvider.builder().registerMetricReader(exporter.metricReader()).build()) {
      sdk.get("test")
          .gaugeBuilder("slow")
          .buildWithCallback(
              measurement -> {
                collecting.countDown();
                try {
                  measurement.record(mayGoOn.await(30, TimeUnit.SECONDS) ? 1 : 0);
                } catch (InterruptedException e) {
                  throw new AssertionError(e);
                }
              });
      List<Socket> scrapers = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        Socket socket = connect();
        scrapers.add(socket);
        socket
            .getOutputStream()
            .write("GET /metrics HTTP/1.1\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
        assertThat(collecting.await(30, TimeUnit.SECONDS)).isTrue();
      }
      // It comes after them, and no worker is free.
      assertThat(text(get("/-/healthy"))).isEqualTo("healthy\n");

      mayGoOn.countDown();

      for (Socket socket : scrapers) {
        assertThat(new String(socket.getInputStream().readAllBytes(), UTF_8))
            .contains("\nslow 1.0\n");
        socket.close();
      }
      assertThat(exporter.stats()).isEqualTo(new ScrapeStats(5, 1, 1, 1, 0, 0));
    }
  }

  @Test
  void otherPages() throws Exception {
    assertThat(text(get("/-/healthy"))).isEqualTo("healthy\n");
    assertThat(get("/nowhere").statusCode()).isEqualTo(404);
    HttpResponse<byte[]> posted =
        http.send(
            HttpRequest.newBuilder(uri("/metrics"))
                .POST(HttpRequest.BodyPublishers.ofString("x"))
                .build(),
            BodyHandlers.ofByteArray());
    assertThat(posted.statusCode()).isEqualTo(405);
    assertThat(posted.headers().firstValue("Allow")).hasValue("GET, HEAD");
  }

  @Test
  void basicAuth() throws Exception {
    restart(PrometheusExporter.builder().basicAuth("prom", "sécret"));
    String right =
        Base64.getEncoder().encodeToString("prom:sécret".getBytes(StandardCharsets.UTF_8));

    assertThat(get("/metrics").statusCode()).isEqualTo(401);
    assertThat(get("/").headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Basic");
    assertThat(get("/metrics", "Authorization", "Basic " + right.substring(1)).statusCode())
        .isEqualTo(401);
    assertThat(get("/metrics", "Authorization", "Basic " + right).statusCode()).isEqualTo(200);
    assertThat(get("/-/healthy").statusCode()).isEqualTo(200);
    assertThat(exporter.toString()).doesNotContain("sécret");
    assertThat(PrometheusExporter.builder().basicAuth("prom", "sécret").toString())
        .doesNotContain("sécret");
  }

  @Test
  void severalRequestsOnOneConnectionAlsoAtOnce() throws Exception {
    push(exporter, counter("hits", "", Attributes.empty(), 5));
    String get = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";
    try (Socket socket = connect()) {
      socket
          .getOutputStream()
          .write(
              (get + get + "HEAD /metrics HTTP/1.1\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.UTF_8));

      String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(4);
      assertThat(all.split("hits_total 5.0", -1)).hasSize(3);
      assertThat(all).endsWith("Connection: close\r\n\r\n");
    }
  }

  @Test
  void whatIsNoRequest() throws Exception {
    assertThat(answerTo("nonsense\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/2.0\r\n\r\n")).startsWith("HTTP/1.1 400 ");
    assertThat(answerTo("GET / HTTP/1.1\r\nX: " + "y".repeat(9000))).startsWith("HTTP/1.1 431 ");
    assertThat(answerTo("GET /metrics HTTP/1.0\r\n\r\n")).startsWith("HTTP/1.1 200 ");
  }

  @Test
  void anAddressThatIsTaken() {
    int port = uri("/").getPort();

    assertThatThrownBy(() -> PrometheusExporter.builder().listen("127.0.0.1", port).build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("127.0.0.1:" + port);
  }

  @Test
  void afterShutdownNobodyListens() {
    URI metrics = uri("/metrics");
    ScrapeHandler handler = exporter.scrapeHandler();
    exporter.close();

    assertThatThrownBy(
            () -> http.send(HttpRequest.newBuilder(metrics).build(), BodyHandlers.discarding()))
        .isInstanceOf(IOException.class);
    assertThat(handler.scrape(ScrapeRequest.of(null, name -> null)).status()).isEqualTo(503);
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), uri("/").getPort());
  }

  private String answerTo(String request) throws IOException {
    try (Socket socket = connect()) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
