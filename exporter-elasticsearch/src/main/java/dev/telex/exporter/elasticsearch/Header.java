/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.ConfigurationException;
import java.util.Locale;
import java.util.Set;

/** A header of requests. Its value is a secret. */
record Header(String name, String value) {

  private static final Set<String> OURS =
      Set.of(
          "accept",
          "connection",
          "content-encoding",
          "content-length",
          "content-type",
          "host",
          "transfer-encoding");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  /** Refuses what HTTP does not allow (RFC 9110, 5.1 and 5.5), and what the client sets. */
  static Header of(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(Header::isTokenChar)) {
      throw new ConfigurationException(
          "header name '" + name + "': want letters, digits and " + TOKEN_MARKS);
    }
    if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
      throw new ConfigurationException("header '" + name + "' is set by the exporter itself");
    }
    if (!isValue(value)) {
      throw new ConfigurationException(
          "the value of header '"
              + name
              + "' (not shown) has a character that no header can have: want printable ASCII");
    }
    return new Header(name, value);
  }

  /** Whether it can be sent. */
  static boolean isValue(String value) {
    return value.chars().allMatch(c -> c == '\t' || (c >= ' ' && c <= '~'));
  }

  private static boolean isTokenChar(int c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || TOKEN_MARKS.indexOf(c) >= 0;
  }

  /** The name. */
  @Override
  public String toString() {
    return name;
  }
}
