/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.tls.ServerTls;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What a {@link StreamServer} is told by the builder; each is explained there. */
record ServerSettings(
    InetSocketAddress listen,
    int maxClients,
    int maxQueueMessages,
    long maxQueueBytes,
    int maxMetrics,
    int maxClientBytes,
    Duration handshakeTimeout,
    Duration stallTimeout,
    Duration flushTimeout,
    @Nullable Supplier<Hello> hellos,
    ServerTls.@Nullable Engines tls,
    int sendBufferBytes,
    LongSupplier nanoTime) {

  /** Beyond what a client may say: its part of a TLS handshake, with a chain of certificates. */
  private static final int TLS_BYTES = 64 << 10;

  long maxReceived() {
    return (long) maxClientBytes + (tls == null ? 0 : TLS_BYTES);
  }
}
