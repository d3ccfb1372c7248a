/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/**
 * A packet to an agent: the message {@code emitBatch} of {@code agent.thrift}, one way, in the
 * compact protocol (Apache Thrift, {@code doc/specs/thrift-compact-protocol.md}). It is put
 * together of bytes that the batch holds.
 *
 * @param part spans of one resource
 * @param process theirs, encoded
 * @param encoded all spans of the part, encoded
 * @param items the indexes of the spans in this packet
 */
record Packet(Batch part, Payload process, Payload encoded, BitSet items) {

  /** The message's header, and the headers of its argument and of the process in that. */
  private static final byte[] BEFORE_PROCESS = header();

  /** The header of the list of spans, field 2 of the batch. */
  private static final byte LIST = 0x19;

  private static final byte STRUCT = 0x0c;

  /** The ends of the batch and of the arguments. */
  private static final int STOPS = 2;

  /** The bytes around so many spans of a process. */
  static long overhead(Payload process, int spans) {
    return BEFORE_PROCESS.length + process.size() + 1 + sizeBytes(spans) + STOPS;
  }

  /** Writes the packet from the buffer's position on. */
  void writeTo(ByteBuffer out) {
    out.put(BEFORE_PROCESS);
    process.buffers().forEach(out::put);
    out.put(LIST);
    int count = items.cardinality();
    if (count < 15) {
      out.put((byte) (count << 4 | STRUCT));
    } else {
      out.put((byte) (0xf0 | STRUCT));
      varint(count, out);
    }
    for (int i = items.nextSetBit(0); i >= 0; i = items.nextSetBit(i + 1)) {
      out.put(encoded.item(i));
    }
    out.put(new byte[STOPS]);
  }

  private static int sizeBytes(int count) {
    return count < 15 ? 1 : 1 + (38 - Integer.numberOfLeadingZeros(count)) / 7;
  }

  private static void varint(int value, ByteBuffer out) {
    int rest = value;
    while ((rest & ~0x7f) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static byte[] header() {
    byte[] name = "emitBatch".getBytes(StandardCharsets.US_ASCII);
    ByteBuffer header = ByteBuffer.allocate(6 + name.length);
    header.put((byte) 0x82); // the protocol
    header.put((byte) (4 << 5 | 1)); // ONEWAY, version 1
    header.put((byte) 0); // sequence id: nobody answers
    header.put((byte) name.length).put(name);
    header.put((byte) (1 << 4 | STRUCT)); // argument 1, the batch
    header.put((byte) (1 << 4 | STRUCT)); // field 1, the process
    return header.array();
  }
}
