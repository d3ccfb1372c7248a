/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

/**
 * What a server says about items that it did not take ({@code ExportTracePartialSuccess} and its
 * siblings of the other signals, which differ in a name only).
 *
 * @param rejected the server's word: of any size, also negative
 * @param message the server's word: of any length, may be empty
 */
record PartialSuccess(long rejected, String message) {

  static final PartialSuccess NONE = new PartialSuccess(0, "");
}
