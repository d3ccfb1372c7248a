/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How connections to an {@code https} endpoint are secured: whom the client trusts, how it proves
 * who it is, and which versions of TLS it speaks. Immutable.
 *
 * <pre>{@code
 * Tls tls =
 *     Tls.builder()
 *         .caCertificate(Path.of("/etc/telex/ca.pem"))
 *         .clientCertificate(Path.of("/etc/telex/client.pem"), Path.of("/etc/telex/client.key"))
 *         .build();
 * }</pre>
 *
 * <p>The server is always verified, and so is its host name. All files are PEM (RFC 7468). Keys are
 * of RSA or an elliptic curve, in PKCS#8, encrypted or not, in PKCS#1, or in SEC 1.
 *
 * <p><b>Files that change are read again.</b> A transport looks at their content when a request
 * begins, as {@link TlsWatch} says. New requests then go over new connections with the new
 * certificates; requests under way end on theirs, and these connections are closed after them.
 * Nothing runs in between requests.
 */
public final class Tls {

  /** A version of TLS. */
  public enum Version {
    /** RFC 5246. */
    TLS_1_2,
    /** RFC 8446. */
    TLS_1_3
  }

  private final @Nullable Path caCertificate;
  private final @Nullable Path clientCertificate;
  private final @Nullable Path clientKey;
  private final @Nullable String clientKeyPassword;
  private final Version minVersion;

  private Tls(Builder builder) {
    this.caCertificate = builder.caCertificate;
    this.clientCertificate = builder.clientCertificate;
    this.clientKey = builder.clientKey;
    this.clientKeyPassword = builder.clientKeyPassword;
    this.minVersion = builder.minVersion;
  }

  /** As the JVM has it, with TLS 1.2 and 1.3, unless the builder is told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  /** The oldest version that is spoken. */
  public Version minVersion() {
    return minVersion;
  }

  /**
   * Reads the files.
   *
   * @throws ConfigurationException if one cannot be read
   */
  public TlsFiles read() {
    return new TlsFiles(
        caCertificate == null ? null : PemFile.read("CA certificate", caCertificate),
        clientCertificate == null ? null : PemFile.read("client certificate", clientCertificate),
        clientKey == null ? null : PemFile.read("client key", clientKey),
        clientKeyPassword);
  }

  /** The paths and the version; nothing of what the files hold. */
  @Override
  public String toString() {
    return "Tls[caCertificate="
        + caCertificate
        + ", clientCertificate="
        + clientCertificate
        + ", clientKey="
        + clientKey
        + ", minVersion="
        + minVersion
        + "]";
  }

  /**
   * Sets up a {@link Tls}. Each setter reads and checks its files at once and throws a {@link
   * ConfigurationException} that names the file, what is wrong with it and what would be right. Not
   * safe for use by several threads.
   */
  public static final class Builder {
    private @Nullable Path caCertificate;
    private @Nullable Path clientCertificate;
    private @Nullable Path clientKey;
    private @Nullable String clientKeyPassword;
    private Version minVersion = Version.TLS_1_2;

    private Builder() {}

    /**
     * Trusts servers whose certificates these authorities issued, and no others; without it, those
     * that the JVM trusts.
     *
     * @param file one or more PEM certificates
     */
    public Builder caCertificate(Path file) {
      new TlsFiles(PemFile.read("CA certificate", file), null, null, null).material();
      caCertificate = file;
      return this;
    }

    /**
     * Shows a certificate to servers that ask for one; without it, none.
     *
     * @param certificate the client's own PEM certificate, and then that of the issuer of each, as
     *     far as the server does not have it
     * @param key the private key, not encrypted. May be the same file
     */
    public Builder clientCertificate(Path certificate, Path key) {
      return client(certificate, key, null);
    }

    /**
     * Shows a certificate to servers that ask for one, with a key that is encrypted.
     *
     * @param certificate as for {@link #clientCertificate(Path, Path)}
     * @param key the private key as an encrypted PKCS#8 block
     * @param keyPassword of the key
     */
    public Builder clientCertificate(Path certificate, Path key, String keyPassword) {
      return client(certificate, key, keyPassword);
    }

    /** The oldest version of TLS that is spoken; {@link Version#TLS_1_2} by default. */
    public Builder minVersion(Version version) {
      minVersion = version;
      return this;
    }

    /** How connections are secured from now on. */
    public Tls build() {
      return new Tls(this);
    }

    private Builder client(Path certificate, Path key, @Nullable String keyPassword) {
      new TlsFiles(
              null,
              PemFile.read("client certificate", certificate),
              PemFile.read("client key", key),
              keyPassword)
          .material();
      clientCertificate = certificate;
      clientKey = key;
      clientKeyPassword = keyPassword;
      return this;
    }
  }
}
