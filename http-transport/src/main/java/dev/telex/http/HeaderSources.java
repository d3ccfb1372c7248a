/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the headers of a request come from: those that are the same for all, then the supplier,
 * which is asked for each, and then the bearer token, each before the ones that it follows.
 */
final class HeaderSources {

  private static final String AUTHORIZATION = "Authorization";
  private static final String BEARER = "Bearer ";

  private final Headers fixed;
  private final @Nullable Supplier<Map<String, String>> supplier;
  private final @Nullable BearerToken bearer;

  HeaderSources(
      Headers fixed,
      @Nullable Supplier<Map<String, String>> supplier,
      @Nullable BearerToken bearer) {
    this.fixed = fixed;
    this.supplier = supplier;
    this.bearer = bearer;
  }

  /** Those that are the same for all requests. */
  Headers fixed() {
    return fixed;
  }

  /** The headers of a request that begins now. May block as long as a supplier does. */
  Headers next() throws HeaderSupplyException {
    Headers all = fixed;
    if (supplier != null) {
      Map<String, String> more = Headers.supplied("header supplier", supplier);
      for (Map.Entry<String, String> header : more.entrySet()) {
        Headers.checkSupplied("header supplier", header.getKey(), header.getValue());
      }
      all = all.with(more);
    }
    return bearer == null ? all : all.with(Map.of(AUTHORIZATION, BEARER + bearer.get()));
  }

  /**
   * The headers with which to send a request again that was refused with these.
   *
   * @return empty if no others are to be had
   */
  Optional<Headers> insteadOf(Headers refused) throws HeaderSupplyException {
    String value = refused.values().get(AUTHORIZATION);
    if (bearer == null || value == null) {
      return Optional.empty();
    }
    String token = bearer.insteadOf(value.substring(BEARER.length()));
    return token == null
        ? Optional.empty()
        : Optional.of(refused.with(Map.of(AUTHORIZATION, BEARER + token)));
  }
}
