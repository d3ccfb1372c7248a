/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import org.jspecify.annotations.Nullable;

/** The files of a {@link Tls} as they were at one moment. */
record TlsFiles(
    @Nullable PemFile caCertificate,
    @Nullable PemFile clientCertificate,
    @Nullable PemFile clientKey,
    @Nullable String clientKeyPassword) {

  /** By content, because dates and sizes can stay the same, and a link can point elsewhere. */
  boolean haveContentOf(TlsFiles other) {
    return same(caCertificate, other.caCertificate)
        && same(clientCertificate, other.clientCertificate)
        && same(clientKey, other.clientKey);
  }

  private static boolean same(@Nullable PemFile one, @Nullable PemFile other) {
    return (one == null || other == null) ? one == other : one.hasContentOf(other);
  }

  /** Shows no password. */
  @Override
  public String toString() {
    return "TlsFiles[" + caCertificate + ", " + clientCertificate + ", " + clientKey + "]";
  }
}
