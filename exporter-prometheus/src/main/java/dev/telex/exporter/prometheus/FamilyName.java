/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import org.jspecify.annotations.Nullable;

/**
 * What a family is called.
 *
 * @param base without {@code _total}
 * @param unit the last word of it, if that is its unit
 * @param withoutTotal of a counter whose samples have no suffix where a format can do so
 */
record FamilyName(String base, @Nullable String unit, boolean withoutTotal) {

  private static final String TOTAL = "_total";
  private static final String UTF8_TOTAL = ".total";

  /**
   * Translates a name.
   *
   * @param utf8 whether the names need not be classic ones
   * @return null if nothing is left of it
   */
  static @Nullable FamilyName of(
      String name, String unit, FamilyKind kind, TranslationStrategy strategy, boolean utf8) {
    boolean classic = strategy.escapes() || !utf8;
    String whole = classic ? Names.metric(name) : Names.wellFormed(name);
    if (!Names.saysSomething(whole)) {
      return null;
    }
    boolean counter = kind == FamilyKind.COUNTER;
    if (!strategy.suffixes()) {
      String base = counter ? without(TOTAL, whole) : dotless(whole, kind);
      return new FamilyName(base, null, counter && base.equals(whole));
    }
    String base = counter ? without(TOTAL, without(UTF8_TOTAL, whole)) : whole;
    String word = Units.word(unit);
    boolean has =
        word == null
            || base.equals(word)
            || base.endsWith("_" + word)
            || (!classic && base.endsWith("." + word));
    if (!has) {
      base = base.endsWith("_") ? base + word : base + "_" + word;
    }
    return new FamilyName(
        dotless(base, kind), word != null && base.endsWith("_" + word) ? word : null, false);
  }

  private static String without(String suffix, String name) {
    String rest = name.endsWith(suffix) ? name.substring(0, name.length() - suffix.length()) : name;
    return Names.saysSomething(rest) ? rest : name;
  }

  /** The client library cuts these endings off gauges. */
  private static String dotless(String name, FamilyKind kind) {
    if (kind == FamilyKind.GAUGE) {
      for (String ending : new String[] {UTF8_TOTAL, ".created"}) {
        if (name.endsWith(ending)) {
          return name.substring(0, name.length() - ending.length()) + "_" + ending.substring(1);
        }
      }
    }
    return name;
  }
}
