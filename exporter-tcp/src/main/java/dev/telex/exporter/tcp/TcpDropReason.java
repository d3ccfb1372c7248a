/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.Locale;

/** Why something did not get to a client. */
public enum TcpDropReason {
  /** Nobody listened, so the items of a batch (points, spans, log records) were not encoded. */
  NO_CLIENT,
  /** As many metrics as there may be were known already; counted in points. */
  TOO_MANY_METRICS,
  /** A batch in OTLP was larger than a queue may be; counted in items. */
  TOO_LARGE,
  /** The queue of a client was full, and its oldest messages made room; counted in messages. */
  SLOW_CLIENT,
  /** Messages that waited for a client which left or was disconnected. */
  DISCONNECTED,
  /** Messages that were not sent when the grace of a shutdown was over. */
  SHUTDOWN;

  /** The name in metrics, for instance {@code no_client}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
