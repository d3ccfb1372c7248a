/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * Makes foreign text, such as what a server answers, fit for a message and a log line: bounded, and
 * of one line without control characters. What must not be shown at all is for {@link Secrets} to
 * take out.
 */
public final class Excerpt {

  /** The most characters, unless told otherwise. */
  public static final int MAX_CHARS = 200;

  private Excerpt() {}

  /**
   * The text with each run of white space and control characters as one space, cut to {@value
   * #MAX_CHARS} characters.
   */
  public static String of(String text) {
    return of(text, MAX_CHARS);
  }

  /**
   * As {@link #of(String)}, cut to another length.
   *
   * @param maxChars at least 1
   */
  public static String of(String text, int maxChars) {
    StringBuilder clean = new StringBuilder(Math.min(text.length(), maxChars));
    boolean gap = false;
    for (int i = 0; i < text.length(); ) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (isNothingToShow(c)) {
        gap = clean.length() > 0;
        continue;
      }
      int needed = Character.charCount(c) + (gap ? 1 : 0);
      if (clean.length() + needed > maxChars - 1) {
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
