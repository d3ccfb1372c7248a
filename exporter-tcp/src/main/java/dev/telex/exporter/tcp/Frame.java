/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What one batch put into the stream: one or more whole messages, in memory that all clients share.
 */
final class Frame {

  /** A byte, and a length. */
  static final int MAX_HEADER = 6;

  private final ByteBuffer[] parts;

  /** Where each message ends, counted from the beginning of the frame. */
  private final int[] ends;

  /** How many messages of metadata a client must have been sent before this. */
  private final int metadata;

  private final long nanos;

  /** Set by the log, under its lock, when the frame takes its place. */
  long firstMessage;

  long firstByte;

  private Frame(ByteBuffer[] parts, int[] ends, int metadata, long nanos) {
    this.parts = parts;
    this.ends = ends;
    this.metadata = metadata;
    this.nanos = nanos;
  }

  /** The messages of a payload, each of which begins with its length as a varint. */
  static Frame ofDelimited(Payload payload, int metadata, long nanos) {
    ByteBuffer[] parts = payload.buffers().toArray(ByteBuffer[]::new);
    int[] ends = new int[64];
    int count = 0;
    int base = 0;
    for (ByteBuffer part : parts) {
      int at = 0;
      while (at < part.limit()) {
        int length = 0;
        int shift = 0;
        byte digit;
        do {
          digit = part.get(at++);
          length |= (digit & 0x7f) << shift;
          shift += 7;
        } while (digit < 0);
        at += length;
        ends = count == ends.length ? Arrays.copyOf(ends, 2 * count) : ends;
        ends[count++] = base + at;
      }
      base += part.limit();
    }
    return new Frame(parts, Arrays.copyOf(ends, count), metadata, nanos);
  }

  /** One message of OTLP, with the key that names its signal and its length before it. */
  static Frame ofOtlp(Signal signal, Payload payload, long nanos) {
    byte[] header = new byte[MAX_HEADER];
    header[0] =
        switch (signal) {
          case TRACES -> 1 << 3 | 2;
          case METRICS -> 2 << 3 | 2;
          case LOGS -> 3 << 3 | 2;
        };
    int at = 1;
    int rest = Math.toIntExact(payload.size());
    while (rest >= 0x80) {
      header[at++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    header[at++] = (byte) rest;
    List<ByteBuffer> parts = new ArrayList<>();
    parts.add(ByteBuffer.wrap(header, 0, at).slice().asReadOnlyBuffer());
    parts.addAll(payload.buffers());
    int[] ends = {Math.addExact(at, Math.toIntExact(payload.size()))};
    return new Frame(parts.toArray(ByteBuffer[]::new), ends, 0, nanos);
  }

  int messages() {
    return ends.length;
  }

  int bytes() {
    return ends.length == 0 ? 0 : ends[ends.length - 1];
  }

  int metadata() {
    return metadata;
  }

  /** When it came. */
  long nanos() {
    return nanos;
  }

  /** Where a message begins. */
  int begin(int message) {
    return message == 0 ? 0 : ends[message - 1];
  }

  int size(int message) {
    return ends[message] - begin(message);
  }

  /** How many messages have ended when so many bytes of the frame were written. */
  int messagesWithin(int bytes) {
    int found = Arrays.binarySearch(ends, bytes);
    return found >= 0 ? found + 1 : -found - 1;
  }

  /** Fresh views of the bytes in a range. */
  List<ByteBuffer> views(int from, int to) {
    List<ByteBuffer> views = new ArrayList<>(parts.length);
    int base = 0;
    for (ByteBuffer part : parts) {
      int length = part.limit();
      int begin = Math.max(0, from - base);
      int end = Math.min(length, to - base);
      if (begin < end) {
        views.add(part.slice(begin, end - begin));
      }
      base += length;
    }
    return views;
  }
}
