/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Makes foreign text fit for a log line: one line, bounded, without secrets. Immutable. */
final class Words {

  private static final int MAX_CHARS = 400;
  private static final int MAX_LOOKED_AT = 10_000;

  /** Shorter values are no secrets, and would be found in ordinary words. */
  private static final int MIN_HIDDEN_CHARS = 4;

  private final List<String> hidden;

  /**
   * Hides what a server may repeat.
   *
   * @param secrets values of headers, and what they are made of
   */
  Words(Collection<String> secrets) {
    List<String> all = new ArrayList<>();
    for (String secret : secrets) {
      add(secret, all);
      // "Bearer <token>": an answer may repeat the token alone.
      add(secret.substring(secret.indexOf(' ') + 1), all);
    }
    // What is a part of another must not be found first, and leave the rest of that.
    all.sort(Comparator.comparingInt(String::length).reversed());
    this.hidden = List.copyOf(all);
  }

  private static void add(String secret, List<String> all) {
    String value = secret.strip();
    if (value.length() >= MIN_HIDDEN_CHARS && !all.contains(value)) {
      all.add(value);
    }
  }

  /** The text for a message. */
  String of(String text) {
    // Redacted before it is cut, so that no half of a secret is left; and bounded before that.
    String redacted = text.substring(0, Math.min(text.length(), MAX_LOOKED_AT));
    for (String secret : hidden) {
      redacted = redacted.replace(secret, "***");
    }
    StringBuilder clean = new StringBuilder();
    boolean gap = false;
    for (int i = 0; i < redacted.length(); ) {
      int c = redacted.codePointAt(i);
      i += Character.charCount(c);
      if (isNothingToShow(c)) {
        gap = clean.length() > 0;
        continue;
      }
      if (clean.length() >= MAX_CHARS) {
        return clean.append('…').toString();
      }
      if (gap) {
        clean.append(' ');
        gap = false;
      }
      clean.appendCodePoint(c);
    }
    return clean.toString();
  }

  private static boolean isNothingToShow(int c) {
    if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
      return true;
    }
    return switch (Character.getType(c)) {
      // FORMAT has the marks that turn the direction of text, with which a log line can be forged.
      case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.UNASSIGNED -> true;
      default -> false;
    };
  }
}
