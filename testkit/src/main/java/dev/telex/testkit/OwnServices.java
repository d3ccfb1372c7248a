/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.ExporterProvider;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.security.CodeSource;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A class loader that sees every class, but of the lists of providers only that of one jar. */
final class OwnServices extends ClassLoader {

  static final String LIST = "META-INF/services/" + ExporterProvider.class.getName();

  private final @Nullable URL list;

  private OwnServices(@Nullable ClassLoader parent, @Nullable URL list) {
    super(parent);
    this.list = list;
  }

  /** Of the jar, or the directory, that a provider comes from. */
  static OwnServices of(Class<?> provider) throws IOException {
    CodeSource source = provider.getProtectionDomain().getCodeSource();
    URL list = null;
    if (source != null) {
      try (URLClassLoader jar = new URLClassLoader(new URL[] {source.getLocation()}, null)) {
        list = jar.findResource(LIST);
      }
    }
    return new OwnServices(provider.getClassLoader(), list);
  }

  @Override
  public @Nullable URL getResource(String name) {
    return name.equals(LIST) ? list : super.getResource(name);
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    if (!name.equals(LIST)) {
      return super.getResources(name);
    }
    return list == null ? Collections.emptyEnumeration() : Collections.enumeration(List.of(list));
  }
}
