/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

/** Writes a list of spans in a format. Not safe for use by several threads. */
interface SpanWriter {

  void write(ZipkinSpan span);

  /** Ends the list, and hands it out. */
  byte[] end();
}
