/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

/**
 * Writes lines of bounded length, in which no value can pass for something else.
 *
 * <p>{@link #put} takes our own words. {@link #text} takes what others wrote: control characters,
 * line and paragraph separators, invisible format characters (which could reorder what a terminal
 * shows) and lone surrogates are escaped, and what could be read as several words or as one of our
 * fields is quoted. So one item is one line, whatever it holds. Our own words are ASCII, because
 * many a console is.
 */
final class TextWriter {

  /** Ends what was cut. */
  static final String CUT = "...";

  private static final String HEX = "0123456789abcdef";
  private static final char ZERO_WIDTH_NON_JOINER = '\u200c';
  private static final char ZERO_WIDTH_JOINER = '\u200d';

  private final StringBuilder out = new StringBuilder(256);
  private final int maxLineLength;
  private int lineStart;
  private boolean full;

  TextWriter(int maxLineLength) {
    this.maxLineLength = maxLineLength;
  }

  /** Whether the line is as long as it may be; what is put now is left out. */
  boolean isFull() {
    return full;
  }

  /** Our own words, or a number. They are cut as a whole. */
  TextWriter put(CharSequence words) {
    if (!full) {
      if (out.length() - lineStart + words.length() > maxLineLength - CUT.length()) {
        full = true;
        out.append(CUT);
      } else {
        out.append(words);
      }
    }
    return this;
  }

  TextWriter put(long number) {
    return put(Long.toString(number));
  }

  TextWriter put(double number) {
    return put(Double.toString(number));
  }

  /** What others wrote, quoted where needed; no more of it than {@code maxChars}. */
  TextWriter text(String value, int maxChars) {
    boolean quoted = needsQuotes(value, Math.min(maxChars, value.length()));
    if (quoted) {
      put("\"");
    }
    escaped(value, 0, value.length(), maxChars, quoted);
    return quoted ? put("\"") : this;
  }

  /** A part of what others wrote, escaped, but not quoted: only for the rest of a line. */
  TextWriter rest(String value, int from, int to, int maxChars) {
    return escaped(value, from, to, maxChars, false);
  }

  /** Begins another line of the same item. */
  TextWriter line(int indent) {
    out.append('\n');
    lineStart = out.length();
    full = false;
    return put(" ".repeat(indent));
  }

  /** What was written since the last call. */
  String take() {
    String text = out.toString();
    out.setLength(0);
    lineStart = 0;
    full = false;
    return text;
  }

  private TextWriter escaped(String value, int from, int to, int maxChars, boolean quoted) {
    int end = to - from > maxChars ? from + maxChars : to;
    int i = from;
    while (i < end && !full) {
      int c = value.codePointAt(i);
      i += Character.charCount(c);
      if (c == '"' && quoted) {
        put("\\\"");
      } else if (c == '\\') {
        put("\\\\");
      } else if (c == '\n') {
        put("\\n");
      } else if (c == '\r') {
        put("\\r");
      } else if (c == '\t') {
        put("\\t");
      } else if (isHidden(c)) {
        put(unicode(c));
      } else {
        codePoint(c);
      }
    }
    return end < to ? put(CUT) : this;
  }

  private void codePoint(int c) {
    if (out.length() - lineStart + Character.charCount(c) > maxLineLength - CUT.length()) {
      full = true;
      out.append(CUT);
    } else {
      out.appendCodePoint(c);
    }
  }

  private static boolean needsQuotes(String value, int end) {
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      boolean plain = (c > ' ' && c < 0x7f) ? ",;=\"'[]{}()\\".indexOf(c) < 0 : isPlainLetter(c);
      if (!plain) {
        return true;
      }
    }
    return value.isEmpty();
  }

  private static boolean isPlainLetter(char c) {
    return c > 0x7f && (Character.isLetterOrDigit(c) || Character.isSurrogate(c));
  }

  private static boolean isHidden(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      // The joiners shape the letters of several scripts, and emoji.
      case Character.FORMAT -> c != ZERO_WIDTH_NON_JOINER && c != ZERO_WIDTH_JOINER;
      default -> false;
    };
  }

  private static String unicode(int codePoint) {
    StringBuilder escape = new StringBuilder(12);
    for (char c : Character.toChars(codePoint)) {
      escape.append("\\u");
      for (int shift = 12; shift >= 0; shift -= 4) {
        escape.append(HEX.charAt((c >> shift) & 0xf));
      }
    }
    return escape.toString();
  }
}
