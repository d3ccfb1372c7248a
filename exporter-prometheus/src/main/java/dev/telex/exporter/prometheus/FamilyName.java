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
    boolean suffixes = strategy.suffixes();
    String base = counter ? withoutTotal(whole, suffixes) : whole;
    String word = suffixes ? Units.word(unit) : null;
    if (word != null && !says(base, word, classic)) {
      base = base.endsWith("_") ? base + word : base + "_" + word;
    }
    // Units may be anything, "total" too.
    base = counter ? withoutTotal(base, suffixes) : dotless(base, kind);
    return new FamilyName(
        base,
        word != null && base.endsWith("_" + word) ? word : null,
        !suffixes && counter && base.equals(whole));
  }

  private static boolean says(String base, String word, boolean classic) {
    return base.equals(word)
        || base.endsWith("_" + word)
        || (!classic && base.endsWith("." + word));
  }

  /** Of several of them all go: the client library would take one that is left for its own. */
  private static String withoutTotal(String name, boolean dots) {
    String rest = name;
    while (rest.endsWith(TOTAL) || (dots && rest.endsWith(UTF8_TOTAL))) {
      rest = rest.substring(0, rest.length() - TOTAL.length());
    }
    return Names.saysSomething(rest) ? rest : "total";
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
