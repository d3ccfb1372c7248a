/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.SampleBatches;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Handshakes with the JDK's HTTPS server: who is trusted, and that nobody else is sent anything.
 */
@Timeout(120)
class ElasticsearchExporterTlsTest {

  private static final TestIdentity CA = TestIdentity.authority("Elasticsearch security");
  private static final TestIdentity NODE = CA.issue("node");

  @TempDir private Path directory;

  private static String fingerprint(TestIdentity identity) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(identity.certificate().getEncoded()));
  }

  private static TlsNode node(TestIdentity identity) {
    return TlsNode.showing(identity, identity.certificate(), CA.certificate());
  }

  private static ExportResult export(
      String url, UnaryOperator<ElasticsearchExporterBuilder> settings) throws Exception {
    try (ElasticsearchExporter exporter =
        settings
            .apply(
                ElasticsearchExporter.builder()
                    .endpoint(url)
                    .apiKey("s3cret")
                    .timeout(Duration.ofSeconds(60)))
            .build()) {
      return exporter
          .export(SampleBatches.logs(3), ExportContext.none())
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    }
  }

  private static void assertTrusted(TlsNode node, ExportResult result) {
    assertThat(result).hasToString("SUCCESS[accepted=3, statusCode=200]");
    assertThat(node.requests()).isEqualTo(1);
  }

  private static void assertUntrusted(TlsNode node, ExportResult result) {
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message().orElse("")).startsWith("the server's certificate is not trusted: ");
    assertThat(node.requests()).isZero();
  }

  @Test
  void theAuthorityOfTheFingerprintIsTrusted() throws Exception {
    String plain = fingerprint(CA);
    String asOpensslPrintsIt =
        plain.toUpperCase(java.util.Locale.ROOT).replaceAll("(..)(?!$)", "$1:");
    try (TlsNode node = node(NODE)) {
      assertTrusted(node, export(node.url(), builder -> builder.caFingerprint(plain)));
    }
    try (TlsNode node = node(NODE)) {
      assertTrusted(node, export(node.url(), builder -> builder.caFingerprint(asOpensslPrintsIt)));
    }
  }

  @Test
  void anotherFingerprintIsNot() throws Exception {
    String other = fingerprint(TestIdentity.authority("Elasticsearch security"));
    try (TlsNode node = node(NODE)) {
      assertUntrusted(node, export(node.url(), builder -> builder.caFingerprint(other)));
    }
  }

  @Test
  void anAuthorityThatTheServerDoesNotShowIsNot() throws Exception {
    try (TlsNode node = TlsNode.showing(NODE, NODE.certificate())) {
      ExportResult result =
          export(node.url(), unchecked(builder -> builder.caFingerprint(fingerprint(CA))));
      assertUntrusted(node, result);
      assertThat(result.message().orElse("")).contains("fingerprint of the authority");
    }
  }

  /** The certificate of the authority is public: anybody can show it behind one of their own. */
  @Test
  void whoOnlyShowsTheCertificateOfTheAuthorityIsNot() throws Exception {
    TestIdentity forger = TestIdentity.authority("Elasticsearch security").issue("node");
    try (TlsNode node = node(forger)) {
      assertUntrusted(
          node, export(node.url(), unchecked(builder -> builder.caFingerprint(fingerprint(CA)))));
    }
  }

  @Test
  void aNodeOfAnotherNameIsNot() throws Exception {
    try (TlsNode node = node(NODE)) {
      assertUntrusted(
          node,
          export(
              "https://127.0.0.1:" + node.port(),
              unchecked(builder -> builder.caFingerprint(fingerprint(CA)))));
    }
  }

  @Test
  void aCertificateThatHasExpiredIsNot() throws Exception {
    try (TlsNode node = node(CA.issueExpired("node"))) {
      assertUntrusted(
          node, export(node.url(), unchecked(builder -> builder.caFingerprint(fingerprint(CA)))));
    }
  }

  @Test
  void theAuthorityOfAFileIsTrustedAndNobodyElse() throws Exception {
    Path file = Files.writeString(directory.resolve("ca.pem"), CA.certificatePem());
    try (TlsNode node = node(NODE)) {
      assertTrusted(node, export(node.url(), builder -> builder.tls(trusting(file))));
    }
    try (TlsNode other = node(TestIdentity.authority("Elasticsearch security").issue("node"))) {
      assertUntrusted(other, export(other.url(), builder -> builder.tls(trusting(file))));
    }
  }

  @Test
  void withoutSettingsTheJvmDecides() throws Exception {
    try (TlsNode node = node(NODE)) {
      assertUntrusted(node, export(node.url(), builder -> builder));
    }
  }

  @Test
  void aContextOfOnesOwnCanShowACertificate() throws Exception {
    TestIdentity clients = TestIdentity.authority("clients");
    TestIdentity client = clients.issue("client");
    try (TlsNode node = TlsNode.wanting(clients, NODE)) {
      assertTrusted(
          node, export(node.url(), builder -> builder.sslContext(client.serverContext(CA))));
      ExportResult without =
          export(node.url(), builder -> builder.tls(trusting(CA.writeCertificate(file()))));
      assertThat(without.status()).isEqualTo(Status.RETRYABLE);
      assertThat(node.requests()).isEqualTo(1);
    }
  }

  @Test
  void aCertificateOfAFileIsShown() throws Exception {
    TestIdentity clients = TestIdentity.authority("clients");
    Path certificate = directory.resolve("client.pem");
    Path key = directory.resolve("client.key");
    clients.issue("client").writeTo(certificate, key);
    Tls tls =
        Tls.builder()
            .caCertificate(CA.writeCertificate(file()))
            .clientCertificate(certificate, key)
            .minVersion(Tls.Version.TLS_1_3)
            .build();
    try (TlsNode node = TlsNode.wanting(clients, NODE)) {
      assertTrusted(node, export(node.url(), builder -> builder.tls(tls)));
    }
  }

  private static Tls trusting(Path authority) {
    return Tls.builder().caCertificate(authority).build();
  }

  private Path file() {
    return directory.resolve("authority.pem");
  }

  private interface Setting {
    ElasticsearchExporterBuilder apply(ElasticsearchExporterBuilder builder) throws Exception;
  }

  private static UnaryOperator<ElasticsearchExporterBuilder> unchecked(Setting setting) {
    return builder -> {
      try {
        return setting.apply(builder);
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    };
  }
}
