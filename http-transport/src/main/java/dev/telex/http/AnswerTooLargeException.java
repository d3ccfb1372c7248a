/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

/** An answer is larger than the limit. */
final class AnswerTooLargeException extends Exception {

  private static final long serialVersionUID = 1L;
}
