/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import java.nio.file.Path;
import java.time.InstantSource;
import javax.net.ssl.SSLEngine;
import org.jspecify.annotations.Nullable;

/**
 * How a server secures its connections: the certificate that it shows, which clients it lets in,
 * and which versions of TLS it speaks. Immutable.
 *
 * <pre>{@code
 * ServerTls tls =
 *     ServerTls.builder(Path.of("/etc/telex/server.pem"), Path.of("/etc/telex/server.key"))
 *         .clientCa(Path.of("/etc/telex/clients-ca.pem"))
 *         .build();
 * }</pre>
 *
 * <p>All files are PEM (RFC 7468). Keys are of RSA or an elliptic curve, in PKCS#8, encrypted or
 * not, in PKCS#1, or in SEC 1. Files that change are read again ({@link TlsWatch}): connections
 * that are opened after that are secured with the new ones.
 */
public final class ServerTls {

  private static final String[] ONLY_1_3 = {"TLSv1.3"};
  private static final String[] FROM_1_2_ON = {"TLSv1.3", "TLSv1.2"};

  private final Path certificate;
  private final Path key;
  private final @Nullable String keyPassword;
  private final @Nullable Path clientCa;
  private final Tls.Version minVersion;

  private ServerTls(Builder builder) {
    this.certificate = builder.certificate;
    this.key = builder.key;
    this.keyPassword = builder.keyPassword;
    this.clientCa = builder.clientCa;
    this.minVersion = builder.minVersion;
  }

  /**
   * A builder.
   *
   * @param certificate the server's own PEM certificate, and then that of the issuer of each, as
   *     far as clients do not have it
   * @param key its private key. May be the same file
   */
  public static Builder builder(Path certificate, Path key) {
    return new Builder(certificate, key);
  }

  /**
   * Begins to watch the files.
   *
   * @param name of the server, for the log
   * @throws ConfigurationException if they cannot be used
   */
  public Engines engines(String name, InstantSource clock) {
    return new Engines(this, new TlsWatch(name, this::read, clock));
  }

  private TlsFiles read() {
    return new TlsFiles(
        clientCa == null ? null : PemFile.read("client CA", clientCa),
        PemFile.read("server certificate", certificate),
        PemFile.read("server key", key),
        keyPassword);
  }

  /** The paths and the version; nothing of what the files hold. */
  @Override
  public String toString() {
    return "ServerTls[certificate="
        + certificate
        + ", key="
        + key
        + ", clientCa="
        + clientCa
        + ", minVersion="
        + minVersion
        + "]";
  }

  /** Makes engines, one for each connection. Safe for use by several threads. */
  public static final class Engines {

    private final ServerTls tls;
    private final TlsWatch watch;

    private Engines(ServerTls tls, TlsWatch watch) {
      this.tls = tls;
      this.watch = watch;
    }

    /** For a connection that was just accepted. May read the files. */
    public SSLEngine next() {
      SSLEngine engine = watch.latest().context().createSSLEngine();
      engine.setUseClientMode(false);
      engine.setNeedClientAuth(tls.clientCa != null);
      engine.setEnabledProtocols(tls.minVersion == Tls.Version.TLS_1_3 ? ONLY_1_3 : FROM_1_2_ON);
      return engine;
    }
  }

  /** Sets up a {@link ServerTls}. Not safe for use by several threads. */
  public static final class Builder {

    private final Path certificate;
    private final Path key;
    private @Nullable String keyPassword;
    private @Nullable Path clientCa;
    private Tls.Version minVersion = Tls.Version.TLS_1_2;

    private Builder(Path certificate, Path key) {
      this.certificate = certificate;
      this.key = key;
    }

    /** Of a key that is an encrypted PKCS#8 block. */
    public Builder keyPassword(String password) {
      keyPassword = password;
      return this;
    }

    /**
     * Lets in only clients that show a certificate which these authorities issued; without it, all.
     *
     * @param file one or more PEM certificates
     */
    public Builder clientCa(Path file) {
      clientCa = file;
      return this;
    }

    /** The oldest version of TLS that is spoken; {@link Tls.Version#TLS_1_2} by default. */
    public Builder minVersion(Tls.Version version) {
      minVersion = version;
      return this;
    }

    /**
     * Reads and checks the files.
     *
     * @throws ConfigurationException if one cannot be used: names the file, what is wrong with it
     *     and what would be right
     */
    public ServerTls build() {
      ServerTls tls = new ServerTls(this);
      tls.read().material();
      return tls;
    }
  }
}
