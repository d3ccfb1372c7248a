/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.jspecify.annotations.Nullable;

/**
 * A key and a certificate for one test, of an authority, a server or a client, and their PEM forms:
 * all by Bouncy Castle, and not by the code under test.
 */
public final class TestIdentity {

  private static final AtomicLong SERIAL = new AtomicLong(1000);

  private final KeyPair keys;
  private final X509Certificate certificate;
  private final @Nullable TestIdentity issuer;

  private TestIdentity(KeyPair keys, X509Certificate certificate, @Nullable TestIdentity issuer) {
    this.keys = keys;
    this.certificate = certificate;
    this.issuer = issuer;
  }

  /** An authority that signs itself. */
  public static TestIdentity authority(String name) {
    return make(keys("EC"), name, null, true, day(-1), day(1));
  }

  /** An authority under this one. */
  public TestIdentity intermediate(String name) {
    return make(keys("EC"), name, this, true, day(-1), day(1));
  }

  /** A server for {@code localhost}, or a client. */
  public TestIdentity issue(String name) {
    return issue(name, "EC");
  }

  /** With a key of {@code EC} or {@code RSA}. */
  public TestIdentity issue(String name, String algorithm) {
    return make(keys(algorithm), name, this, false, day(-1), day(1));
  }

  /** Expired since yesterday. */
  public TestIdentity issueExpired(String name) {
    return make(keys("EC"), name, this, false, day(-2), day(-1));
  }

  public BigInteger serial() {
    return certificate.getSerialNumber();
  }

  public X509Certificate certificate() {
    return certificate;
  }

  public KeyPair keys() {
    return keys;
  }

  /** Whether that key signs what the certificate verifies. */
  public boolean verifies(PrivateKey key) {
    if (!key.getAlgorithm().equals(keys.getPublic().getAlgorithm())) {
      return false;
    }
    try {
      Signature signature =
          Signature.getInstance(
              "SHA256with" + (key.getAlgorithm().equals("RSA") ? "RSA" : "ECDSA"));
      signature.initSign(key);
      signature.update((byte) 1);
      byte[] signed = signature.sign();
      signature.initVerify(certificate);
      signature.update((byte) 1);
      return signature.verify(signed);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The certificate, and then those of its issuers but for the root. */
  public String chainPem() {
    TestIdentity above = issuer;
    String pem = certificatePem();
    return above == null || above.issuer == null ? pem : pem + above.chainPem();
  }

  public String certificatePem() {
    return pem(writer -> writer.writeObject(certificate));
  }

  /** The key as PKCS#8. */
  public String pkcs8() {
    return pem(
        writer -> writer.writeObject(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded())));
  }

  /** The key as PKCS#1 (RSA) or SEC 1 with its curve (EC). */
  public String traditional() {
    if (keys.getPrivate().getAlgorithm().equals("RSA")) {
      return pem(writer -> writer.writeObject(keys.getPrivate()));
    }
    // Bouncy Castle would leave the curve out, as the JDK does within PKCS#8.
    return pem(
        writer ->
            writer.writeObject(
                new PemObject(
                    "EC PRIVATE KEY", new ECPrivateKey(256, secret(), curve()).getEncoded())));
  }

  /** The key as SEC 1 without its curve, which stands in a block before it. */
  public String sec1WithParametersApart() {
    return pem(
        writer -> {
          writer.writeObject(
              new PemObject("EC PARAMETERS", curve().toASN1Primitive().getEncoded()));
          writer.writeObject(
              new PemObject("EC PRIVATE KEY", new ECPrivateKey(256, secret()).getEncoded()));
        });
  }

  /** The key as PKCS#8, encrypted with AES-256 and PBKDF2 of HMAC-SHA256, as OpenSSL does. */
  public String encryptedPkcs8(String password) {
    return pem(
        writer ->
            writer.writeObject(
                new JcaPKCS8Generator(
                    keys.getPrivate(),
                    new JceOpenSSLPKCS8EncryptorBuilder(NISTObjectIdentifiers.id_aes256_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setPRF(
                            new AlgorithmIdentifier(
                                PKCSObjectIdentifiers.id_hmacWithSHA256, DERNull.INSTANCE))
                        .setIterationCount(2048)
                        .setPassword(password.toCharArray())
                        .build())));
  }

  /** The key with the encryption of OpenSSL before PKCS#8. */
  public String encryptedTraditional(String password) {
    return pem(
        writer ->
            writer.writeObject(
                new JcaMiscPEMGenerator(
                    keys.getPrivate(),
                    new JcePEMEncryptorBuilder("AES-128-CBC")
                        .setProvider(new BouncyCastleProvider())
                        .build(password.toCharArray()))));
  }

  /** Writes the chain and the key (PKCS#8) into files. */
  public void writeTo(Path certificateFile, Path keyFile) {
    try {
      Files.writeString(certificateFile, chainPem());
      Files.writeString(keyFile, pkcs8());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Writes the certificate into a file. */
  public Path writeCertificate(Path file) {
    try {
      return Files.writeString(file, certificatePem());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** The context of a server with this identity, that trusts the clients of an authority. */
  public SSLContext serverContext(@Nullable TestIdentity trusted) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      TestIdentity above = issuer;
      Certificate[] chain =
          above == null || above.issuer == null
              ? new Certificate[] {certificate}
              : new Certificate[] {certificate, above.certificate};
      store.setKeyEntry("server", keys.getPrivate(), new char[0], chain);
      KeyManagerFactory keyManagers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keyManagers.init(store, new char[0]);
      KeyStore trust = KeyStore.getInstance("PKCS12");
      trust.load(null, null);
      trust.setCertificateEntry("ca", (trusted == null ? this : trusted).certificate);
      TrustManagerFactory trustManagers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trustManagers.init(trust);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
      return context;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private ASN1Encodable curve() {
    return PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded())
        .getPrivateKeyAlgorithm()
        .getParameters();
  }

  private BigInteger secret() {
    return ((java.security.interfaces.ECPrivateKey) keys.getPrivate()).getS();
  }

  private static TestIdentity make(
      KeyPair keys,
      String name,
      @Nullable TestIdentity issuer,
      boolean authority,
      Date from,
      Date until) {
    try {
      X500Name subject = new X500Name("CN=" + name);
      X509v3CertificateBuilder builder =
          new JcaX509v3CertificateBuilder(
              issuer == null
                  ? subject
                  : new X500Name(issuer.certificate.getSubjectX500Principal().getName()),
              BigInteger.valueOf(SERIAL.incrementAndGet()),
              from,
              until,
              subject,
              keys.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (!authority) {
        builder.addExtension(
            Extension.subjectAlternativeName,
            false,
            new GeneralNames(new GeneralName(GeneralName.dNSName, "localhost")));
      }
      KeyPair signer = issuer == null ? keys : issuer.keys;
      X509Certificate certificate =
          new JcaX509CertificateConverter()
              .getCertificate(
                  builder.build(
                      new JcaContentSignerBuilder("SHA256withECDSA").build(signer.getPrivate())));
      return new TestIdentity(keys, certificate, issuer);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static KeyPair keys(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("EC")) {
        generator.initialize(new ECGenParameterSpec("secp256r1"));
      } else {
        generator.initialize(2048);
      }
      return generator.generateKeyPair();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static Date day(int fromToday) {
    return Date.from(Instant.now().plus(fromToday, ChronoUnit.DAYS));
  }

  private interface Writing {
    void to(JcaPEMWriter writer) throws Exception;
  }

  private static String pem(Writing writing) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writing.to(writer);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
    return text.toString();
  }
}
