/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The plugins that a class loader can see. Immutable.
 *
 * <pre>{@code
 * Exporter exporter =
 *     Exporters.load(MyApplication.class.getClassLoader())
 *         .create("otlp", ExporterConfig.of(Map.of("endpoint", "http://localhost:4318")));
 * }</pre>
 */
public final class Exporters {

  /** A class loader that is broken or closed would fail for ever. */
  private static final int MAX_FAILURES = 100;

  private final ClassLoader loader;
  private final Map<String, ExporterProvider> providers;
  private final List<String> problems;

  private Exporters(
      ClassLoader loader, Map<String, ExporterProvider> providers, Set<String> problems) {
    this.loader = loader;
    this.providers = providers;
    this.problems = List.copyOf(problems);
  }

  /**
   * Finds the plugins.
   *
   * <p>A jar whose provider cannot be loaded does not hide the others: it is one of the {@link
   * #problems()}, which are part of the message when a name is not found.
   *
   * @param loader where to look; the thread's context loader is never asked
   * @throws ConfigurationException if two providers have one name; the message names both classes
   */
  public static Exporters load(ClassLoader loader) {
    Map<String, ExporterProvider> providers = new TreeMap<>();
    Set<String> problems = new LinkedHashSet<>();
    int failures = 0;
    Iterator<ExporterProvider> found =
        ServiceLoader.load(ExporterProvider.class, loader).iterator();
    while (failures < MAX_FAILURES) {
      String name;
      ExporterProvider provider;
      try {
        if (!found.hasNext()) {
          break;
        }
        provider = found.next();
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        failures++;
        problems.add(describe(e));
        continue;
      }
      try {
        name = checkedName(provider);
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        failures++;
        problems.add(provider.getClass().getName() + ".name(): " + e);
        continue;
      }
      ExporterProvider other = providers.putIfAbsent(name, provider);
      if (other != null) {
        throw new ConfigurationException(
            "two exporters are named '"
                + name
                + "': "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName()
                + ". Remove one of their jars from the class path");
      }
    }
    return new Exporters(loader, providers, problems);
  }

  /** The names that {@link #create} takes, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(providers.keySet());
  }

  /**
   * What could not be loaded, and why; empty if all is well. The looking ends after 100 failures.
   */
  public List<String> problems() {
    return problems;
  }

  /**
   * The settings of a plugin.
   *
   * @throws ConfigurationException if there is no plugin of that name
   */
  public List<Setting<?>> settings(String name) {
    return provider(name).settings();
  }

  /**
   * Makes an exporter. It connects to nobody.
   *
   * @param name one of {@link #names()}
   * @throws ConfigurationException if there is no plugin of that name, or a setting is unknown,
   *     missing or wrong
   */
  public Exporter create(String name, ExporterConfig config) {
    ExporterProvider provider = provider(name);
    try {
      config.check(provider.settings());
      return provider.create(config.with(loader));
    } catch (ConfigurationException e) {
      throw new ConfigurationException("exporter '" + name + "': " + e.getMessage(), e);
    }
  }

  @Override
  public String toString() {
    return "Exporters" + providers.keySet();
  }

  private ExporterProvider provider(String name) {
    ExporterProvider provider = providers.get(name);
    if (provider != null) {
      return provider;
    }
    StringBuilder message = new StringBuilder("no exporter is named '").append(name).append("': ");
    if (providers.isEmpty()) {
      message.append("none was found");
    } else {
      message.append("known are ").append(String.join(", ", providers.keySet()));
    }
    message
        .append(". Add the artifact that brings it; those of Telex are named")
        .append(" dev.telex:telex-exporter-<name>, here dev.telex:telex-exporter-")
        .append(name);
    if (!problems.isEmpty()) {
      message.append(". Could not be loaded: ").append(String.join("; ", problems));
    }
    throw new ConfigurationException(message.toString());
  }

  private static String checkedName(ExporterProvider provider) {
    String name = provider.name();
    if (name == null || name.isBlank()) {
      throw new IllegalStateException("no name");
    }
    return name;
  }

  private static String describe(Throwable problem) {
    Throwable cause = problem.getCause();
    return cause == null ? problem.toString() : problem.getMessage() + " (" + cause + ")";
  }
}
