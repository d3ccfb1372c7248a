/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Headers;
import okhttp3.Protocol;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calls of gRPC over TLS, where both sides agree on HTTP/2 (ALPN, RFC 7301). */
class GrpcCallTlsTest extends TransportFixture {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private final MockWebServer https = new MockWebServer();

  @SuppressWarnings("NullAway.Init")
  private SSLContext context;

  @SuppressWarnings("NullAway.Init")
  private X509TrustManager trusted;

  @BeforeEach
  void makeACertificateForLocalhost(@TempDir Path directory) throws Exception {
    Path file = directory.resolve("keys.p12");
    Process keytool =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost",
                "-keystore",
                file.toString(),
                "-storepass",
                new String(PASSWORD))
            .redirectErrorStream(true)
            .start();
    String words = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).as(words).isTrue();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    KeyStore certificates = KeyStore.getInstance("PKCS12");
    certificates.load(null, null);
    certificates.setCertificateEntry("server", keys.getCertificate("mykey"));
    TrustManagerFactory others =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    others.init(certificates);
    trusted = (X509TrustManager) others.getTrustManagers()[0];
    context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    https.useHttps(context.getSocketFactory());
  }

  @AfterEach
  void stopHttps() {
    https.close();
  }

  @Test
  void agreesOnHttp2AndSharesTheConnectionWithHttp() throws Exception {
    https.start();
    HttpTransport transport = transport(builder -> builder.sslContext(context, trusted));
    https.enqueue(
        new MockResponse.Builder()
            .addHeader("content-type", "application/grpc")
            .body(new Buffer().write(new byte[5]))
            .trailers(Headers.of("grpc-status", "0"))
            .build());
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    RecordedRequest called = https.takeRequest(30, TimeUnit.SECONDS);
    assertThat(called.getRequestLine()).endsWith(" HTTP/2");
    assertThat(called.getHandshake()).isNotNull();

    https.enqueue(new MockResponse.Builder().build());
    HttpPost post = HttpPost.of(endpoint(), "application/test", Payload.of(BODY));
    ExportResult posted =
        get(
            transport
                .post(post, ExportContext.none(), TransportFixture::map)
                .toCompletableFuture());
    assertThat(posted.status()).isEqualTo(Status.SUCCESS);
    assertThat(https.takeRequest(30, TimeUnit.SECONDS).getConnectionIndex())
        .isEqualTo(called.getConnectionIndex());
  }

  @Test
  void sendsNothingToAServerThatAgreesOnlyOnHttp1() throws Exception {
    https.setProtocols(List.of(Protocol.HTTP_1_1));
    https.start();
    HttpTransport transport = transport(builder -> builder.sslContext(context, trusted));
    ExportResult result = call(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message())
        .hasValue("ProtocolException: gRPC needs HTTP/2, and the server chose http/1.1");
    assertThat(transport.bytesSent()).isZero();
    assertThat(https.getRequestCount()).isZero();
  }

  private ExportResult call(HttpTransport transport) throws Exception {
    return get(
        transport
            .call(
                GrpcCall.of(endpoint(), Payload.of(BODY)),
                ExportContext.none(),
                answer ->
                    answer.isSuccessful()
                        ? ExportResult.success()
                        : ExportResult.permanent(answer.toString()))
            .toCompletableFuture());
  }

  private HttpEndpoint endpoint() {
    return HttpEndpoint.of("url", "https://localhost:" + https.getPort() + "/package.Service/Do");
  }
}
