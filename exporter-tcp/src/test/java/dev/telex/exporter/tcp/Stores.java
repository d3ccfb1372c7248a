/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.http.TestIdentity;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;

/** Key stores for tests. */
final class Stores {

  static final TestIdentity CA = TestIdentity.authority("ca");

  private Stores() {}

  /** Writes a PKCS#12 file with a key and the authority that issued its certificate. */
  static Path write(Path file, String password) {
    TestIdentity server = CA.issue("localhost");
    try (OutputStream out = Files.newOutputStream(file)) {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry(
          "server",
          server.keys().getPrivate(),
          password.toCharArray(),
          new Certificate[] {server.certificate()});
      store.setCertificateEntry("ca", CA.certificate());
      store.store(out, password.toCharArray());
      return file;
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
