/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What one reading of the files gives: a TLS context of its own, so that no session of an earlier
 * one is resumed, with the certificates of then.
 *
 * @param context for connections
 * @param trusted who is trusted in it: the authorities of a file, or those of the JVM
 */
public record TlsMaterial(SSLContext context, X509TrustManager trusted) {

  private static final String CERTIFICATE = "CERTIFICATE";

  static TlsMaterial of(
      @Nullable PemFile authorities,
      @Nullable PemFile certificate,
      @Nullable PemFile key,
      @Nullable String keyPassword) {
    try {
      X509TrustManager trusted = trustManager(authorities);
      KeyManager[] own =
          certificate == null || key == null ? null : keyManagers(certificate, key, keyPassword);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(own, new TrustManager[] {trusted}, null);
      return new TlsMaterial(context, trusted);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("this JVM cannot set up TLS", e);
    }
  }

  private static X509TrustManager trustManager(@Nullable PemFile file)
      throws GeneralSecurityException, IOException {
    KeyStore trusted = null;
    if (file != null) {
      trusted = emptyStore();
      int number = 0;
      for (X509Certificate certificate : certificates(file)) {
        trusted.setCertificateEntry("ca-" + number++, certificate);
      }
    }
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(trusted);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509TrustManager found) {
        return found;
      }
    }
    throw new KeyStoreException("no X.509 trust manager");
  }

  private static KeyManager[] keyManagers(
      PemFile certificateFile, PemFile keyFile, @Nullable String keyPassword)
      throws GeneralSecurityException, IOException {
    List<X509Certificate> chain = certificates(certificateFile);
    PrivateKey key = PrivateKeys.read(keyFile, keyPassword);
    if (!areOnePair(chain.get(0), key)) {
      throw keyFile.wrong(
          "does not hold the key of the first certificate in the "
              + certificateFile
              + ": want the key that belongs to it, and the own certificate before those of its"
              + " issuers");
    }
    KeyStore store = emptyStore();
    char[] none = new char[0];
    try {
      store.setKeyEntry("own", key, none, chain.toArray(new X509Certificate[0]));
    } catch (KeyStoreException e) {
      throw certificateFile.wrong(
          "holds certificates that are no chain: want the own one, and then the issuer of each");
    }
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, none);
    return factory.getKeyManagers();
  }

  private static List<X509Certificate> certificates(PemFile file) {
    List<X509Certificate> certificates = new ArrayList<>();
    for (PemFile.Block block : file.blocks()) {
      if (block.type().equals(CERTIFICATE)) {
        try {
          certificates.add(
              (X509Certificate)
                  CertificateFactory.getInstance("X.509")
                      .generateCertificate(new ByteArrayInputStream(block.der())));
        } catch (CertificateException e) {
          throw file.wrong(
              "has a certificate, number "
                  + (certificates.size() + 1)
                  + ", that cannot be read: want X.509");
        }
      }
    }
    if (certificates.isEmpty()) {
      throw file.wrong("holds no certificate: want one or more PEM blocks BEGIN CERTIFICATE");
    }
    return certificates;
  }

  /** Found out by use, because that is the same for all kinds of keys. */
  private static boolean areOnePair(X509Certificate certificate, PrivateKey key)
      throws GeneralSecurityException {
    if (!certificate.getPublicKey().getAlgorithm().equals(key.getAlgorithm())) {
      return false;
    }
    Signature signature =
        Signature.getInstance(
            key.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA");
    byte[] words = {1, 2, 3};
    signature.initSign(key);
    signature.update(words);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(words);
    try {
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      // A signature of another length or another curve.
      return false;
    }
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    return store;
  }
}
