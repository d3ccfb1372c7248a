/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * The request line and the header fields of a request (RFC 9112, 3 and 5).
 *
 * @param headers by their names in any case
 */
record RequestHead(
    String method, String target, String version, Map<String, List<String>> headers) {

  /**
   * Reads it.
   *
   * @param text up to the empty line, without it
   * @throws MalformedRequestException if it is no HTTP/1 request
   */
  static RequestHead parse(String text) throws MalformedRequestException {
    String[] lines = text.split("\r\n", -1);
    String[] first = lines[0].split(" ", -1);
    if (first.length != 3 || !first[2].startsWith("HTTP/1.")) {
      throw new MalformedRequestException("the request line is no HTTP/1 request line");
    }
    Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    for (int i = 1; i < lines.length; i++) {
      int colon = lines[i].indexOf(':');
      if (colon < 1) {
        throw new MalformedRequestException("header line " + i + " has no name");
      }
      headers
          .computeIfAbsent(lines[i].substring(0, colon), name -> new ArrayList<>(1))
          .add(lines[i].substring(colon + 1).strip());
    }
    headers.replaceAll((name, values) -> List.copyOf(values));
    return new RequestHead(first[0], first[1], first[2], headers);
  }

  /** The length that the client declared; 0 without one. */
  long contentLength() throws MalformedRequestException {
    String value = first("Content-Length");
    if (value.isEmpty()) {
      return 0;
    }
    try {
      return Long.parseUnsignedLong(value);
    } catch (NumberFormatException e) {
      throw new MalformedRequestException("Content-Length is no number");
    }
  }

  boolean isChunked() {
    return first("Transfer-Encoding").toLowerCase(Locale.ROOT).endsWith("chunked");
  }

  boolean wantsContinue() {
    return first("Expect").equalsIgnoreCase("100-continue");
  }

  boolean wantsClose() {
    String connection = first("Connection");
    return connection.equalsIgnoreCase("close")
        || (version.equals("HTTP/1.0") && !connection.equalsIgnoreCase("keep-alive"));
  }

  private String first(String name) {
    List<String> values = headers.getOrDefault(name, List.of());
    return values.isEmpty() ? "" : values.get(0);
  }
}
