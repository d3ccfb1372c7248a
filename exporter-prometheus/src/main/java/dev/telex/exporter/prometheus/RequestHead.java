/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The request line and the headers of a request (RFC 9112). There are no bodies here: a request
 * that has one is answered and its connection closed.
 *
 * @param method as it is
 * @param path before the question mark, as it is
 * @param query behind it; null if there is none
 * @param headers with lower-case names; of several of one name, joined with commas
 * @param http11 whether the connection stays open by default
 */
record RequestHead(
    String method,
    String path,
    @Nullable String query,
    Map<String, String> headers,
    boolean http11) {

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if it is none
   */
  static RequestHead parse(byte[] bytes, int length) {
    String[] lines = new String(bytes, 0, length, StandardCharsets.ISO_8859_1).split("\r?\n", -1);
    String[] request = lines[0].split(" ", -1);
    if (request.length != 3 || !request[2].startsWith("HTTP/1.") || request[1].isEmpty()) {
      throw new IllegalArgumentException("no request line of HTTP/1.1");
    }
    Map<String, String> headers = new HashMap<>();
    for (int i = 1; i < lines.length && !lines[i].isEmpty(); i++) {
      int colon = lines[i].indexOf(':');
      if (colon <= 0 || lines[i].charAt(colon - 1) == ' ') {
        throw new IllegalArgumentException("no header");
      }
      headers.merge(
          lines[i].substring(0, colon).toLowerCase(Locale.ROOT),
          lines[i].substring(colon + 1).strip(),
          (one, other) -> one + "," + other);
    }
    int mark = request[1].indexOf('?');
    return new RequestHead(
        request[0],
        mark < 0 ? request[1] : request[1].substring(0, mark),
        mark < 0 ? null : request[1].substring(mark + 1),
        headers,
        !request[2].equals("HTTP/1.0"));
  }

  @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  boolean hasBody() {
    String length = headers.getOrDefault("content-length", "0");
    return headers.containsKey("transfer-encoding") || !length.equals("0");
  }

  boolean keepsAlive() {
    String wish = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    return !hasBody() && (http11 ? !wish.contains("close") : wish.contains("keep-alive"));
  }
}
