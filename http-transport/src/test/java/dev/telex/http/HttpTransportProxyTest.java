/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.testkit.Answer;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A proxy that wants credentials, and who gets to see them. */
class HttpTransportProxyTest extends TransportFixture {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");

  /** Of {@code me} and {@code s3cret-pass}. */
  private static final String RIGHT = "Basic bWU6czNjcmV0LXBhc3M=";

  @TempDir Path directory;

  @Test
  void showsCredentialsToTheProxyWithTheRequest() throws Exception {
    try (TestProxy proxy = TestProxy.start(server.port(), RIGHT)) {
      HttpTransport transport = through(proxy, "s3cret-pass");
      assertThat(post(transport, "http://backend.invalid/x").status()).isEqualTo(Status.SUCCESS);
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().get(0)).startsWith("POST http://backend.invalid/x HTTP/1.1");
      assertThat(server.takeRequest(LIMIT).body()).isEqualTo(BODY);
      transport.close();
    }
  }

  @Test
  void showsCredentialsToTheProxyWhenItOpensATunnelAndToNobodyElse() throws Exception {
    try (TestTlsServer backend = TestTlsServer.start(CA.issue("localhost"));
        TestProxy proxy = TestProxy.start(backend.port(), RIGHT)) {
      HttpTransport transport = through(proxy, "s3cret-pass");
      assertThat(post(transport, "https://localhost:1/x").status()).isEqualTo(Status.SUCCESS);
      assertThat(post(transport, "https://localhost:1/y").status()).isEqualTo(Status.SUCCESS);
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().get(0)).startsWith("CONNECT localhost:1 HTTP/1.1");
      assertThat(backend.seen()).hasSize(2);
      assertThat(backend.header("Proxy-Authorization")).isEmpty();
      assertThat(backend.header("X-Mine")).containsExactly("1", "1");
      assertThat(proxy.heads().get(0)).doesNotContain("X-Mine");
    }
  }

  @Test
  void asksAProxyThatRefusesOnce() throws Exception {
    try (TestTlsServer backend = TestTlsServer.start(CA.issue("localhost"));
        TestProxy proxy = TestProxy.start(backend.port(), RIGHT)) {
      ExportResult tunnel = post(through(proxy, "s3cret-wrong"), "https://localhost:1/x");
      assertThat(tunnel.status()).isEqualTo(Status.PERMANENT);
      assertThat(tunnel.outcomeUnknown()).isFalse();
      assertThat(tunnel.statusCode()).hasValue(407);
      assertThat(tunnel.message())
          .hasValue("the proxy refuses the user name or password (HTTP 407)");
      assertThat(proxy.heads()).hasSize(1);

      ExportResult plain = post(through(proxy, "s3cret-wrong"), "http://localhost:1/x");
      assertThat(plain.status()).isEqualTo(Status.PERMANENT);
      assertThat(plain.statusCode()).hasValue(407);
      assertThat(proxy.heads()).hasSize(2);
      assertThat(backend.seen()).isEmpty();
      assertThat(tunnel + " " + plain).doesNotContain("s3cret");
    }
  }

  @Test
  void saysThatAProxyWantsCredentials() throws Exception {
    try (TestProxy proxy = TestProxy.start(server.port(), RIGHT)) {
      HttpTransport transport = transport(builder -> builder.proxy(proxy.asProxy()));
      ExportResult result = post(transport, "https://localhost:1/x");
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.message()).hasValue("the proxy wants a user name and password (HTTP 407)");
      assertThat(proxy.heads()).hasSize(1);
      assertThat(proxy.heads().get(0)).doesNotContain("Proxy-Authorization");
      assertThat(server.connectionsAccepted()).isZero();
    }
  }

  @Test
  void hidesThemWhereTheProxyRepeatsThem() throws Exception {
    server.enqueue(
        Answer.status(400).body("text/plain", "me:s3cret-pass is bWU6czNjcmV0LXBhc3M= here"));
    try (TestProxy proxy = TestProxy.start(server.port(), RIGHT)) {
      HttpTransport transport = through(proxy, "s3cret-pass");
      ExportResult result = post(transport, "http://localhost:1/x");
      assertThat(result.message()).hasValue("HTTP 400: me:*** is *** here");
      transport.close();
    }
  }

  @Test
  void refusesCredentialsThatNoProxyGets() {
    assertThatThrownBy(() -> HttpTransport.builder("test").proxyAuth("me", "s3cret").build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("proxyAuth is set, but no proxy: want both or none");
    assertThatThrownBy(() -> HttpTransport.builder("test").proxyAuth("a:b", "s3cret"))
        .hasMessage("proxyAuth has the user name 'a:b': want one without a colon");
    assertThatThrownBy(() -> HttpTransport.builder("test").proxyAuth("me", "s3cret\n"))
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> HttpTransport.builder("test").header("Proxy-Authorization", "s3cret"))
        .hasMessage("header 'Proxy-Authorization' is set by the transport itself");
  }

  private HttpTransport through(TestProxy proxy, String password) {
    Path ca = CA.writeCertificate(directory.resolve("ca.pem"));
    return transport(
        builder ->
            builder
                .header("X-Mine", "1")
                .tls(Tls.builder().caCertificate(ca).build())
                .proxy(proxy.asProxy())
                .proxyAuth("me", password));
  }

  private static ExportResult post(HttpTransport transport, String url) throws Exception {
    return get(
        transport
            .post(
                HttpPost.of(HttpEndpoint.of("url", url), "application/test", Payload.of(BODY)),
                ExportContext.none(),
                TransportFixture::map)
            .toCompletableFuture());
  }
}
