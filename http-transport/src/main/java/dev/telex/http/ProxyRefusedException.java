/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;

/** A proxy answered 407 to our CONNECT: it wants other credentials than it got, or any at all. */
final class ProxyRefusedException extends IOException {

  private static final long serialVersionUID = 1L;

  ProxyRefusedException(String message) {
    super(message);
  }
}
