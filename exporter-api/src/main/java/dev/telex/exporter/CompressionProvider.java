/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.OptionalInt;

/**
 * Makes a {@link Compression} by name, for settings such as {@code compression=zstd}. Found with
 * {@link java.util.ServiceLoader}: name the class in {@code
 * META-INF/services/dev.telex.exporter.CompressionProvider}.
 *
 * @see Compressions
 */
public interface CompressionProvider {

  /** The name in settings: lower case, and unique; by habit the content encoding. */
  String name();

  /**
   * A compression at a level.
   *
   * @param level as the method counts; empty for what it does by default
   * @throws ConfigurationException if the method has no such level
   */
  Compression create(OptionalInt level);
}
