/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.ByteArrayOutputStream;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;

/** As much of DER (ITU-T X.690) as it takes to put one form of a private key into another. */
final class Der {

  static final int INTEGER = 0x02;
  static final int OCTET_STRING = 0x04;
  static final int SEQUENCE = 0x30;

  /** The first optional element of a sequence, {@code [0] EXPLICIT}. */
  static final int FIRST_OPTIONAL = 0xa0;

  private Der() {}

  /** An element of this tag around the parts. */
  static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    int length = content.size();
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    whole.write(tag);
    if (length < 0x80) {
      whole.write(length);
    } else {
      int lengthBytes = (39 - Integer.numberOfLeadingZeros(length)) / 8;
      whole.write(0x80 | lengthBytes);
      for (int i = lengthBytes - 1; i >= 0; i--) {
        whole.write(length >>> (8 * i));
      }
    }
    whole.writeBytes(content.toByteArray());
    return whole.toByteArray();
  }

  /**
   * The elements that follow each other in these bytes.
   *
   * @throws InvalidKeyException if that is not what the bytes are
   */
  static List<Element> read(byte[] bytes) throws InvalidKeyException {
    List<Element> elements = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      if (bytes.length - at < 2) {
        throw new InvalidKeyException("cut off");
      }
      int tag = bytes[at++] & 0xff;
      int length = bytes[at++] & 0xff;
      if (length >= 0x80) {
        int lengthBytes = length & 0x7f;
        length = 0;
        if (lengthBytes == 0 || lengthBytes > 3 || lengthBytes > bytes.length - at) {
          throw new InvalidKeyException("no length");
        }
        for (int i = 0; i < lengthBytes; i++) {
          length = (length << 8) | (bytes[at++] & 0xff);
        }
      }
      if (length > bytes.length - at) {
        throw new InvalidKeyException("cut off");
      }
      byte[] content = new byte[length];
      System.arraycopy(bytes, at, content, 0, length);
      elements.add(new Element(tag, content));
      at += length;
    }
    return elements;
  }

  /**
   * One element.
   *
   * @param tag the whole identifier octet
   * @param content without tag and length
   */
  // A carrier, and not a value to compare.
  @SuppressWarnings("ArrayRecordComponent")
  record Element(int tag, byte[] content) {}
}
