/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Static request headers, checked here because OkHttp's own complaint names the value, and the
 * values are secrets.
 */
final class Headers {

  private static final Set<String> OURS =
      Set.of(
          "accept-encoding",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "expect",
          "te",
          "transfer-encoding",
          "upgrade");

  /** Shorter values are no secrets, and would be found in ordinary words. */
  private static final int MIN_HIDDEN_CHARS = 4;

  private static final int MAX_REDACTED_CHARS = 10_000;

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final Map<String, String> values;
  private final List<String> hidden;

  Headers(Map<String, String> values) {
    TreeMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(values);
    this.values = Collections.unmodifiableMap(copy);
    this.hidden = new ArrayList<>();
    for (String value : copy.values()) {
      hide(value);
      // "Bearer <token>": an answer may repeat the token alone.
      hide(value.substring(value.indexOf(' ') + 1));
    }
  }

  Map<String, String> values() {
    return values;
  }

  /** An {@link Excerpt} without the values of these headers, which a server may repeat. */
  String excerpt(String text) {
    // Redacted before it is cut, so that no half of a value is left; and bounded before that.
    String redacted = text.substring(0, Math.min(text.length(), MAX_REDACTED_CHARS));
    for (String secret : hidden) {
      redacted = redacted.replace(secret, "***");
    }
    return Excerpt.of(redacted);
  }

  /** Refuses what HTTP does not allow (RFC 9110, 5.1 and 5.5), and what the transport sets. */
  static void check(String name, String value) {
    if (!isToken(name)) {
      throw new ConfigurationException(
          "header name '" + Excerpt.of(name) + "': want letters, digits and " + TOKEN_MARKS);
    }
    String lower = name.toLowerCase(Locale.ROOT);
    // gRPC keeps all names with its prefix to itself (grpc/grpc, doc/PROTOCOL-HTTP2.md).
    if (OURS.contains(lower) || lower.startsWith("grpc-")) {
      throw new ConfigurationException("header '" + name + "' is set by the transport itself");
    }
    if (!value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'))) {
      throw new ConfigurationException(
          "the value of header '"
              + name
              + "' (not shown) has a character that no header can have: want printable ASCII");
    }
  }

  /** Whether it is a token of HTTP (RFC 9110, 5.6.2). */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(Headers::isTokenChar);
  }

  private void hide(String value) {
    String secret = value.strip();
    if (secret.length() >= MIN_HIDDEN_CHARS && !hidden.contains(secret)) {
      hidden.add(secret);
    }
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** The names; never a value. */
  @Override
  public String toString() {
    return "Headers" + values.keySet();
  }
}
