/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes with the JDK's HTTPS server: who trusts whom, and what is said when they don't. */
@Timeout(120)
class HttpTransportTlsTest {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final TestIdentity SERVER = CA.issue("server");

  @TempDir Path directory;

  @Test
  void trustsTheAuthoritiesOfAFile() throws Exception {
    Path file = directory.resolve("ca.pem");
    Files.writeString(file, CLIENT_CA.certificatePem() + "\n# and\n" + CA.certificatePem());
    try (TestTlsServer server = TestTlsServer.start(SERVER)) {
      assertThat(post(server.url("/x"), Tls.builder().caCertificate(file)).status())
          .isEqualTo(Status.SUCCESS);
      assertThat(server.seen()).hasSize(1);
      assertThat(server.seen().get(0).serial()).isNull();
      assertThat(server.seen().get(0).protocol()).isEqualTo("TLSv1.3");
    }
  }

  @Test
  void trustsNobodyElseThen() throws Exception {
    try (TestTlsServer server = TestTlsServer.start(SERVER)) {
      assertUntrusted(server, post(server.url("/x"), trusting(CLIENT_CA)));
    }
  }

  @Test
  void trustsWhomTheJvmTrustsByDefault() throws Exception {
    try (TestTlsServer server = TestTlsServer.start(SERVER)) {
      assertUntrusted(server, post(server.url("/x"), Tls.builder()));
    }
  }

  @Test
  void sendsNothingToAServerWhoseCertificateHasExpired() throws Exception {
    try (TestTlsServer server = TestTlsServer.start(CA.issueExpired("server"))) {
      ExportResult result = post(server.url("/x"), trusting(CA));
      assertUntrusted(server, result);
    }
  }

  @Test
  void sendsNothingToAServerOfAnotherName() throws Exception {
    try (TestTlsServer server = TestTlsServer.start(SERVER)) {
      ExportResult result = post("https://127.0.0.1:" + server.port() + "/x", trusting(CA));
      assertUntrusted(server, result);
      assertThat(result.message().orElseThrow()).contains("Hostname 127.0.0.1 not verified");
    }
  }

  @ParameterizedTest
  @CsvSource({"EC,TLSv1.3", "EC,TLSv1.2", "RSA,TLSv1.3", "RSA,TLSv1.2"})
  void showsItsCertificate(String algorithm, String protocol) throws Exception {
    TestIdentity client = CLIENT_CA.intermediate("Between").issue("client", algorithm);
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    client.writeTo(certificate, key);
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA, protocol)) {
      ExportResult result =
          post(server.url("/x"), trusting(CA).clientCertificate(certificate, key));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(server.seen())
          .containsExactly(new TestTlsServer.Seen("/x", client.serial(), protocol));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void canTryAgainWhenTheServerWantsACertificateThatItDoesNotHave(String protocol)
      throws Exception {
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA, protocol)) {
      ExportResult result = post(server.url("/x"), trusting(CA));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(server.seen()).isEmpty();
    }
  }

  @Test
  void speaksNoOlderVersionThanTheOldestAllowed() throws Exception {
    try (TestTlsServer old = TestTlsServer.start(SERVER, "TLSv1.2");
        TestTlsServer both = TestTlsServer.start(SERVER)) {
      Tls.Builder tls = trusting(CA).minVersion(Tls.Version.TLS_1_3);
      ExportResult result = post(old.url("/x"), tls);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isFalse();
      assertThat(result.message().orElseThrow()).startsWith("TLS failed: ");
      assertThat(old.seen()).isEmpty();
      assertThat(post(both.url("/x"), tls).status()).isEqualTo(Status.SUCCESS);
      assertThat(post(old.url("/x"), trusting(CA)).status()).isEqualTo(Status.SUCCESS);
      assertThat(old.seen().get(0).protocol()).isEqualTo("TLSv1.2");
    }
  }

  @Test
  void usesAContextThatItIsGiven() throws Exception {
    try (TestTlsServer server = TestTlsServer.start(SERVER)) {
      ExportResult result = postWith(server.url("/x"), HttpTransportTlsTest::withContext);
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
    }
    assertThatThrownBy(
            () -> withContext(HttpTransport.builder("tls")).tls(Tls.builder().build()).build())
        .hasMessage("tls and sslContext are both set: want one of them");
  }

  private static void assertUntrusted(TestTlsServer server, ExportResult result) {
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(SSLException.class);
    assertThat(result.message().orElseThrow())
        .startsWith("the server's certificate is not trusted: ");
    assertThat(server.seen()).isEmpty();
  }

  private Tls.Builder trusting(TestIdentity authority) {
    return Tls.builder()
        .caCertificate(authority.writeCertificate(directory.resolve("trusted.pem")));
  }

  private static HttpTransport.Builder withContext(HttpTransport.Builder builder) {
    try {
      KeyStore trusted = KeyStore.getInstance("PKCS12");
      trusted.load(null, null);
      trusted.setCertificateEntry("server", CA.certificate());
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, factory.getTrustManagers(), null);
      return builder.sslContext(context, (X509TrustManager) factory.getTrustManagers()[0]);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ExportResult post(String url, Tls.Builder tls) throws Exception {
    return postWith(url, builder -> builder.tls(tls.build()));
  }

  private static ExportResult postWith(String url, UnaryOperator<HttpTransport.Builder> setUp)
      throws Exception {
    try (HttpTransport transport =
        setUp.apply(HttpTransport.builder("tls").timeout(TransportFixture.LIMIT)).build()) {
      return transport
          .post(
              HttpPost.of(
                  HttpEndpoint.of("url", url), "application/test", Payload.of(new byte[10])),
              ExportContext.none(),
              TransportFixture::map)
          .toCompletableFuture()
          .get(30, TimeUnit.SECONDS);
    }
  }
}
