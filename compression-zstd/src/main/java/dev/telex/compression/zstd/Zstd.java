/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.compression.zstd;

import com.github.luben.zstd.RecyclingBufferPool;
import com.github.luben.zstd.ZstdInputStreamNoFinalizer;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import dev.telex.exporter.Compression;
import dev.telex.exporter.ConfigurationException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Zstandard (RFC 8878) at a level.
 *
 * <pre>{@code
 * OtlpExporter.builder().compression(Zstd.standard())
 * }</pre>
 *
 * <p>Level 20 and more are not offered: their windows are larger than the 8 MiB that a receiver has
 * to take (RFC 9659, section 3).
 *
 * @param level 1 (fastest) to 19 (smallest)
 */
public record Zstd(int level) implements Compression {

  private static final int MAX_LEVEL = 19;

  /** 8 MiB (RFC 9659, section 3). */
  private static final int MAX_WINDOW_LOG = 23;

  /**
   * Checks the level.
   *
   * @throws ConfigurationException if the level is not between 1 and 19
   */
  public Zstd {
    if (level < 1 || level > MAX_LEVEL) {
      throw new ConfigurationException(
          "zstd level is " + level + ": want 1 (fastest) to " + MAX_LEVEL);
    }
  }

  /** Level 1. */
  public static Zstd fast() {
    return new Zstd(1);
  }

  /** Level 3, what the zstd command uses. */
  public static Zstd standard() {
    return new Zstd(3);
  }

  @Override
  public String contentEncoding() {
    return "zstd";
  }

  @Override
  public OutputStream open(OutputStream out) throws IOException {
    return new ZstdOutputStreamNoFinalizer(out, RecyclingBufferPool.INSTANCE, level);
  }

  @Override
  public Optional<Decompression> decompression() {
    return Optional.of(
        in -> {
          ZstdInputStreamNoFinalizer zstd =
              new ZstdInputStreamNoFinalizer(in, RecyclingBufferPool.INSTANCE);
          zstd.setLongMax(MAX_WINDOW_LOG);
          return zstd;
        });
  }

  @Override
  public String toString() {
    return "zstd(" + level + ")";
  }
}
