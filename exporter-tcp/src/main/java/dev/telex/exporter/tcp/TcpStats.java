/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.List;
import java.util.Map;

/**
 * The counts of a {@link TcpExporter} since it was built.
 *
 * @param clients those that listen now, in the order in which they came
 * @param connections those that listen, and those whose TLS or hello is not done
 * @param accepted connections that were accepted, also those that were closed at once
 * @param closed connections that ended, by reason; without those that are zero
 * @param sentMessages messages that were sent, summed over all clients, also those that are gone
 * @param sentBytes bytes that were sent to all clients, metadata too
 * @param dropped what was not sent, by reason; without those that are zero
 * @param metrics how many metrics are known, of all that clients were told the metadata of
 */
public record TcpStats(
    List<TcpClientStats> clients,
    int connections,
    long accepted,
    Map<TcpCloseReason, Long> closed,
    long sentMessages,
    long sentBytes,
    Map<TcpDropReason, Long> dropped,
    int metrics) {

  /** The copies are unmodifiable. */
  public TcpStats {
    clients = List.copyOf(clients);
    closed = Map.copyOf(closed);
    dropped = Map.copyOf(dropped);
  }
}
