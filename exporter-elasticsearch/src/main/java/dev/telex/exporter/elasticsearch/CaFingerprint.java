/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.ConfigurationException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/**
 * Trusts servers under one certificate authority, of which only the fingerprint is known: what
 * Elasticsearch shows when it is started for the first time.
 *
 * <p>The client has something of that name ({@code TransportUtils.sslContextFromCaFingerprint}),
 * which only looks whether the chain ends with that certificate. Anybody can send that, it is
 * public: here the chain must really lead to it.
 */
final class CaFingerprint implements X509TrustManager {

  private static final int SHA_256_CHARS = 64;

  private final byte[] sha256;

  private CaFingerprint(byte[] sha256) {
    this.sha256 = sha256;
  }

  /**
   * For the SHA-256 of the certificate of the authority.
   *
   * @param hex with or without colons
   */
  static CaFingerprint parse(String hex) {
    String digits = hex.replace(":", "").strip().toLowerCase(Locale.ROOT);
    try {
      if (digits.length() == SHA_256_CHARS) {
        return new CaFingerprint(HexFormat.of().parseHex(digits));
      }
    } catch (IllegalArgumentException e) {
      // Said below.
    }
    throw new ConfigurationException(
        "caFingerprint is '"
            + hex
            + "': want the SHA-256 of the authority's certificate, 64 hexadecimal digits");
  }

  SSLContext context() {
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, new TrustManager[] {this}, null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    for (X509Certificate certificate : chain) {
      if (isIt(certificate)) {
        only(certificate).checkServerTrusted(chain, authType);
        return;
      }
    }
    throw new CertificateException(
        "no certificate that the server sent has the fingerprint of the authority");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("for servers only");
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return new X509Certificate[0];
  }

  private boolean isIt(X509Certificate certificate) throws CertificateException {
    try {
      return MessageDigest.isEqual(
          sha256, MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    } catch (GeneralSecurityException e) {
      throw new CertificateException(e);
    }
  }

  private static X509TrustManager only(X509Certificate authority) throws CertificateException {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setCertificateEntry("authority", authority);
      TrustManagerFactory factory =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      factory.init(store);
      for (TrustManager manager : factory.getTrustManagers()) {
        if (manager instanceof X509TrustManager found) {
          return found;
        }
      }
      throw new CertificateException("there is no trust manager for certificates");
    } catch (GeneralSecurityException | IOException e) {
      throw new CertificateException(e);
    }
  }
}
