/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Thrift's binary protocol (Apache Thrift, {@code doc/specs/thrift-binary-protocol.md}). */
final class BinaryThriftWriter extends ThriftWriter {

  private static final byte STOP = 0;
  private static final byte BOOL = 2;
  private static final byte DOUBLE = 4;
  private static final byte I32 = 8;
  private static final byte I64 = 10;
  private static final byte STRING = 11;
  private static final byte STRUCT = 12;
  private static final byte LIST = 15;

  private static final int HEADER = 3;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  @Override
  void beginStruct() {}

  @Override
  void beginStruct(int field) {
    reserve(HEADER);
    header(STRUCT, field);
  }

  @Override
  void endStruct() {
    reserve(1);
    array[size++] = STOP;
  }

  @Override
  void list(int field, int count) {
    reserve(HEADER + 1 + Integer.BYTES);
    header(LIST, field);
    array[size++] = STRUCT;
    putInt(count);
  }

  @Override
  void bool(int field, boolean value) {
    reserve(HEADER + 1);
    header(BOOL, field);
    array[size++] = (byte) (value ? 1 : 0);
  }

  @Override
  void i32(int field, int value) {
    reserve(HEADER + Integer.BYTES);
    header(I32, field);
    putInt(value);
  }

  @Override
  void i64(int field, long value) {
    reserve(HEADER + Long.BYTES);
    header(I64, field);
    LONGS.set(array, size, value);
    size += Long.BYTES;
  }

  @Override
  void fraction(int field, double value) {
    reserve(HEADER + Long.BYTES);
    header(DOUBLE, field);
    LONGS.set(array, size, Double.doubleToRawLongBits(value));
    size += Long.BYTES;
  }

  @Override
  void header(int field) {
    reserve(HEADER);
    header(STRING, field);
  }

  @Override
  void length(int bytes) {
    reserve(Integer.BYTES);
    putInt(bytes);
  }

  private void header(byte type, int field) {
    array[size] = type;
    array[size + 1] = 0;
    array[size + 2] = (byte) field;
    size += HEADER;
  }

  private void putInt(int value) {
    INTS.set(array, size, value);
    size += Integer.BYTES;
  }
}
