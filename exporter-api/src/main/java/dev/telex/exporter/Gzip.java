/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * gzip (RFC 1952) at a level.
 *
 * @param level 1 (fastest) to 9 (smallest)
 */
public record Gzip(int level) implements Compression {

  private static final int BUFFER_BYTES = 8192;

  /**
   * Checks the level.
   *
   * @throws ConfigurationException if the level is not between 1 and 9
   */
  public Gzip {
    if (level < 1 || level > 9) {
      throw new ConfigurationException("gzip level is " + level + ": want 1 (fastest) to 9");
    }
  }

  /** Level 1: less than half of the time of {@link #standard} for somewhat larger bytes. */
  public static Gzip fast() {
    return new Gzip(1);
  }

  /** Level 6, what the gzip command and most exporters use. */
  public static Gzip standard() {
    return new Gzip(6);
  }

  @Override
  public String contentEncoding() {
    return "gzip";
  }

  @Override
  public OutputStream open(OutputStream out) throws IOException {
    return new Stream(out, level);
  }

  @Override
  public Optional<Decompression> decompression() {
    return Optional.of(GZIPInputStream::new);
  }

  @Override
  public String toString() {
    return "gzip(" + level + ")";
  }

  private static final class Stream extends GZIPOutputStream {
    Stream(OutputStream out, int level) throws IOException {
      super(out, BUFFER_BYTES);
      def.setLevel(level);
    }
  }
}
