/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Values that no message may show although a server may repeat them: tokens, passwords, headers.
 *
 * <pre>{@code
 * Secrets secrets = Secrets.of(List.of("Bearer " + token));
 * ExportResult.permanent("the server says: " + secrets.excerpt(answer));
 * }</pre>
 *
 * <p>Immutable, and safe for use by several threads.
 */
public final class Secrets {

  /** Shorter values are no secrets, and would be found in ordinary words. */
  private static final int MIN_CHARS = 4;

  private static final int MAX_CHARS_LOOKED_AT = 10_000;

  private final List<String> hidden;

  private Secrets(List<String> hidden) {
    this.hidden = hidden;
  }

  /**
   * Hides values. Of one with a space in it, such as {@code Bearer <token>}, what follows the first
   * space is hidden by itself too. Values of fewer than 4 characters are not hidden.
   */
  public static Secrets of(Collection<String> values) {
    return new Secrets(List.of()).and(values);
  }

  /** These and more. */
  public Secrets and(Collection<String> values) {
    List<String> all = new ArrayList<>(hidden);
    for (String value : values) {
      Stream.of(value, value.substring(value.indexOf(' ') + 1))
          .map(String::strip)
          .filter(secret -> secret.length() >= MIN_CHARS && !all.contains(secret))
          .forEach(all::add);
    }
    // What is a part of another must not be found first, and leave the rest of that.
    all.sort(Comparator.comparingInt(String::length).reversed());
    return new Secrets(List.copyOf(all));
  }

  /** An {@link Excerpt} of a text, with {@code ***} for each of them. */
  public String excerpt(String text) {
    return excerpt(text, Excerpt.MAX_CHARS);
  }

  /**
   * As {@link #excerpt(String)}, cut to another length.
   *
   * @param maxChars at least 1
   */
  public String excerpt(String text, int maxChars) {
    // Redacted before it is cut, so that no half of a value is left; and bounded before that.
    String redacted = text.substring(0, Math.min(text.length(), MAX_CHARS_LOOKED_AT));
    for (String secret : hidden) {
      redacted = redacted.replace(secret, "***");
    }
    return Excerpt.of(redacted, maxChars);
  }

  /** How many there are; none of them. */
  @Override
  public String toString() {
    return "Secrets[" + hidden.size() + "]";
  }
}
