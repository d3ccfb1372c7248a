/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a scraper asks for. Immutable.
 *
 * <pre>{@code
 * ScrapeRequest.of(exchange.getRequestURI().getRawQuery(), exchange.getRequestHeaders()::getFirst)
 * ScrapeRequest.of(servletRequest.getQueryString(), servletRequest::getHeader)
 * }</pre>
 */
public final class ScrapeRequest {

  private static final int MAX_NAMES = 1000;

  private final @Nullable String accept;
  private final @Nullable String acceptEncoding;
  private final Set<String> names;

  private ScrapeRequest(
      @Nullable String accept, @Nullable String acceptEncoding, Set<String> names) {
    this.accept = accept;
    this.acceptEncoding = acceptEncoding;
    this.names = names;
  }

  /**
   * A request.
   *
   * @param rawQuery what follows the question mark of its URL, still percent-encoded. Each {@code
   *     name[]} in it (up to 1000) names a family or one of its samples, and only those are
   *     answered; everything else does not count. Null is as good as empty
   * @param header gives the value of a header by its name, in any case, or null. Asked for {@code
   *     Accept} and {@code Accept-Encoding}, before this returns
   */
  public static ScrapeRequest of(
      @Nullable String rawQuery, Function<String, @Nullable String> header) {
    return new ScrapeRequest(
        header.apply("Accept"), header.apply("Accept-Encoding"), names(rawQuery));
  }

  AcceptHeader accept() {
    return AcceptHeader.parse(accept);
  }

  boolean takesGzip() {
    return AcceptHeader.takesGzip(acceptEncoding);
  }

  Set<String> names() {
    return names;
  }

  private static Set<String> names(@Nullable String rawQuery) {
    if (rawQuery == null || rawQuery.isEmpty()) {
      return Set.of();
    }
    Set<String> names = new HashSet<>();
    for (String pair : rawQuery.split("&", MAX_NAMES)) {
      int equals = pair.indexOf('=');
      if (equals > 0 && decoded(pair.substring(0, equals)).equals("name[]")) {
        names.add(decoded(pair.substring(equals + 1)));
      }
    }
    return Set.copyOf(names);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
