/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Setting;
import dev.telex.exporter.Signal;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** An exporter that is made by its name. */
final class PluginClauses {

  private static final int ITEMS = 3;
  private static final String UNKNOWN_KEY = "no-such-setting";
  private static final String UNKNOWN_VALUE = "value-that-may-be-secret";

  private PluginClauses() {}

  static void foundByName(Trial trial) throws Exception {
    String name = name(trial);
    Exporters exporters = load(trial, name);
    if (!exporters.problems().isEmpty()) {
      throw trial.violated("every provider that the jar lists can be loaded", exporters.problems());
    }
  }

  static void settingsAccepted(Trial trial) throws Exception {
    String name = name(trial);
    Exporters exporters = load(trial, name);
    List<Map<String, String>> examples = trial.contract().settings(trial.backend().uri());
    Set<String> missing = new TreeSet<>();
    exporters.settings(name).forEach(setting -> missing.add(setting.key()));
    examples.forEach(example -> missing.removeAll(example.keySet()));
    if (!missing.isEmpty()) {
      throw trial.violated(
          "an example of every setting in settings() of the contract's subclass",
          "none of " + String.join(", ", missing));
    }
    boolean first = true;
    for (Map<String, String> example :
        examples.isEmpty() ? List.of(Map.<String, String>of()) : examples) {
      Subject made = trial.adopt(create(trial, exporters, name, example), trial.backend());
      if (first) {
        for (Signal signal : made.exporter().signals()) {
          Batch batch = trial.contract().batch(signal, ITEMS);
          trial.expectDelivered(batch, made.export(batch));
        }
      }
      first = false;
    }
  }

  static void settingsRefused(Trial trial) throws Exception {
    String name = name(trial);
    Exporters exporters = load(trial, name);
    Set<String> keys = new HashSet<>();
    for (Setting<?> setting : exporters.settings(name)) {
      if (!keys.add(setting.key())) {
        throw trial.violated(
            "each setting is declared once", "'" + setting.key() + "' is declared twice");
      }
    }
    try (Exporter exporter =
        exporters.create(name, ExporterConfig.of(Map.of(UNKNOWN_KEY, UNKNOWN_VALUE)))) {
      throw trial.violated("the setting '" + UNKNOWN_KEY + "' is refused", "it made " + exporter);
    } catch (ConfigurationException e) {
      String message = String.valueOf(e.getMessage());
      if (!message.contains(UNKNOWN_KEY) || message.contains(UNKNOWN_VALUE)) {
        throw trial.violated(
            "a message that names the setting '" + UNKNOWN_KEY + "' and does not show its value",
            message,
            e);
      }
    } catch (RuntimeException e) {
      throw trial.violated("a ConfigurationException", e, e);
    }
  }

  private static String name(Trial trial) throws Exception {
    return trial.contract().providerName(trial.subject().exporter());
  }

  /** As a service loader does that sees only the jar of the provider. */
  private static Exporters load(Trial trial, String name) throws Exception {
    ClassLoader all = trial.contract().getClass().getClassLoader();
    Plugins plugins = Plugins.of(all);
    List<ExporterProvider> named = plugins.named(name);
    if (named.isEmpty()) {
      throw trial.violated(
          "a provider named '"
              + name
              + "' in "
              + OwnServices.LIST
              + " (or, if the exporter is no plugin, @Exempt(FOUND_BY_NAME))",
          plugins);
    }
    if (named.size() > 1) {
      throw trial.violated(
          "one provider named '" + name + "'",
          named.stream().map(provider -> provider.getClass().getName()).toList());
    }
    Exporters own = Exporters.load(OwnServices.of(named.get(0).getClass()));
    if (!own.names().contains(name)) {
      throw trial.violated(
          "the provider's own jar lists " + named.get(0).getClass().getName(),
          own.names() + " in it, problems " + own.problems());
    }
    return own;
  }

  private static Exporter create(
      Trial trial, Exporters exporters, String name, Map<String, String> example) {
    Exporter exporter;
    try {
      exporter = exporters.create(name, ExporterConfig.of(example));
    } catch (RuntimeException e) {
      throw trial.violated(
          "the settings " + new TreeSet<>(example.keySet()) + " are accepted", e, e);
    }
    if (exporter == null) {
      throw trial.violated("create() makes an exporter", "null");
    }
    return exporter;
  }
}
