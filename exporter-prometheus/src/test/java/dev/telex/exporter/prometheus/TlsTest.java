/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import static dev.telex.exporter.prometheus.Metrics.gauge;
import static dev.telex.exporter.prometheus.Metrics.push;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.tls.ServerTls;
import dev.telex.tls.TestIdentity;
import io.opentelemetry.api.common.Attributes;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** HTTPS, with certificates of Bouncy Castle and the client of the JDK. */
class TlsTest {

  @TempDir Path directory;

  private final TestIdentity authority = TestIdentity.authority("authority");

  private HttpClient client(String protocol) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null, null);
    trusted.setCertificateEntry("authority", authority.certificate());
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    SSLParameters parameters = new SSLParameters();
    parameters.setProtocols(new String[] {protocol});
    return HttpClient.newBuilder().sslContext(context).sslParameters(parameters).build();
  }

  @ParameterizedTest
  @CsvSource({"EC, TLSv1.3", "RSA, TLSv1.3", "EC, TLSv1.2"})
  void servesHttps(String algorithm, String protocol) throws Exception {
    TestIdentity server = authority.issue("server", algorithm);
    Path certificate = Files.writeString(directory.resolve("cert.pem"), server.certificatePem());
    Path key = Files.writeString(directory.resolve("key.pem"), server.pkcs8());
    HttpClient client = client(protocol);
    try (PrometheusExporter exporter =
        PrometheusExporter.builder()
            .listen("localhost", 0)
            .tls(ServerTls.builder(certificate, key).build())
            .build()) {
      URI at = exporter.uri().orElseThrow();
      URI uri = URI.create("https://localhost:" + at.getPort() + "/metrics");
      String large = "v".repeat(1_000_000);
      push(exporter, gauge("x", "", Attributes.builder().put("k", large).build(), 1));

      for (int i = 0; i < 3; i++) {
        HttpResponse<String> response =
            client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.sslSession().orElseThrow().getProtocol()).isEqualTo(protocol);
        assertThat(response.body()).contains("k=\"" + large + "\"");
      }
      assertThat(at.getScheme()).isEqualTo("https");
    }
  }

  @Test
  void whoSpeaksNoTlsGetsNothing() throws Exception {
    TestIdentity server = authority.issue("server");
    Path certificate = Files.writeString(directory.resolve("cert.pem"), server.certificatePem());
    Path key = Files.writeString(directory.resolve("key.pem"), server.pkcs8());
    try (PrometheusExporter exporter =
            PrometheusExporter.builder()
                .listen("localhost", 0)
                .tls(ServerTls.builder(certificate, key).build())
                .build();
        Socket socket =
            new Socket(InetAddress.getLoopbackAddress(), exporter.uri().orElseThrow().getPort())) {
      socket
          .getOutputStream()
          .write("GET /metrics HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));

      byte[] answer;
      try {
        answer = socket.getInputStream().readAllBytes();
      } catch (IOException e) {
        answer = new byte[0];
      }
      assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("HTTP/1.1");
    }
  }
}
