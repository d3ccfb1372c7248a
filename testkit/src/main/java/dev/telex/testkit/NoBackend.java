/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** See {@link ContractBackend#none}. */
final class NoBackend implements ContractBackend {

  private final String because;

  NoBackend(String because) {
    this.because = because;
  }

  @Override
  public URI uri() {
    return URI.create("none:/");
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause.scope()) {
      case BACKEND, REASON -> Optional.of(because);
      case ALWAYS, ENCODING, PLUGIN -> Optional.empty();
    };
  }

  @Override
  public boolean showsMessages() {
    return false;
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) {
    return List.of();
  }

  @Override
  public void close() {}
}
