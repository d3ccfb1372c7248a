/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.UUID;

/** Names the documents of one run of the encoding, as no other run does. */
final class BatchId {

  /** The length of a name. */
  static final int CHARS = 22;

  private BatchId() {}

  /** A name of letters, digits, hyphens and underscores. */
  static byte[] random() {
    UUID id = UUID.randomUUID();
    ByteBuffer bytes = ByteBuffer.allocate(2 * Long.BYTES);
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    return Base64.getUrlEncoder().withoutPadding().encode(bytes.array());
  }
}
