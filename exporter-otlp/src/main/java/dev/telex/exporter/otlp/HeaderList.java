/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.http.HttpTransport;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads {@code OTEL_EXPORTER_OTLP_HEADERS}: a list in the format of W3C Baggage (section 3.2.1.1),
 * {@code key1=value1,key2=value2}, with values that are percent-encoded, and without the metadata
 * that may stand there after a semicolon (OpenTelemetry specification, {@code
 * protocol/exporter.md}, "Specifying headers via environment variables").
 */
final class HeaderList {

  private HeaderList() {}

  /**
   * The headers by their names in lower case; of several with one name the last.
   *
   * @throws ConfigurationException if it is no such list, or not of headers that HTTP allows; the
   *     message shows no value
   */
  static Map<String, String> parse(String text) {
    Map<String, String> headers = new TreeMap<>();
    for (String member : text.split(",", -1)) {
      if (member.isBlank()) {
        continue;
      }
      int equals = member.indexOf('=');
      if (equals < 0) {
        throw new ConfigurationException(
            "a part of the list (not shown) has no '=': want key1=value1,key2=value2, with a comma"
                + " in a value percent-encoded");
      }
      String name = member.substring(0, equals).strip();
      String value = decode(name, member.substring(equals + 1).strip());
      // Only to have them checked.
      HttpTransport.builder("otlp").header(name, value);
      headers.put(name.toLowerCase(Locale.ROOT), value);
    }
    return headers;
  }

  private static String decode(String name, String encoded) {
    if (encoded.indexOf(';') >= 0) {
      throw new ConfigurationException(
          "the value of header '"
              + name
              + "' (not shown) has a ';', after which metadata would stand, which OTLP has not: want"
              + " %3B for one that belongs to the value");
    }
    try {
      // Of a form, which that class is for, a plus would be a space.
      return URLDecoder.decode(encoded.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // No cause: it repeats a part of the value.
      throw new ConfigurationException(
          "the value of header '"
              + name
              + "' (not shown) has a '%' without two hexadecimal digits: want %25 for a '%'");
    }
  }
}
