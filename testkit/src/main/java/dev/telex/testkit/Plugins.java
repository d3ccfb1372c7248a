/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.stream.Collectors;

/**
 * The providers that a test can see.
 *
 * @param providers those that can be loaded
 * @param problems why others cannot
 */
record Plugins(List<ExporterProvider> providers, List<String> problems) {

  /** A list that is broken throughout would fail for ever. */
  private static final int MAX_PROBLEMS = 100;

  static Plugins of(ClassLoader loader) {
    List<ExporterProvider> providers = new ArrayList<>();
    List<String> problems = new ArrayList<>();
    Iterator<ExporterProvider> found =
        ServiceLoader.load(ExporterProvider.class, loader).iterator();
    while (problems.size() < MAX_PROBLEMS) {
      try {
        if (!found.hasNext()) {
          break;
        }
        providers.add(found.next());
      } catch (ServiceConfigurationError e) {
        problems.add(e.toString());
      }
    }
    return new Plugins(List.copyOf(providers), List.copyOf(problems));
  }

  /** Those of this name. */
  List<ExporterProvider> named(String name) {
    return providers.stream().filter(provider -> provider.name().equals(name)).toList();
  }

  /** The keys of the settings of those of this name that are secret; empty if there are none. */
  String secretSettings(String name) {
    return named(name).stream()
        .flatMap(provider -> provider.settings().stream())
        .filter(Setting::isSecret)
        .map(Setting::key)
        .collect(Collectors.joining(", "));
  }

  @Override
  public String toString() {
    String known =
        providers.isEmpty()
            ? "no provider"
            : "only "
                + providers.stream()
                    .map(ExporterProvider::name)
                    .sorted()
                    .collect(Collectors.joining(", "));
    return problems.isEmpty() ? known : known + "; problems " + problems;
  }
}
