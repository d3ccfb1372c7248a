/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks into decorators for what they keep of exports: by the types of their fields. */
final class ChainModelLeftovers {

  private static final Map<Class<?>, List<Field>> FIELDS = new ConcurrentHashMap<>();

  /** How many exports are under way in a chain and in each of its legs, together. */
  int inFlight(Exporter chain) {
    return decorators(chain)
        .flatMap(decorator -> values(decorator, InFlight.class))
        .mapToInt(InFlight::count)
        .sum();
  }

  /**
   * The sets of decorators and timers that are not empty.
   *
   * @param flushes whether a flush is under way
   */
  List<String> find(Exporter chain, boolean flushes) {
    List<String> found = new ArrayList<>();
    decorators(chain)
        .flatMap(decorator -> Stream.concat(Stream.of(decorator), values(decorator, Timers.class)))
        .filter(owner -> !(flushes && owner instanceof ChainExporter))
        .forEach(
            owner ->
                values(owner, Set.class)
                    .filter(set -> !set.isEmpty())
                    .forEach(set -> found.add(owner.getClass().getSimpleName() + ": " + set)));
    return found;
  }

  /** How many callbacks a context keeps. */
  int kept(CancellableContext context) {
    return values(context, Collection.class).mapToInt(callbacks -> callbacks.size()).sum();
  }

  private static Stream<Decorator> decorators(Exporter exporter) {
    return exporter instanceof Decorator decorator
        ? Stream.concat(
            Stream.of(decorator),
            decorator.inner().stream().flatMap(ChainModelLeftovers::decorators))
        : Stream.empty();
  }

  private static <T> Stream<T> values(Object owner, Class<T> type) {
    return FIELDS.computeIfAbsent(owner.getClass(), ChainModelLeftovers::fields).stream()
        .map(field -> value(field, owner))
        .filter(type::isInstance)
        .map(type::cast);
  }

  private static @Nullable Object value(Field field, Object owner) {
    try {
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Field> fields(Class<?> type) {
    List<Field> fields = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        field.setAccessible(true);
        fields.add(field);
      }
    }
    return fields;
  }
}
