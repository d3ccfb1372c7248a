/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import java.io.IOException;

/** A peer sent more bytes than it may. */
public final class SentTooMuchException extends IOException {

  private static final long serialVersionUID = 1L;

  SentTooMuchException() {
    super("the peer sent more than it may");
  }
}
