/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.ExporterProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The providers that a test can see. */
final class Plugin {

  private Plugin() {}

  /** Those of this name; of one class there is one. */
  static List<ExporterProvider> named(String name, ClassLoader loader) {
    return visible(loader).stream().filter(provider -> provider.name().equals(name)).toList();
  }

  /** The settings of the one of this name that are secret. */
  static Optional<String> secretSettings(String name, ClassLoader loader) {
    return named(name, loader).stream()
        .flatMap(provider -> provider.settings().stream())
        .filter(setting -> setting.isSecret())
        .map(setting -> setting.key())
        .reduce((one, other) -> one + ", " + other);
  }

  static List<ExporterProvider> visible(ClassLoader loader) {
    List<ExporterProvider> providers = new ArrayList<>();
    ServiceLoader.load(ExporterProvider.class, loader).stream()
        .forEach(
            found -> {
              try {
                providers.add(found.get());
              } catch (ServiceConfigurationError e) {
                // One that cannot be loaded is not visible: FOUND_BY_NAME says so if it is wanted.
              }
            });
    return providers;
  }
}
