/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Reads the lines of a file, one at a time, as far as it went when it was opened: what is appended
 * meanwhile is not read. Of a line that is too long nothing is kept.
 */
final class LineReader implements Closeable {

  private static final int BUFFER_BYTES = 1 << 16;

  private final InputStream in;
  private final int maxBytes;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int position;
  private int limit;
  private long left;

  private byte[] line = new byte[BUFFER_BYTES];
  private long length;
  private long number;
  private boolean ended;

  LineReader(Path file, int maxBytes) throws IOException {
    this.left = Files.size(file);
    this.in = Files.newInputStream(file);
    this.maxBytes = maxBytes;
  }

  /** Reads a line; false if there is none. */
  boolean next() throws IOException {
    length = 0;
    ended = false;
    while (!ended && fill()) {
      int from = position;
      while (position < limit && buffer[position] != '\n') {
        position++;
      }
      keep(from, position - from);
      if (position < limit) {
        position++;
        ended = true;
      }
    }
    if (!ended && length == 0) {
      return false;
    }
    number++;
    return true;
  }

  /** Of the line that was read, counted from 1. */
  long number() {
    return number;
  }

  /** How long it is, without its end. */
  long length() {
    return length;
  }

  /** Whether it ends as a line does: the last one of a file may be cut off. */
  boolean isEnded() {
    return ended;
  }

  boolean isTooLong() {
    return length > maxBytes;
  }

  /** Whether there is nothing but white space in it. */
  boolean isBlank() {
    for (int i = 0; i < length && !isTooLong(); i++) {
      if (line[i] != ' ' && line[i] != '\t' && line[i] != '\r') {
        return false;
      }
    }
    return !isTooLong();
  }

  /** The line, from 0 to its length; overwritten by the next. */
  byte[] bytes() {
    return line;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private boolean fill() throws IOException {
    if (position < limit) {
      return true;
    }
    int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
    position = 0;
    limit = Math.max(0, read);
    left -= limit;
    return limit > 0;
  }

  private void keep(int from, int count) {
    long before = length;
    length += count;
    if (length > maxBytes) {
      return;
    }
    if (length > line.length) {
      line = Arrays.copyOf(line, (int) Math.min(maxBytes, Math.max(length, 2L * line.length)));
    }
    System.arraycopy(buffer, from, line, (int) before, count);
  }
}
