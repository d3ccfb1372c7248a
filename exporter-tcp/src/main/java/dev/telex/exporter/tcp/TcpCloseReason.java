/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.Locale;

/** Why a connection of a client ended. */
public enum TcpCloseReason {
  /** The client closed or reset it. */
  LEFT,
  /** There were as many clients as there may be. */
  TOO_MANY_CLIENTS,
  /** No TLS or no right hello, or not in time. */
  HANDSHAKE,
  /** The client sent more than it may. */
  SENT_TOO_MUCH,
  /** The client took nothing of what waited for it, for too long. */
  STALLED,
  /** The exporter was shut down. */
  SHUTDOWN;

  /** The name in metrics, for instance {@code left}. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
