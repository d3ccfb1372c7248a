/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

/** A supplier of headers or of a token gave none. Its message shows no value. */
final class HeaderSupplyException extends Exception {

  private static final long serialVersionUID = 1L;

  HeaderSupplyException(String message, Throwable cause) {
    super(message, cause);
  }

  HeaderSupplyException(String message) {
    super(message);
  }
}
