/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The settings of a plugin that compresses, so that they are the same for all: {@code compression}
 * and {@code compression-level}. A provider declares {@link #all()} among its own, and has them
 * applied.
 */
public final class CompressionSettings {

  private static final String NONE = "none";
  private static final Setting<String> COMPRESSION =
      Setting.string("compression", "of the requests: none, gzip, or another that is there")
          .withDefault(NONE);
  private static final Setting<Integer> LEVEL =
      Setting.integer("compression-level", "1 is fastest; up to 9 for gzip, 19 for zstd", 1, 22);

  private CompressionSettings() {}

  /** What {@link #apply} knows. None is required. */
  public static List<Setting<?>> all() {
    return List.of(COMPRESSION, LEVEL);
  }

  /**
   * Hands the compression to a setter; does nothing if there is none.
   *
   * @throws ConfigurationException if it is not known ({@link Compressions}) or has no such level,
   *     or there is a level of none
   */
  public static void apply(ExporterConfig config, Consumer<? super Compression> setter) {
    String name = config.get(COMPRESSION);
    Optional<Integer> level = config.find(LEVEL);
    if (name.equals(NONE)) {
      if (level.isPresent()) {
        throw new ConfigurationException(
            "setting 'compression' is missing: want it together with 'compression-level'");
      }
      return;
    }
    Compressions known = Compressions.load(config.classLoader());
    if (!known.names().contains(name)) {
      throw new ConfigurationException(
          "setting 'compression' is '"
              + Excerpt.of(name)
              + "': want one of "
              + NONE
              + ", "
              + String.join(", ", known.names())
              + (name.equals("zstd") ? "; zstd comes with telex-compression-zstd" : ""));
    }
    if (level.isEmpty()) {
      setter.accept(known.create(name, OptionalInt.empty()));
    }
    config.apply(LEVEL, value -> setter.accept(known.create(name, OptionalInt.of(value))));
  }
}
