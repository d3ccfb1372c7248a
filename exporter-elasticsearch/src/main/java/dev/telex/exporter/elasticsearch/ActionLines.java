/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * The lines before documents: {@code create}, because a data stream takes nothing else, with the
 * name of the document, so that one that is there already is refused (409). For one run of the
 * encoding.
 */
final class ActionLines {

  private static final String NAMED = "{\"create\":{\"_id\":\"";
  private static final byte[] UNNAMED = JsonOutput.constant("{\"create\":{");
  private static final byte[] INDEX = JsonOutput.constant("\"_index\":");
  private static final byte[] END = JsonOutput.constant("}}\n");

  /** Data streams of a batch, mostly; a small batch should not pay for more. */
  private static final int FEW = 2;

  /** Made for the first document that has a name: those of time series have none. */
  private byte @Nullable [] named;

  private final IdentityHashMap<DataStream, byte[]> indexes = new IdentityHashMap<>(FEW);
  private @Nullable Object last;
  private byte[] lastIndex = new byte[0];

  /** A document of an item. */
  void write(DataStream stream, int item, JsonOutput out) {
    name(item, out);
    out.raw('"');
    out.raw(',');
    index(stream, out);
    out.raw(END);
  }

  /** A further document of an item, which counts them from 0. */
  void write(DataStream stream, int item, int further, JsonOutput out) {
    name(item, out);
    out.raw('.');
    out.number(further);
    out.raw('"');
    out.raw(',');
    index(stream, out);
    out.raw(END);
  }

  /** A line that the caller goes on with, and {@linkplain #end ends}. */
  void begin(DataStream stream, int item, JsonOutput out) {
    name(item, out);
    out.raw('"');
    out.raw(',');
    index(stream, out);
  }

  /** As {@link #begin(DataStream, int, JsonOutput)}, for a document without a name. */
  void begin(DataStream stream, JsonOutput out) {
    out.raw(UNNAMED);
    index(stream, out);
  }

  void end(JsonOutput out) {
    out.raw(END);
  }

  /**
   * A number for a payload: the same for all batches that have the names of their documents from
   * one run of the encoding, or else for equal first pieces.
   */
  static long number(Payload payload) {
    CRC32 sum = new CRC32();
    if (payload.itemCount() > 0) {
      ByteBuffer piece = payload.item(0);
      if (isNamed(piece)) {
        piece.limit(NAMED.length() + BatchId.CHARS);
      }
      sum.update(piece);
    }
    return sum.getValue();
  }

  private static boolean isNamed(ByteBuffer piece) {
    byte[] beginning = JsonOutput.constant(NAMED);
    return piece.remaining() > beginning.length + BatchId.CHARS
        && piece.slice(0, beginning.length).equals(ByteBuffer.wrap(beginning));
  }

  private void name(int item, JsonOutput out) {
    byte[] beginning = named;
    if (beginning == null) {
      beginning =
          JsonOutput.constant(NAMED + new String(BatchId.random(), StandardCharsets.US_ASCII));
      named = beginning;
    }
    out.raw(beginning);
    out.raw('-');
    out.number(item);
  }

  private void index(DataStream stream, JsonOutput out) {
    if (stream != last) {
      lastIndex = Objects.requireNonNull(indexes.computeIfAbsent(stream, ActionLines::index));
      last = stream;
    }
    out.raw(lastIndex);
  }

  private static byte[] index(DataStream stream) {
    JsonOutput out = new JsonOutput(256);
    out.raw(INDEX);
    out.quoted(stream.index());
    return out.copyFrom(0);
  }
}
