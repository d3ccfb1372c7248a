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
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Setting;
import dev.telex.testkit.Answer;
import dev.telex.tls.TestIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings that all plugins over HTTP share. */
class HttpSettingsTest extends TransportFixture {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT = CA.issue("client");

  @TempDir Path directory;

  @Test
  void secureAConnectionThroughAProxy() throws Exception {
    Path ca = CA.writeCertificate(directory.resolve("ca.pem"));
    Path certificate = Files.writeString(directory.resolve("client.pem"), CLIENT.chainPem());
    Path key =
        Files.writeString(directory.resolve("client.key"), CLIENT.encryptedPkcs8("key-pass"));
    try (TestTlsServer backend = TestTlsServer.startMutual(CA.issue("localhost"), CA);
        TestProxy proxy = TestProxy.start(backend.port(), "Basic bWU6czNjcmV0LXBhc3M=")) {
      HttpTransport transport =
          configured(
              Map.of(
                  "ca-certificate", ca.toString(),
                  "client-certificate", certificate.toString(),
                  "client-key", key.toString(),
                  "client-key-password", "key-pass",
                  "tls-min-version", "1.3",
                  "username", "user",
                  "password", "user-pass",
                  "proxy", proxy.address(),
                  "proxy-username", "me",
                  "proxy-password", "s3cret-pass"));
      ExportResult result =
          get(
              transport
                  .post(
                      HttpPost.of(
                          HttpEndpoint.of("url", "https://localhost:1/x"),
                          "application/test",
                          Payload.of(BODY)),
                      ExportContext.none(),
                      TransportFixture::map)
                  .toCompletableFuture());
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(backend.seen())
          .containsExactly(new TestTlsServer.Seen("/x", CLIENT.serial(), "TLSv1.3"));
      assertThat(backend.header("Authorization")).containsExactly("Basic dXNlcjp1c2VyLXBhc3M=");
    }
    try (TestTlsServer old = TestTlsServer.start(CA.issue("localhost"), "TLSv1.2")) {
      for (String version : new String[] {"1.2", "1.3"}) {
        HttpTransport transport =
            configured(Map.of("ca-certificate", ca.toString(), "tls-min-version", version));
        HttpPost post =
            HttpPost.of(
                HttpEndpoint.of("url", old.url("/x")), "application/test", Payload.of(BODY));
        assertThat(
                get(transport
                        .post(post, ExportContext.none(), TransportFixture::map)
                        .toCompletableFuture())
                    .status())
            .isEqualTo(version.equals("1.2") ? Status.SUCCESS : Status.RETRYABLE);
      }
    }
  }

  @Test
  void readTheFileOfATokenAgainWhenItIsRefused() throws Exception {
    Path file = Files.writeString(directory.resolve("token"), "first-token\n");
    HttpTransport transport = configured(Map.of("bearer-token-file", file.toString()));
    post(transport);
    Files.writeString(file, " second-token ");
    post(transport);
    server.enqueue(Answer.status(401));
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly(
            "Bearer first-token",
            "Bearer first-token",
            "Bearer first-token",
            "Bearer second-token");
  }

  @Test
  void sendTokensAndKeys() throws Exception {
    post(configured(Map.of("bearer-token", "the-token", "api-key", "the-key")));
    post(configured(Map.of("api-key", "the-key", "api-key-header", "api-key")));
    assertThat(server.requests().get(0).header("Authorization")).hasValue("Bearer the-token");
    assertThat(server.requests().get(0).header("X-API-Key")).hasValue("the-key");
    assertThat(server.requests().get(1).header("api-key")).hasValue("the-key");
    assertThat(server.requests().get(1).header("X-API-Key")).isEmpty();
  }

  @Test
  void keepSecretsOutOfTheirDescriptions() {
    assertThat(HttpSettings.all())
        .filteredOn(Setting::isSecret)
        .extracting(Setting::key)
        .containsExactlyInAnyOrder(
            "headers",
            "client-key-password",
            "bearer-token",
            "password",
            "api-key",
            "proxy-password");
    assertThat(HttpSettings.all()).noneMatch(Setting::isRequired);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "compression=zip | setting 'compression' is 'zip': want one of none, gzip",
        "compression=zstd | setting 'compression' is 'zstd': want one of none, gzip; zstd comes with",
        "compression-level=2 | setting 'compression' is missing: want it together with 'compression-l",
        "compression=gzip;compression-level=10 | setting 'compression-level': gzip level is 10: want",
        "compression=gzip;compression-level=0 | setting 'compression-level' is '0': want a whole",
        "timeout=0s | setting 'timeout': timeout is PT0S: want",
        "username=me | setting 'password' is missing: want it together with 'username'",
        "password=s3cret | setting 'username' is missing: want it together with 'password'",
        "client-key=x | setting 'client-certificate' is missing: want it together with 'client-key'",
        "client-certificate=x | setting 'client-key' is missing: want it together",
        "proxy-username=me;proxy-password=s3cret | setting 'proxy' is missing: want it together",
        "proxy-username=me | setting 'proxy-password' is missing: want it together",
        "proxy=x:1;proxy-username=a:b;proxy-password=s3cret | setting 'proxy-username': proxyAuth",
        "proxy=me:s3cret@x:1 | setting 'proxy': proxy is '…@x:1': want host:port",
        "bearer-token=s3crét | setting 'bearer-token': the value of header 'Authorization'",
        "bearer-token=s3cret;username=me;password=s3cret | settings 'username' and 'bearer-token'",
        "bearer-token=s3cret;bearer-token-file=x | settings 'bearer-token' and 'bearer-token-file'",
        "bearer-token-file=/missing | setting 'bearer-token-file' is a file that cannot be read (",
        "api-key=s3cret;api-key-header=a b | setting 'api-key': header name 'a b': want letters",
        "tls-min-version=1.1 | setting 'tls-min-version' is '1.1': want 1.2 or 1.3",
        "ca-certificate=/missing | setting 'ca-certificate': CA certificate file '/missing' does not",
        "client-certificate=/missing;client-key=x | settings 'client-certificate' and 'client-key': c",
      })
  void nameWhatIsWrong(String settings, String words) {
    Map<String, String> values = new HashMap<>();
    for (String pair : settings.split(";", -1)) {
      int equals = pair.indexOf('=');
      values.put(pair.substring(0, equals), pair.substring(equals + 1));
    }
    assertThatThrownBy(() -> configured(values))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(words)
        .hasMessageContaining("want")
        .hasMessageNotContaining("s3cr");
  }

  private HttpTransport configured(Map<String, String> values) {
    return transport(
        builder -> {
          HttpSettings.apply(ExporterConfig.of(values), new Builder(builder));
          return builder;
        });
  }

  private static final class Builder extends HttpExporterBuilder<Builder> {
    Builder(HttpTransport.Builder transport) {
      super(transport);
    }

    @Override
    protected Builder self() {
      return this;
    }
  }
}
