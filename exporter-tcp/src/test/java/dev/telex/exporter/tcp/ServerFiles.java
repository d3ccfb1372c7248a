/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.tls.ServerTls;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The PEM files of a server, whose authority is also that of its clients. */
record ServerFiles(Path certificate, Path key, Path clientCa) {

  static final TestIdentity CA = TestIdentity.authority("ca");

  static ServerFiles write(Path directory) {
    TestIdentity server = CA.issue("localhost");
    return write(directory, server, server.pkcs8());
  }

  /** With a key that is encrypted. */
  static ServerFiles writeEncrypted(Path directory, String password) {
    TestIdentity server = CA.issue("localhost");
    return write(directory, server, server.encryptedPkcs8(password));
  }

  private static ServerFiles write(Path directory, TestIdentity server, String key) {
    try {
      return new ServerFiles(
          Files.writeString(directory.resolve("server.pem"), server.chainPem()),
          Files.writeString(directory.resolve("server.key"), key),
          CA.writeCertificate(directory.resolve("ca.pem")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ServerTls tls() {
    return ServerTls.builder(certificate, key).build();
  }

  ServerTls mutualTls() {
    return ServerTls.builder(certificate, key).clientCa(clientCa).build();
  }
}
