/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The encoding of {@code grpc-message} (grpc/grpc, {@code doc/PROTOCOL-HTTP2.md}, "Responses"). */
final class PercentEncoding {

  private PercentEncoding() {}

  /** Decodes it. What is not well-formed is left as it is, because the words still help. */
  static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream decoded = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int high = bytes[i] == '%' && i + 2 < bytes.length ? digit(bytes[i + 1]) : -1;
      int low = high < 0 ? -1 : digit(bytes[i + 2]);
      if (low < 0) {
        decoded.write(bytes[i]);
      } else {
        decoded.write(high << 4 | low);
        i += 2;
      }
    }
    return decoded.toString(StandardCharsets.UTF_8);
  }

  private static int digit(byte ascii) {
    return Character.digit(ascii, 16);
  }
}
