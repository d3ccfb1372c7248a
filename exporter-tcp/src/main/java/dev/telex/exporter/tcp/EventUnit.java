/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.Map;

/**
 * Units of OpenTelemetry (UCUM) by the names that the {@code metrics} crate gives them ({@code
 * Unit::as_str}).
 */
final class EventUnit {

  private static final Map<String, String> NAMES =
      Map.ofEntries(
          Map.entry("%", "percent"),
          Map.entry("s", "seconds"),
          Map.entry("ms", "milliseconds"),
          Map.entry("us", "microseconds"),
          Map.entry("ns", "nanoseconds"),
          Map.entry("TiBy", "tebibytes"),
          Map.entry("GiBy", "gibibytes"),
          Map.entry("MiBy", "mebibytes"),
          Map.entry("KiBy", "kibibytes"),
          Map.entry("By", "bytes"),
          Map.entry("Tbit/s", "terabits_per_second"),
          Map.entry("Gbit/s", "gigabits_per_second"),
          Map.entry("Mbit/s", "megabits_per_second"),
          Map.entry("kbit/s", "kilobits_per_second"),
          Map.entry("bit/s", "bits_per_second"));

  static final String COUNT = "count";

  private EventUnit() {}

  /** The crate's name, or the unit as it is; empty for one without a dimension. */
  static String of(String unit) {
    String name = NAMES.get(unit);
    if (name != null) {
      return name;
    }
    if (unit.equals("1")) {
      return "";
    }
    // What is in braces only says what is counted.
    if (unit.startsWith("{") && unit.endsWith("}")) {
      return COUNT;
    }
    return unit.startsWith("{") && unit.endsWith("}/s") ? "count_per_second" : unit;
  }
}
