/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The settings of a plugin that connects over TLS, so that they are the same for all. A provider
 * declares {@link #all()} among its own, and has them {@linkplain #read read}.
 */
public final class TlsSettings {

  private static final Setting<Path> CA_CERTIFICATE =
      Setting.path("ca-certificate", "PEM file of the certificate authorities to trust");
  private static final Setting<Path> CLIENT_CERTIFICATE =
      Setting.path("client-certificate", "PEM file of the client's certificate and its chain");
  private static final Setting<Path> CLIENT_KEY =
      Setting.path("client-key", "PEM file of the client's private key");
  private static final Setting<String> CLIENT_KEY_PASSWORD =
      Setting.secret("client-key-password", "of an encrypted client key");

  static final Setting<String> MIN_VERSION =
      Setting.string("tls-min-version", "1.2 or 1.3").withDefault("1.2");

  private TlsSettings() {}

  /** What {@link #read} knows. None is required. */
  public static List<Setting<?>> all() {
    return List.of(
        CA_CERTIFICATE, CLIENT_CERTIFICATE, CLIENT_KEY, CLIENT_KEY_PASSWORD, MIN_VERSION);
  }

  /** Whether any of them is given. */
  public static boolean areIn(ExporterConfig config) {
    return all().stream().anyMatch(setting -> config.keys().contains(setting.key()));
  }

  /**
   * What they say; without any, how the JVM has it.
   *
   * @throws ConfigurationException if a value is wrong or a file cannot be used, or one is missing
   *     that belongs to another
   */
  public static Tls read(ExporterConfig config) {
    Tls.Builder tls = Tls.builder();
    config.apply(CA_CERTIFICATE, tls::caCertificate);
    if (config.hasBoth(CLIENT_CERTIFICATE, CLIENT_KEY)) {
      Path certificate = config.get(CLIENT_CERTIFICATE);
      Path key = config.get(CLIENT_KEY);
      Optional<String> password = config.find(CLIENT_KEY_PASSWORD);
      try {
        if (password.isPresent()) {
          tls.clientCertificate(certificate, key, password.get());
        } else {
          tls.clientCertificate(certificate, key);
        }
      } catch (ConfigurationException e) {
        throw wrong(CLIENT_CERTIFICATE, CLIENT_KEY, e);
      }
    }
    return tls.minVersion(minVersion(config)).build();
  }

  static Tls.Version minVersion(ExporterConfig config) {
    return switch (config.get(MIN_VERSION)) {
      case "1.2" -> Tls.Version.TLS_1_2;
      case "1.3" -> Tls.Version.TLS_1_3;
      default ->
          throw new ConfigurationException(
              "setting '"
                  + MIN_VERSION.key()
                  + "' is '"
                  + Excerpt.of(config.get(MIN_VERSION))
                  + "': want 1.2 or 1.3");
    };
  }

  static ConfigurationException wrong(
      Setting<?> one, Setting<?> other, ConfigurationException why) {
    return new ConfigurationException(
        "settings '" + one.key() + "' and '" + other.key() + "': " + why.getMessage(), why);
  }
}
