/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

/** Makes foreign text fit for a log line: bounded, and of one line without control characters. */
final class Excerpt {

  static final int MAX_CHARS = 200;

  private Excerpt() {}

  /**
   * The text with each run of white space and control characters as one space, cut to {@value
   * #MAX_CHARS} characters.
   */
  static String of(String text) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), MAX_CHARS));
    boolean gap = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isNothingToShow(c)) {
        gap = clean.length() > 0;
        continue;
      }
      int needed = Character.charCount(c) + (gap ? 1 : 0);
      if (clean.length() + needed > MAX_CHARS - 1) {
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
