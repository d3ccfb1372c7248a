/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * An array of bytes that grows, and the elements of line protocol that are written into it: the one
 * place where anything is escaped (docs.influxdata.com, InfluxDB v2, "Line protocol"). Not safe for
 * use by several threads.
 */
final class LineOutput {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** Times a byte: that byte in each of the eight of a long. */
  private static final long EACH = 0x0101010101010101L;

  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LETTERS = 'a' * EACH;

  /** Some virtual machines cannot make longer arrays. */
  private static final int MAX_BYTES = Integer.MAX_VALUE - 8;

  private static final int MAX_DIGITS = 20;

  /** Up to here every integer is a double, and has an exact one. */
  private static final double MAX_EXACT = 1L << 53;

  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

  /** What QuestDB takes in no name of a column; of tables it takes a little more. */
  private static final String NOT_PLAIN = "?.,'\"\\/:()+-*%~\u007f\ufeff";

  private final InfluxDialect dialect;
  private byte[] array;
  private int size;

  /** The names of this line so far, where none may come twice. */
  private final List<String> names = new ArrayList<>();

  LineOutput(InfluxDialect dialect) {
    this.dialect = dialect;
    this.array = Scratch.take();
  }

  InfluxDialect dialect() {
    return dialect;
  }

  int size() {
    return size;
  }

  /** Forgets what was written from there on. */
  void truncate(int to) {
    size = to;
  }

  /** A copy of what was written from there on. */
  byte[] copyFrom(int begin) {
    return Arrays.copyOfRange(array, begin, size);
  }

  /** Hands out a copy of what was written, and is of no use any more. */
  byte[] take() {
    byte[] taken = Arrays.copyOf(array, size);
    Scratch.giveBack(array);
    array = new byte[0];
    size = 0;
    return taken;
  }

  /** Bytes that were written, and escaped, elsewhere. */
  void raw(byte[] bytes) {
    reserve(bytes.length);
    System.arraycopy(bytes, 0, array, size, bytes.length);
    size += bytes.length;
  }

  /** Writes once more what stands there. */
  void repeat(int begin, int end) {
    reserve(end - begin);
    System.arraycopy(array, begin, array, size, end - begin);
    size += end - begin;
  }

  void raw(int value) {
    reserve(1);
    array[size++] = (byte) value;
  }

  /** Characters below 128 that need not be escaped. */
  void ascii(String text) {
    reserve(text.length());
    lowBytes(text, array, size);
    size += text.length();
  }

  // --- Names and tag values ---

  /** The beginning of a line. */
  void measurement(String name) {
    names.clear();
    if (dialect.hasPlainNames()) {
      value(plain(name, true));
    } else if (name.isEmpty()) {
      empty();
    } else if (name.charAt(0) == '#') {
      // A line that begins so is a comment.
      unicode('#');
      escapedName(name, 1, false);
    } else {
      name(name, false);
    }
  }

  /** The key of a tag or of a field. */
  void key(String key) {
    if (dialect.hasPlainNames()) {
      value(unique(plain(key, false)));
    } else if (key.isEmpty()) {
      empty();
    } else if (isReserved(key)) {
      unicode(key.charAt(0));
      escapedName(key, 1, true);
    } else {
      name(key, true);
    }
  }

  /** The value of a tag; not empty. */
  void value(String value) {
    name(value, true);
  }

  /** How many names the line has, to go on from there with another line of the same tags. */
  int names() {
    return names.size();
  }

  void names(int count) {
    names.subList(count, names.size()).clear();
  }

  /** InfluxDB 1 drops points with a tag of that name, and fields. InfluxDB 2 has more of them. */
  private static boolean isReserved(String key) {
    return switch (key.length()) {
      case 4 -> key.equals("time");
      case 6 -> key.equals("_field");
      case 12 -> key.equals("_measurement");
      default -> false;
    };
  }

  private void empty() {
    backslash();
    raw('u');
  }

  private void name(String text, boolean escapesEquals) {
    int length = text.length();
    // Eight more, because it is looked at in longs.
    reserve(length + (long) Long.BYTES);
    if (isPlainName(text, length)) {
      size += length;
    } else {
      escapedName(text, 0, escapesEquals);
    }
  }

