/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.compression.zstd;

import dev.telex.exporter.Compression;
import dev.telex.exporter.CompressionProvider;
import java.util.OptionalInt;

/** Makes a {@link Zstd} from settings, by the name {@code zstd}. */
public final class ZstdProvider implements CompressionProvider {

  /** For the service loader. */
  public ZstdProvider() {}

  @Override
  public String name() {
    return "zstd";
  }

  @Override
  public Compression create(OptionalInt level) {
    return level.isPresent() ? new Zstd(level.getAsInt()) : Zstd.standard();
  }
}
