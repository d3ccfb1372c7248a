/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class HttpTransportTlsTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  private KeyStore keys;
  private HttpsServer server;
  private final AtomicInteger requests = new AtomicInteger();

  @BeforeEach
  void startWithACertificateForLocalhost(@TempDir Path directory) throws Exception {
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
                "-storetype",
                "PKCS12",
                "-storepass",
                new String(PASSWORD),
                "-validity",
                "2")
            .redirectErrorStream(true)
            .start();
    String words = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).as(words).isTrue();
    keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(keys, PASSWORD);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(factory.getKeyManagers(), null, null);

    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(context));
    server.createContext(
        "/",
        exchange -> {
          requests.incrementAndGet();
          exchange.getRequestBody().readAllBytes();
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void postsToAServerThatItTrusts() throws Exception {
    ExportResult result = post("localhost", this::trusting);
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(requests).hasValue(1);
  }

  @Test
  void sendsNothingToAServerThatItDoesNotTrust() throws Exception {
    ExportResult result = post("localhost", builder -> builder);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(SSLException.class);
    assertThat(result.message().orElseThrow())
        .startsWith("the server's certificate is not trusted: ");
    assertThat(requests).hasValue(0);
  }

  @Test
  void sendsNothingToAServerOfAnotherName() throws Exception {
    ExportResult result = post("127.0.0.1", this::trusting);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message().orElseThrow())
        .startsWith("the server's certificate is not trusted: Hostname 127.0.0.1 not verified");
    assertThat(requests).hasValue(0);
  }

  private HttpTransport.Builder trusting(HttpTransport.Builder builder) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", keys.getCertificate("mykey"));
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return builder.sslContext(context, (X509TrustManager) factory.getTrustManagers()[0]);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private ExportResult post(String host, UnaryOperator<HttpTransport.Builder> setUp)
      throws Exception {
    HttpEndpoint endpoint =
        HttpEndpoint.of("url", "https://" + host + ":" + server.getAddress().getPort() + "/x");
    try (HttpTransport transport = setUp.apply(HttpTransport.builder("tls")).build()) {
      return transport
          .post(
              HttpPost.of(endpoint, "application/test", Payload.of(new byte[10])),
              ExportContext.none(),
              TransportFixture::map)
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
