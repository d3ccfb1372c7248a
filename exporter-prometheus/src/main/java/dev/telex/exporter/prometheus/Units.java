/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Units of UCUM as words (OpenTelemetry specification, compatibility/prometheus_and_openmetrics,
 * "Metric Metadata").
 */
final class Units {

  private static final Pattern ANNOTATION = Pattern.compile("\\{[^}]*}");

  private static final Map<String, String> WORDS = new HashMap<>();
  private static final Map<String, String> SINGULARS = new HashMap<>();

  static {
    word("a", "year");
    word("mo", "month");
    word("wk", "week");
    word("d", "day");
    word("h", "hour");
    word("min", "minute");
    word("s", "second");
    word("ms", "millisecond");
    word("us", "microsecond");
    word("ns", "nanosecond");
    word("By", "byte");
    word("KiBy", "kibibyte");
    word("MiBy", "mebibyte");
    word("GiBy", "gibibyte");
    word("TiBy", "tebibyte");
    word("kBy", "kilobyte");
    // What the peers have in its place.
    word("KBy", "kilobyte");
    word("MBy", "megabyte");
    word("GBy", "gigabyte");
    word("TBy", "terabyte");
    word("m", "meter");
    word("V", "volt");
    word("A", "ampere");
    word("J", "joule");
    word("W", "watt");
    word("g", "gram");
    WORDS.put("Cel", "celsius");
    WORDS.put("Hz", "hertz");
    WORDS.put("%", "percent");
  }

  private Units() {}

  private static void word(String unit, String singular) {
    WORDS.put(unit, singular + "s");
    SINGULARS.put(unit, singular);
  }

  /** The suffix for a unit, without an underscore before it; null if it has none. */
  static @Nullable String word(String unit) {
    String plain = ANNOTATION.matcher(unit).replaceAll("").strip();
    if (plain.isEmpty() || plain.equals("1") || plain.equals("/")) {
      return null;
    }
    int slash = plain.indexOf('/');
    if (slash < 0) {
      return clean(WORDS.getOrDefault(plain, plain));
    }
    String counted = plain.substring(0, slash).strip();
    String rated = plain.substring(slash + 1).strip();
    String plural = counted.equals("1") ? "" : WORDS.getOrDefault(counted, counted);
    String per = clean(SINGULARS.getOrDefault(rated, WORDS.getOrDefault(rated, rated)));
    if (per == null) {
      return clean(plural);
    }
    return clean(plural + "_per_" + per);
  }

  private static @Nullable String clean(String word) {
    String classic = Names.collapsed(word, false);
    int from = classic.startsWith("_") ? 1 : 0;
    int to = classic.endsWith("_") ? classic.length() - 1 : classic.length();
    return from >= to ? null : classic.substring(from, to);
  }
}