  private boolean isPlainName(String text, int length) {
    lowBytes(text, array, size);
    // No exit from the loops, so that they compile well: nearly all texts are plain.
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all >= 0x80) {
      return false;
    }
    byte[] target = array;
    int at = size;
    LONGS.set(target, at + length, LETTERS);
    long found = 0;
    for (int i = 0; i < length; i += Long.BYTES) {
      long eight = (long) LONGS.get(target, at + i);
      // Each borrows from its high bit exactly if a byte is what it looks for, or one before it is.
      found |=
          (eight - 0x21 * EACH)
              | ((eight ^ ',' * EACH) - EACH)
              | ((eight ^ '=' * EACH) - EACH)
              | ((eight ^ '\\' * EACH) - EACH);
    }
    return (found & HIGH_BITS) == 0;
  }

  private void escapedName(String text, int from, boolean escapesEquals) {
    int length = text.length();
    reserve(7L * length);
    for (int i = from; i < length; i++) {
      char c = text.charAt(i);
      switch (c) {
        case ',', ' ' -> {
          put('\\');
          put(c);
        }
        case '=' -> {
          // QuestDB wants it in the names of tables too, and nobody else knows it there.
          if (escapesEquals || dialect.hasPlainNames()) {
            put('\\');
          }
          put(c);
        }
        case '\\' -> {
          if (isAmbiguous(text, i + 1)) {
            unicode(c);
          } else {
            backslash();
          }
        }
        case '\n', '\r' -> {
          if (dialect.hasPlainNames()) {
            put('\\');
            put(c);
          } else {
            unicode(c);
          }
        }
        default -> {
          if (c < ' ' || isHalf(text, i)) {
            unicode(c);
          } else {
            i = character(text, i);
          }
        }
      }
    }
  }

  /** Whether a backslash would be taken for an escape of what follows it. */
  private boolean isAmbiguous(String text, int next) {
    if (next < text.length() && text.charAt(next) == 'u') {
      return true;
    }
    if (dialect.doublesBackslash()) {
      return false;
    }
    if (next == text.length()) {
      return true;
    }
    char c = text.charAt(next);
    return c == ',' || c == '=' || c == '\\' || c <= ' ' || isHalf(text, next);
  }

  private void backslash() {
    reserve(2);
    put('\\');
    if (dialect.doublesBackslash()) {
      put('\\');
    }
  }

  private void unicode(char c) {
    backslash();
    reserve(5);
    put('u');
    put(HEX[c >> 12]);
    put(HEX[c >> 8 & 0xf]);
    put(HEX[c >> 4 & 0xf]);
    put(HEX[c & 0xf]);
  }

  /** A name of few characters; that of a table may have dots, but not at its ends or together. */
  private static String plain(String name, boolean isTable) {
    StringBuilder plain = new StringBuilder(name);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      boolean dotOfTable =
          isTable && c == '.' && i > 0 && i + 1 < plain.length() && plain.charAt(i - 1) != '.';
      boolean refused = c < ' ' || NOT_PLAIN.indexOf(c) >= 0 || isHalf(name, i);
      boolean spaceAtEnd = c == ' ' && (i == 0 || i + 1 == plain.length());
      if ((refused && !dotOfTable) || spaceAtEnd) {
        plain.setCharAt(i, '_');
      }
    }
    return plain.isEmpty() ? "_" : plain.toString();
  }

  private String unique(String plain) {
    // The column of the time has that name.
    String free = plain.equalsIgnoreCase("timestamp") ? plain + "_" : plain;
    while (hasName(free)) {
      free += "_";
    }
    names.add(free);
    return free;
  }

  private boolean hasName(String name) {
    for (String taken : names) {
      if (taken.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  // --- Texts of fields ---

  /** A text, with its quotation marks. */
  void quoted(String text) {
    raw('"');
    text(text);
    raw('"');
  }

  /** A text, or a part of one. */
  void text(String text) {
    int length = text.length();
    reserve(length + (long) Long.BYTES);
    if (isPlainText(text, length)) {
      size += length;
    } else {
      escapedText(text);
    }
  }

  private boolean isPlainText(String text, int length) {
    lowBytes(text, array, size);
    int all = 0;
    for (int i = 0; i < length; i++) {
      all |= text.charAt(i);
    }
    if (all >= 0x80) {
      return false;
    }
    byte[] target = array;
    int at = size;
    LONGS.set(target, at + length, LETTERS);
    long found = 0;
    for (int i = 0; i < length; i += Long.BYTES) {
      long eight = (long) LONGS.get(target, at + i);
      found |=
          (eight - ' ' * EACH) | ((eight ^ '"' * EACH) - EACH) | ((eight ^ '\\' * EACH) - EACH);
    }
    return (found & HIGH_BITS) == 0;
  }

  private void escapedText(String text) {
    int length = text.length();
    reserve(7L * length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        put('\\');
        put(c);
      } else if (c < ' ') {
        control(c);
      } else if (isHalf(text, i)) {
        put('?');
      } else {
        i = character(text, i);
      }
    }
  }

  private void control(char c) {
    switch (dialect) {
      case VICTORIAMETRICS -> unicode(c);
      case QUESTDB -> {
        if (c == 0) {
          unicode(c);
        } else {
          if (c == '\n' || c == '\r') {
            put('\\');
          }
          put(c);
        }
      }
      case INFLUXDB, INFLUXDB_1 -> put(c);
    }
  }

  // --- JSON within the text of a field ---

  /** A string of JSON, with its quotation marks, within a text. */
  void json(String text) {
    int length = text.length();
    reserve(length + 4L + Long.BYTES);
    put('\\');
    put('"');
    if (isPlainText(text, length)) {
      size += length;
    } else {
      escapedJson(text);
    }
    reserve(2);
    put('\\');
    put('"');
  }

  private void escapedJson(String text) {
    int length = text.length();
    reserve(7L * length);
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        // A backslash for JSON, and one for the line before each of the two.
        put('\\');
        put('\\');
        put('\\');
        put(c);
      } else if (c < ' ') {
        put('\\');
        put('\\');
        put('u');
        put('0');
        put('0');
        put(HEX[c >> 4]);
        put(HEX[c & 0xf]);
      } else if (isHalf(text, i)) {
        // As an escape it would be JSON that many readers refuse as a whole.
        put('?');
      } else {
        i = character(text, i);
      }
    }
  }

  // --- Numbers ---

  /** An integer, without a suffix. */
  void digits(long value) {
    reserve(MAX_DIGITS);
    if (value == Long.MIN_VALUE) {
      ascii("-9223372036854775808");
      return;
    }
    long rest = value;
    if (rest < 0) {
      put('-');
      rest = -rest;
    }
    int end = size + digitCount(rest);
    size = end;
    do {
      long tenth = rest / 10;
      array[--end] = (byte) ('0' + (int) (rest - tenth * 10));
      rest = tenth;
    } while (rest != 0);
  }

  /** A field's integer. */
  void integer(long value) {
    digits(value);
    raw('i');
  }

  /** A count, of the type that the dialect has for it. */
  void count(long value) {
    digits(value);
    raw(dialect.hasUnsigned() ? 'u' : 'i');
  }

  /** A finite number; the same one is read back. */
  void real(double value) {
    long integral = (long) value;
    if (integral == value
        && Math.abs(value) <= MAX_EXACT
        && (integral != 0 || Double.doubleToRawLongBits(value) == 0)) {
      digits(integral);
    } else {
      ascii(Double.toString(value));
    }
  }

  private static int digitCount(long value) {
    int count = 1;
    for (long bound = 10; count < 19 && value >= bound; bound *= 10) {
      count++;
    }
    return count;
  }

  // --- Characters ---

  /** Whether it is a surrogate without its other half. */
  static boolean isHalf(String text, int index) {
    char c = text.charAt(index);
    if (!Character.isSurrogate(c)) {
      return false;
    }
    return Character.isHighSurrogate(c)
        ? index + 1 == text.length() || !Character.isLowSurrogate(text.charAt(index + 1))
        : index == 0 || !Character.isHighSurrogate(text.charAt(index - 1));
  }

  /** Writes a character in UTF-8, for which there is room, and gives the index of its last char. */
  private int character(String text, int index) {
    char c = text.charAt(index);
    if (c < 0x80) {
      put(c);
    } else if (c < 0x800) {
      put(0xc0 | c >> 6);
      put(0x80 | (c & 0x3f));
    } else if (!Character.isSurrogate(c)) {
      put(0xe0 | c >> 12);
      put(0x80 | (c >> 6 & 0x3f));
      put(0x80 | (c & 0x3f));
    } else {
      int point = Character.toCodePoint(c, text.charAt(index + 1));
      put(0xf0 | point >> 18);
      put(0x80 | (point >> 12 & 0x3f));
      put(0x80 | (point >> 6 & 0x3f));
      put(0x80 | (point & 0x3f));
      return index + 1;
    }
    return index;
  }

  private void put(int value) {
    array[size++] = (byte) value;
  }

  /** Deprecated for what it does to other characters; nothing else copies without a new array. */
  @SuppressWarnings("deprecation")
  private static void lowBytes(String text, byte[] target, int at) {
    text.getBytes(0, text.length(), target, at);
  }

  private void reserve(long bytes) {
    if (array.length - size < bytes) {
      if (size + bytes > MAX_BYTES) {
        throw new IllegalStateException("the lines are larger than 2 GiB");
      }
      array = Arrays.copyOf(array, (int) Math.min(MAX_BYTES, Math.max(size + bytes, 2L * size)));
    }
  }
}
