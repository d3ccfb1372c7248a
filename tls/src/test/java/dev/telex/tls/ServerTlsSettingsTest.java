/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import javax.net.ssl.SSLEngine;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerTlsSettingsTest {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity SERVER = CA.issue("server");

  @TempDir Path directory;
  private Path certificate;
  private Path key;
  private Path clients;

  @BeforeEach
  void writeFiles() throws Exception {
    certificate = Files.writeString(directory.resolve("server.pem"), SERVER.chainPem());
    key = Files.writeString(directory.resolve("server.key"), SERVER.encryptedPkcs8("s3cret"));
    clients = CA.writeCertificate(directory.resolve("clients.pem"));
  }

  @Test
  void makeNothingWithoutACertificate() {
    assertThat(ServerTlsSettings.read(ExporterConfig.empty())).isEmpty();
    assertThat(ServerTlsSettings.all()).noneMatch(Setting::isRequired);
  }

  @Test
  void sayWhatTheServerShowsAndWhomItLetsIn() {
    ServerTls tls =
        read(
            Map.of(
                "tls-certificate", certificate.toString(),
                "tls-key", key.toString(),
                "tls-key-password", "s3cret",
                "tls-client-ca", clients.toString(),
                "tls-min-version", "1.3"));
    SSLEngine engine = tls.engines("test", InstantSource.system()).next();
    assertThat(engine.getNeedClientAuth()).isTrue();
    assertThat(engine.getUseClientMode()).isFalse();
    assertThat(engine.getEnabledProtocols()).containsExactly("TLSv1.3");
    assertThat(tls.toString()).contains(certificate.toString()).doesNotContain("s3cret");
  }

  @Test
  void nameWhatIsWrong() {
    refused(
        Map.of("tls-key", key.toString()),
        "setting 'tls-certificate' is missing: want it together with 'tls-key'");
    refused(
        Map.of("tls-client-ca", clients.toString()),
        "setting 'tls-certificate' is missing: want it together with 'tls-client-ca'");
    Map<String, String> files =
        Map.of("tls-certificate", certificate.toString(), "tls-key", key.toString());
    refused(
        files,
        "settings 'tls-certificate' and 'tls-key': server key file '"
            + key
            + "' is encrypted: want its password too");
    refused(
        Map.of(
            "tls-certificate", certificate.toString(),
            "tls-key", clients.toString()),
        "settings 'tls-certificate' and 'tls-key': server key file '"
            + clients
            + "' holds no private key: want a PEM block");
  }

  private static ServerTls read(Map<String, String> settings) {
    return ServerTlsSettings.read(ExporterConfig.of(settings)).orElseThrow();
  }

  private static void refused(Map<String, String> settings, String words) {
    assertThatThrownBy(() -> read(settings))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith(words);
  }
}
