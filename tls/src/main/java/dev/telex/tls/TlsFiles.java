/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import org.jspecify.annotations.Nullable;

/** The files of a {@link Tls} or a {@link ServerTls} as they were at one moment. Immutable. */
public final class TlsFiles {

  private final @Nullable PemFile trusted;
  private final @Nullable PemFile certificate;
  private final @Nullable PemFile key;
  private final @Nullable String keyPassword;

  TlsFiles(
      @Nullable PemFile trusted,
      @Nullable PemFile certificate,
      @Nullable PemFile key,
      @Nullable String keyPassword) {
    this.trusted = trusted;
    this.certificate = certificate;
    this.key = key;
    this.keyPassword = keyPassword;
  }

  /**
   * Reads what they hold, and checks all of it.
   *
   * @throws ConfigurationException if something cannot be used; the message names the file, what is
   *     wrong with it and what would be right
   */
  public TlsMaterial material() {
    return TlsMaterial.of(trusted, certificate, key, keyPassword);
  }

  /** By content, because dates and sizes can stay the same, and a link can point elsewhere. */
  boolean haveContentOf(TlsFiles other) {
    return same(trusted, other.trusted)
        && same(certificate, other.certificate)
        && same(key, other.key);
  }

  private static boolean same(@Nullable PemFile one, @Nullable PemFile other) {
    return (one == null || other == null) ? one == other : one.hasContentOf(other);
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "TlsFiles[" + trusted + ", " + certificate + ", " + key + "]";
  }
}
