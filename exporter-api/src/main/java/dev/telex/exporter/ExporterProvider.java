/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.List;

/**
 * Makes the exporters of one plugin by name, from settings.
 *
 * <p>A plugin names its provider in {@code META-INF/services/dev.telex.exporter.ExporterProvider}.
 * The provider is public, has a public constructor without parameters, and does nothing in it.
 */
public interface ExporterProvider {

  /** The name that {@link Exporters#create} takes: short, lower-case, e.g. {@code otlp}. */
  String name();

  /** Every setting that {@link #create} reads. Any other key is refused before it is called. */
  List<Setting<?>> settings();

  /**
   * Makes an exporter. Validates everything, and may open a listener of its own; it connects to
   * nobody.
   *
   * @throws ConfigurationException if a setting is wrong
   */
  Exporter create(ExporterConfig config);
}
