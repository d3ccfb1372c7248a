/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A TLS context of a server, from files. */
final class TlsStores {

  private final Path keyStore;
  private final char[] keyPassword;
  private final @Nullable Path trustStore;
  private final char[] trustPassword;

  TlsStores(Path keyStore, String keyPassword, @Nullable Path trustStore, String trustPassword) {
    this.keyStore = keyStore;
    this.keyPassword = keyPassword.toCharArray();
    this.trustStore = trustStore;
    this.trustPassword = trustPassword.toCharArray();
  }

  /**
   * Reads the files.
   *
   * @throws ConfigurationException if one cannot be used
   */
  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys(), trusted(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new ConfigurationException("TLS cannot be set up: " + e, e);
    }
  }

  private KeyManager[] keys() {
    KeyStore store = read("tls-key-store", keyStore, keyPassword);
    try {
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(store, keyPassword);
      return factory.getKeyManagers();
    } catch (GeneralSecurityException e) {
      throw unusable("tls-key-store", keyStore, e);
    }
  }

  private TrustManager @Nullable [] trusted() {
    if (trustStore == null) {
      return null;
    }
    KeyStore store = read("tls-trust-store", trustStore, trustPassword);
    try {
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      return factory.getTrustManagers();
    } catch (GeneralSecurityException e) {
      throw unusable("tls-trust-store", trustStore, e);
    }
  }

  private static KeyStore read(String setting, Path file, char[] password) {
    if (!Files.isReadable(file)) {
      throw new ConfigurationException(
          setting + " is '" + file + "', which cannot be read: want a PKCS#12 or JKS file");
    }
    try {
      return KeyStore.getInstance(file.toFile(), password);
    } catch (IOException | GeneralSecurityException e) {
      throw unusable(setting, file, e);
    }
  }

  private static ConfigurationException unusable(String setting, Path file, Exception e) {
    return new ConfigurationException(
        setting
            + " is '"
            + file
            + "', which cannot be used: want a PKCS#12 or JKS file and its password ("
            + e.getClass().getSimpleName()
            + ")",
        e);
  }
}
