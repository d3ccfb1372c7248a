/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.IOException;

/** A client sent more bytes than it may. */
final class SentTooMuchException extends IOException {

  private static final long serialVersionUID = 1L;

  SentTooMuchException() {
    super("the client sent more than it may");
  }
}
