/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/** A request that a {@link FaultServer} read, whole or in part. Immutable. */
public final class ReceivedRequest {

  private final String method;
  private final String target;
  private final Map<String, List<String>> headers;
  private final byte[] body;
  private final boolean complete;
  private final int connection;

  ReceivedRequest(RequestHead head, byte[] body, boolean complete, int connection) {
    this.method = head.method();
    this.target = head.target();
    TreeMap<String, List<String>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    sorted.putAll(head.headers());
    this.headers = sorted;
    this.body = body;
    this.complete = complete;
    this.connection = connection;
  }

  /** The method, e.g. {@code POST}. */
  public String method() {
    return method;
  }

  /** The path with the query, as the client sent it. */
  public String path() {
    return target;
  }

  /** The first value of a header whose name is this in any case. */
  public Optional<String> header(String name) {
    return headers(name).stream().findFirst();
  }

  /** All values of a header in their order; empty if it was not sent. */
  public List<String> headers(String name) {
    return headers.getOrDefault(name, List.of());
  }

  /** All headers by their lower-case names. */
  public Map<String, List<String>> headers() {
    TreeMap<String, List<String>> copy = new TreeMap<>();
    headers.forEach((name, values) -> copy.put(name.toLowerCase(Locale.ROOT), values));
    return copy;
  }

  /** A copy of the body as it was on the wire, without chunk lengths. */
  public byte[] body() {
    return body.clone();
  }

  /**
   * The body without its {@code Content-Encoding}: {@code gzip} is undone, none is passed on.
   *
   * @throws IllegalStateException if it is an encoding other than gzip
   * @throws UncheckedIOException if the body is not what the header says
   */
  public byte[] decodedBody() {
    String encoding = header("Content-Encoding").orElse("identity").toLowerCase(Locale.ROOT);
    return switch (encoding) {
      case "identity" -> body();
      case "gzip" -> gunzip();
      default -> throw new IllegalStateException("cannot decode Content-Encoding " + encoding);
    };
  }

  /** The decoded body as UTF-8 text. */
  public String text() {
    return new String(decodedBody(), StandardCharsets.UTF_8);
  }

  /** Whether the whole body was read: neither side broke off before. */
  public boolean isComplete() {
    return complete;
  }

  /** The number of its connection, from 1, in the order in which the server accepted them. */
  public int connection() {
    return connection;
  }

  /** The first line and the length of the body; no headers, they may hold a secret. */
  @Override
  public String toString() {
    return method + " " + target + " [" + body.length + (complete ? " bytes]" : " bytes, torn]");
  }

  private byte[] gunzip() {
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
