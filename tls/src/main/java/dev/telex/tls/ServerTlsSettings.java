/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a plugin that others connect to over TLS, so that they are the same for all. A
 * provider declares {@link #all()} among its own, and has them {@linkplain #read read}.
 */
public final class ServerTlsSettings {

  private static final Setting<Path> CERTIFICATE =
      Setting.path("tls-certificate", "PEM file of the server's certificate and its chain");
  private static final Setting<Path> KEY =
      Setting.path("tls-key", "PEM file of the server's private key");
  private static final Setting<String> KEY_PASSWORD =
      Setting.secret("tls-key-password", "of an encrypted key");
  private static final Setting<Path> CLIENT_CA =
      Setting.path("tls-client-ca", "PEM file of the authorities whose clients alone are let in");

  private ServerTlsSettings() {}

  /** What {@link #read} knows. None is required. */
  public static List<Setting<?>> all() {
    return List.of(CERTIFICATE, KEY, KEY_PASSWORD, CLIENT_CA, TlsSettings.MIN_VERSION);
  }

  /**
   * What they say; empty without a certificate.
   *
   * @throws ConfigurationException if a value is wrong or a file cannot be used, or one is missing
   *     that belongs to another
   */
  public static Optional<ServerTls> read(ExporterConfig config) {
    config.needs(KEY_PASSWORD, CERTIFICATE);
    config.needs(CLIENT_CA, CERTIFICATE);
    if (!config.hasBoth(CERTIFICATE, KEY)) {
      return Optional.empty();
    }
    ServerTls.Builder tls = ServerTls.builder(config.get(CERTIFICATE), config.get(KEY));
    config.apply(KEY_PASSWORD, tls::keyPassword);
    config.apply(CLIENT_CA, tls::clientCa);
    tls.minVersion(TlsSettings.minVersion(config));
    try {
      return Optional.of(tls.build());
    } catch (ConfigurationException e) {
      throw TlsSettings.wrong(CERTIFICATE, KEY, e);
    }
  }
}
