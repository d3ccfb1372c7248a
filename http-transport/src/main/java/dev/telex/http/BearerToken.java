/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The token of an {@code Authorization: Bearer} header (RFC 6750): kept until a server refuses it.
 *
 * <p>However many requests are refused at once, the supplier is asked once: it may be slow, and
 * what it asks may count.
 */
final class BearerToken {

  private final Supplier<String> supplier;

  /** Not a monitor, because the supplier is other people's code and may block. */
  private final ReentrantLock lock = new ReentrantLock();

  private volatile @Nullable String token;

  BearerToken(Supplier<String> supplier) {
    this.supplier = supplier;
  }

  /** The token, from the supplier if there is none. */
  String get() throws HeaderSupplyException {
    String known = token;
    return known != null ? known : replace(null);
  }

  /** Another token than this, which a server refused; null if there is no other. */
  @Nullable String insteadOf(String refused) throws HeaderSupplyException {
    String next = replace(refused);
    return next.equals(refused) ? null : next;
  }

  /** The token, from the supplier if there is none or it is still this one. */
  private String replace(@Nullable String refused) throws HeaderSupplyException {
    lock.lock();
    try {
      String known = token;
      if (known != null && !known.equals(refused)) {
        return known;
      }
      // If the supplier fails, whoever comes next asks it again.
      token = null;
      String next = Headers.supplied("bearer token supplier", supplier);
      Headers.checkSupplied("bearer token supplier", "Authorization", "Bearer " + next);
      if (next.isBlank()) {
        throw new HeaderSupplyException("the bearer token supplier gave an empty token");
      }
      token = next;
      return next;
    } finally {
      lock.unlock();
    }
  }
}
