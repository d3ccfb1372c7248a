/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Thrift's compact protocol (Apache Thrift, {@code doc/specs/thrift-compact-protocol.md}). */
final class CompactThriftWriter extends ThriftWriter {

  private static final byte STOP = 0;
  private static final int TRUE = 1;
  private static final int FALSE = 2;
  private static final int I32 = 5;
  private static final int I64 = 6;
  private static final int DOUBLE = 7;
  private static final int BINARY = 8;
  private static final int LIST = 9;
  private static final int STRUCT = 12;

  private static final int MAX_VARINT = 10;

  /** Structs in structs; a span is not as deep. */
  private static final int MAX_DEPTH = 16;

  /** Little endian, as all implementations write it. */
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The last field of the structs around the present one. */
  private final int[] outer = new int[MAX_DEPTH];

  private int depth;

  /** The last field of the present struct: a header has only the distance from it. */
  private int last;

  @Override
  void beginStruct() {
    outer[depth++] = last;
    last = 0;
  }

  @Override
  void beginStruct(int field) {
    reserve(1);
    header(STRUCT, field);
    beginStruct();
  }

  @Override
  void endStruct() {
    reserve(1);
    array[size++] = STOP;
    last = outer[--depth];
  }

  @Override
  void list(int field, int count) {
    reserve(2 + MAX_VARINT);
    header(LIST, field);
    if (count < 15) {
      array[size++] = (byte) (count << 4 | STRUCT);
    } else {
      array[size++] = (byte) (0xf0 | STRUCT);
      putVarint(count);
    }
  }

  @Override
  void bool(int field, boolean value) {
    reserve(1);
    header(value ? TRUE : FALSE, field);
  }

  @Override
  void i32(int field, int value) {
    reserve(1 + MAX_VARINT);
    header(I32, field);
    putVarint(Integer.toUnsignedLong((value << 1) ^ (value >> 31)));
  }

  @Override
  void i64(int field, long value) {
    reserve(1 + MAX_VARINT);
    header(I64, field);
    putVarint((value << 1) ^ (value >> 63));
  }

  @Override
  void fraction(int field, double value) {
    reserve(1 + Long.BYTES);
    header(DOUBLE, field);
    LONGS.set(array, size, Double.doubleToRawLongBits(value));
    size += Long.BYTES;
  }

  @Override
  void header(int field) {
    reserve(1);
    header(BINARY, field);
  }

  @Override
  void length(int bytes) {
    reserve(MAX_VARINT);
    putVarint(bytes);
  }

  private void header(int type, int field) {
    array[size++] = (byte) ((field - last) << 4 | type);
    last = field;
  }

  private void putVarint(long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      array[size++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    array[size++] = (byte) rest;
  }
}
