/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The settings of one exporter as texts, read by their {@link Setting}. Immutable. */
public final class ExporterConfig {

  private final Map<String, String> values;
  private final ClassLoader loader;

  private ExporterConfig(Map<String, String> values, ClassLoader loader) {
    this.values = values;
    this.loader = loader;
  }

  /** A configuration of a copy of these keys and values. */
  public static ExporterConfig of(Map<String, String> values) {
    return new ExporterConfig(Map.copyOf(values), ExporterConfig.class.getClassLoader());
  }

  /** A configuration in which every setting has its default. */
  public static ExporterConfig empty() {
    return of(Map.of());
  }

  /**
   * The value of a setting, or its default.
   *
   * @throws ConfigurationException if the value is wrong, or absent and without a default
   */
  public <T> T get(Setting<T> setting) {
    return find(setting).orElseThrow(() -> missing(setting));
  }

  /**
   * The value of a setting, or its default, or empty.
   *
   * @throws ConfigurationException if the value is wrong
   */
  public <T> Optional<T> find(Setting<T> setting) {
    String text = values.get(setting.key());
    return text == null ? setting.defaultValue() : Optional.of(setting.parse(text));
  }

  /**
   * Hands the value of a setting, or its default, to a setter of a builder; does nothing if there
   * is none.
   *
   * @throws ConfigurationException if the value is wrong, or the setter says so: in its words, with
   *     the key of the setting before them
   */
  public <T> void apply(Setting<T> setting, Consumer<? super T> setter) {
    find(setting)
        .ifPresent(
            value -> {
              try {
                setter.accept(value);
              } catch (ConfigurationException e) {
                throw new ConfigurationException(
                    "setting '" + setting.key() + "': " + e.getMessage(), e);
              }
            });
  }

  /**
   * Whether two settings that need each other are given.
   *
   * @throws ConfigurationException if only one of them is
   */
  public boolean hasBoth(Setting<?> one, Setting<?> other) {
    needs(one, other);
    needs(other, one);
    return find(one).isPresent();
  }

  /**
   * Refuses a setting that is given without another one, which it needs.
   *
   * @throws ConfigurationException if it is
   */
  public void needs(Setting<?> setting, Setting<?> other) {
    if (find(setting).isPresent() && find(other).isEmpty()) {
      throw new ConfigurationException(
          "setting '"
              + other.key()
              + "' is missing: want it together with '"
              + setting.key()
              + "'");
    }
  }

  /**
   * Refuses settings that exclude each other.
   *
   * @throws ConfigurationException if more than one of them is given
   */
  public void atMostOne(Setting<?>... settings) {
    List<String> given = new ArrayList<>();
    for (Setting<?> setting : settings) {
      if (find(setting).isPresent()) {
        given.add("'" + setting.key() + "'");
      }
    }
    if (given.size() > 1) {
      throw new ConfigurationException(
          "settings " + String.join(" and ", given) + " are given: want one of them");
    }
  }

  /** The keys that have a value here; those of defaults are not among them. */
  public Set<String> keys() {
    return values.keySet();
  }

  /**
   * This configuration, with these values where it has none: for a plugin that knows another place
   * where settings stand, such as the environment.
   */
  public ExporterConfig withDefaults(Map<String, String> defaults) {
    Map<String, String> all = new HashMap<>(defaults);
    all.putAll(values);
    return new ExporterConfig(Map.copyOf(all), loader);
  }

  /**
   * Where a plugin looks for services of its own, such as {@link Compressions}: the loader that
   * {@link Exporters#load} was given, or that of this class.
   */
  public ClassLoader classLoader() {
    return loader;
  }

  ExporterConfig with(ClassLoader other) {
    return new ExporterConfig(values, other);
  }

  /** Refuses what the provider does not know, what is wrong, and what is missing. */
  void check(List<Setting<?>> settings) {
    Map<String, Setting<?>> known = new LinkedHashMap<>();
    settings.forEach(setting -> known.put(setting.key(), setting));
    for (String key : new TreeMap<>(values).keySet()) {
      if (!known.containsKey(key)) {
        throw new ConfigurationException(
            "unknown setting '"
                + key
                + "': "
                + (known.isEmpty()
                    ? "there are none"
                    : "known are " + String.join(", ", known.keySet())));
      }
    }
    for (Setting<?> setting : settings) {
      if (find(setting).isEmpty() && setting.isRequired()) {
        throw missing(setting);
      }
    }
  }

  private static ConfigurationException missing(Setting<?> setting) {
    return new ConfigurationException(
        "setting '"
            + setting.key()
            + "' ("
            + setting.description()
            + ") is missing: want "
            + setting.wanted());
  }

  /** The keys; never a value, because nobody knows here which are secret. */
  @Override
  public String toString() {
    return "ExporterConfig" + new TreeMap<>(values).keySet();
  }
}
