/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Encoding;
import dev.telex.otlp.OtlpEncoding;

/** How a {@link LoggingExporter} writes telemetry. */
public enum LoggingFormat {
  /**
   * One readable line for each span, data point and log record: time, name, duration and status, or
   * values with their unit, or severity and body; then ids, service, scope and attributes. What
   * would not fit into a line is cut off at the end, and each value is cut after 256 chars (a log
   * record's body after 1024).
   */
  LINE,
  /**
   * Several indented lines for each span, data point and log record, with everything in it:
   * attributes, events, links, exemplars, scope and resource. A text of several lines, such as a
   * stack trace, keeps them, behind a bar. Of each such list and text the first 64 are shown.
   */
  PRETTY,
  /**
   * One line of OTLP JSON for each batch, as the OpenTelemetry Protocol File Exporter writes it
   * (OpenTelemetry specification, protocol/file-exporter). Nothing is cut off or left out.
   */
  OTLP_JSON;

  Encoding encoding(int maxLineLength) {
    return switch (this) {
      case LINE -> new ReadableEncoding(Layout.LINE, maxLineLength);
      case PRETTY -> new ReadableEncoding(Layout.PRETTY, maxLineLength);
      case OTLP_JSON -> OtlpEncoding.JSON;
    };
  }
}
