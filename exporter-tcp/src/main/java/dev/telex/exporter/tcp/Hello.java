/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;

/** The first line of a client, which must be the secret. */
final class Hello {

  /** What is known of a client by its hello. */
  enum Answer {
    /** Its line has not ended. */
    INCOMPLETE,
    WELCOME,
    WRONG
  }

  private final byte[] secret;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  Hello(byte[] secret) {
    this.secret = secret;
  }

  /** Takes bytes up to the end of the line. */
  Answer take(ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte next = bytes.get();
      if (next == '\n') {
        return isSecret() ? Answer.WELCOME : Answer.WRONG;
      }
      // With a carriage return it may be longer by one.
      if (line.size() > secret.length) {
        return Answer.WRONG;
      }
      line.write(next);
    }
    return Answer.INCOMPLETE;
  }

  /** Takes as long whatever differs. */
  private boolean isSecret() {
    byte[] given = line.toByteArray();
    int length = given.length;
    if (length > 0 && given[length - 1] == '\r') {
      given = Arrays.copyOf(given, length - 1);
    }
    return MessageDigest.isEqual(secret, given);
  }
}
