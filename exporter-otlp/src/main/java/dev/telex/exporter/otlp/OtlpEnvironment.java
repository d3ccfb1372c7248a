/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Signal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The environment variables {@code OTEL_EXPORTER_OTLP_…} (OpenTelemetry specification, {@code
 * protocol/exporter.md}), and the system properties of the same names in lower case with dots, as
 * OpenTelemetry Java has them.
 *
 * <p>A value for one signal goes before one for all signals, and of each a property before a
 * variable. An empty value is none ({@code configuration/sdk-environment-variables.md}, "Parsing
 * empty value"). A number, a boolean or a name out of a set that is wrong is ignored with a warning
 * ("Type-specific guidance"), once for each place where it stands.
 */
final class OtlpEnvironment {

  /** Gives the value of a name; null if there is none. */
  @FunctionalInterface
  interface Lookup {
    @Nullable String get(String name);
  }

  private static final System.Logger LOGGER =
      System.getLogger(OtlpEnvironment.class.getPackageName());

  private static final int MAX_SHOWN_CHARS = 100;

  private final Lookup properties;
  private final Lookup variables;
  private final Consumer<String> warnings;
  private final Set<String> warned = ConcurrentHashMap.newKeySet();

  OtlpEnvironment(Lookup properties, Lookup variables, Consumer<String> warnings) {
    this.properties = properties;
    this.variables = variables;
    this.warnings = warnings;
  }

  /** That of this process, with warnings to the logger of this package. */
  static OtlpEnvironment ofProcess() {
    return new OtlpEnvironment(
        System::getProperty,
        System::getenv,
        words -> LOGGER.log(System.Logger.Level.WARNING, words));
  }

  /** One in which nothing is set. */
  static OtlpEnvironment empty() {
    return new OtlpEnvironment(name -> null, name -> null, words -> {});
  }

  /** The value that goes first of an option for a signal, such as {@code HEADERS}. */
  Optional<Given> first(Signal signal, String option) {
    return all(signal, option).stream().findFirst();
  }

  /** The first value of an option for a signal that is one of these names, in lower case. */
  Optional<String> oneOf(Signal signal, String option, Collection<String> names) {
    return oneOf(signal, option, names, "");
  }

  /**
   * As {@link #oneOf(Signal, String, Collection)}.
   *
   * @param hint stands behind the names, where these are wanted
   */
  Optional<String> oneOf(Signal signal, String option, Collection<String> names, String hint) {
    return oneOf(all(signal, option), names, hint);
  }

  /** As {@link #oneOf(Signal, String, Collection)}, of an option that one signal alone has. */
  Optional<String> oneOf(String option, Collection<String> names) {
    List<Given> all = new ArrayList<>();
    add(all, option, true);
    return oneOf(all, names, "");
  }

  /** The first value of an option for a signal that is a number from 0 to 2³¹ - 1. */
  Optional<Integer> number(Signal signal, String option, String unit) {
    return firstValid(
        all(signal, option),
        "a whole number of " + unit + " from 0 to " + Integer.MAX_VALUE,
        text -> {
          try {
            return Optional.of(Integer.parseInt(text)).filter(number -> number >= 0);
          } catch (NumberFormatException e) {
            return Optional.empty();
          }
        });
  }

  /** Whether the first value of an option for a signal is {@code true}. */
  boolean isTrue(Signal signal, String option) {
    Optional<Given> given = first(signal, option);
    String text = given.map(Given::text).orElse("false").toLowerCase(Locale.ROOT);
    if (given.isPresent() && !text.equals("true") && !text.equals("false")) {
      warn(given.get(), "taken for false", "true or false");
    }
    return text.equals("true");
  }

  private Optional<String> oneOf(List<Given> all, Collection<String> names, String hint) {
    return firstValid(
        all,
        "one of " + String.join(", ", names) + hint,
        text -> Optional.of(text.toLowerCase(Locale.ROOT)).filter(names::contains));
  }

  private <T> Optional<T> firstValid(
      List<Given> all, String wanted, Function<String, Optional<T>> reader) {
    for (Given given : all) {
      Optional<T> value = reader.apply(given.text());
      if (value.isPresent()) {
        return value;
      }
      warn(given, "ignored", wanted);
    }
    return Optional.empty();
  }

  private void warn(Given given, String outcome, String wanted) {
    if (warned.add(given.name())) {
      String shown = given.text().replaceAll("\\p{Cntrl}", "?");
      if (shown.length() > MAX_SHOWN_CHARS) {
        shown = shown.substring(0, MAX_SHOWN_CHARS) + "…";
      }
      warnings.accept(given.name() + " is '" + shown + "' and " + outcome + ": want " + wanted);
    }
  }

  private List<Given> all(Signal signal, String option) {
    List<Given> all = new ArrayList<>();
    add(all, signal.name() + "_" + option, true);
    add(all, option, false);
    return all;
  }

  private void add(List<Given> all, String option, boolean oneSignal) {
    String variable = "OTEL_EXPORTER_OTLP_" + option;
    String property = variable.toLowerCase(Locale.ROOT).replace('_', '.');
    add(all, "system property " + property, properties.get(property), oneSignal);
    add(all, "environment variable " + variable, variables.get(variable), oneSignal);
  }

  private static void add(List<Given> all, String name, @Nullable String text, boolean oneSignal) {
    if (text != null && !text.isBlank()) {
      all.add(new Given(name, text.strip(), oneSignal));
    }
  }

  /**
   * A value, and where it stands.
   *
   * @param name in words, for messages
   * @param text may be a secret
   * @param isForOneSignal and not for all
   */
  record Given(String name, String text, boolean isForOneSignal) {

    /** Runs what uses it, and puts the name before what that complains of. */
    void check(Runnable setter) {
      try {
        setter.run();
      } catch (IllegalArgumentException e) {
        throw new ConfigurationException(name + ": " + e.getMessage(), e);
      }
    }

    /** The name; never the value. */
    @Override
    public String toString() {
      return name;
    }
  }
}
