/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.Collections;
import java.util.Map;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;

/**
 * The compressions that a class loader can see, by name: {@code gzip}, and what {@link
 * CompressionProvider}s add. Immutable.
 */
public final class Compressions {

  private static final String GZIP = "gzip";

  private final Map<String, CompressionProvider> providers;

  private Compressions(Map<String, CompressionProvider> providers) {
    this.providers = providers;
  }

  /**
   * Finds the compressions.
   *
   * @param loader where to look; the thread's context loader is never asked
   * @throws ConfigurationException if two providers have one name
   * @throws java.util.ServiceConfigurationError if a provider cannot be loaded
   */
  public static Compressions load(ClassLoader loader) {
    Map<String, CompressionProvider> providers = new TreeMap<>();
    providers.put(GZIP, new GzipProvider());
    for (CompressionProvider provider : ServiceLoader.load(CompressionProvider.class, loader)) {
      CompressionProvider other = providers.putIfAbsent(provider.name(), provider);
      if (other != null) {
        throw new ConfigurationException(
            "two compressions are named '"
                + provider.name()
                + "': "
                + other.getClass().getName()
                + " and "
                + provider.getClass().getName()
                + "; take one of them off the class path");
      }
    }
    return new Compressions(providers);
  }

  /** The names that {@link #create} takes, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(providers.keySet());
  }

  /**
   * The compression of that name.
   *
   * @param level as the method counts; empty for what it does by default
   * @throws ConfigurationException if there is none of that name, or it has no such level
   */
  public Compression create(String name, OptionalInt level) {
    CompressionProvider provider = providers.get(name);
    if (provider == null) {
      throw new ConfigurationException(
          "compression is '" + name + "': want one of " + String.join(", ", providers.keySet()));
    }
    return provider.create(level);
  }

  /** The names. */
  @Override
  public String toString() {
    return "Compressions" + providers.keySet();
  }

  private static final class GzipProvider implements CompressionProvider {
    @Override
    public String name() {
      return GZIP;
    }

    @Override
    public Compression create(OptionalInt level) {
      return level.isPresent() ? new Gzip(level.getAsInt()) : Gzip.standard();
    }
  }
}
