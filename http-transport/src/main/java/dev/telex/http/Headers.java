/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import dev.telex.exporter.Secrets;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Request headers, checked here because OkHttp's own complaint names the value, and the values are
 * secrets. Immutable.
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
          "proxy-authorization",
          "te",
          "transfer-encoding",
          "upgrade");

  private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

  private final Map<String, String> values;
  private final Secrets hidden;

  Headers(Map<String, String> values) {
    this(values, List.of());
  }

  /**
   * With more to hide.
   *
   * @param secrets what else no message may show
   */
  Headers(Map<String, String> values, Collection<String> secrets) {
    this(values, Secrets.of(secrets));
  }

  private Headers(Map<String, String> values, Secrets hidden) {
    TreeMap<String, String> copy = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    copy.putAll(values);
    this.values = Collections.unmodifiableMap(copy);
    this.hidden = hidden.and(copy.values());
  }

  /** These, and others instead of those that have their names. The values of all stay hidden. */
  Headers with(Map<String, String> more) {
    TreeMap<String, String> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    all.putAll(values);
    all.putAll(more);
    return new Headers(all, hidden);
  }

  Map<String, String> values() {
    return values;
  }

  /** An {@link Excerpt} without the values of these headers, which a server may repeat. */
  String excerpt(String text) {
    return hidden.excerpt(text);
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

  /**
   * Asks a supplier.
   *
   * @param who it is, for messages
   */
  static <T> T supplied(String who, Supplier<T> supplier) throws HeaderSupplyException {
    T given;
    try {
      given = supplier.get();
    } catch (VirtualMachineError e) {
      throw e;
    } catch (Throwable e) {
      throw new HeaderSupplyException("the " + who + " threw " + e.getClass().getSimpleName(), e);
    }
    if (given == null) {
      throw new HeaderSupplyException("the " + who + " gave null");
    }
    return given;
  }

  /** As {@link #check}, of what a supplier gave. */
  static void checkSupplied(String who, @Nullable String name, @Nullable String value)
      throws HeaderSupplyException {
    if (name == null || value == null) {
      throw new HeaderSupplyException("the " + who + " gave a null");
    }
    try {
      check(name, value);
    } catch (ConfigurationException e) {
      throw new HeaderSupplyException(
          "the " + who + " gave what cannot be sent: " + e.getMessage());
    }
  }

  /** Whether it is a token of HTTP (RFC 9110, 5.6.2). */
  static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(Headers::isTokenChar);
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
