/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Secrets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The headers of all requests. Immutable.
 *
 * @param fixed those that never change
 * @param secrets what else no message may show
 * @param token asked for each request; null without
 */
record Headers(List<Header> fixed, List<String> secrets, @Nullable Supplier<String> token) {

  /** What one request is sent with, and how its messages hide it. */
  record Now(List<Header> headers, Secrets secrets) {}

  /**
   * For a request.
   *
   * @throws IllegalStateException if the supplier of the token throws or gives none
   */
  Now now() {
    List<Header> headers = new ArrayList<>(fixed);
    Supplier<String> supplier = token;
    if (supplier != null) {
      headers.add(new Header("Authorization", "Bearer " + token(supplier)));
    }
    List<String> hidden = new ArrayList<>(secrets);
    headers.forEach(header -> hidden.add(header.value()));
    return new Now(headers, Secrets.of(hidden));
  }

  private static String token(Supplier<String> supplier) {
    String given;
    try {
      given = supplier.get();
    } catch (RuntimeException e) {
      throw new IllegalStateException(
          "the supplier of the bearer token threw " + e.getClass().getSimpleName(), e);
    }
    if (given == null || given.isBlank() || !Header.isValue(given)) {
      throw new IllegalStateException(
          "the supplier of the bearer token gave none that can be sent");
    }
    return given;
  }

  /** The names. */
  @Override
  public String toString() {
    return "Headers" + fixed;
  }
}
