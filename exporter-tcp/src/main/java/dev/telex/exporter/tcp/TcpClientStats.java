/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What became of the messages for one client since it began to listen. Of these, every one is sent,
 * dropped or queued. Metadata counts only in {@code sentBytes}.
 *
 * @param address the client's
 * @param sentMessages those that the operating system took to the last byte
 * @param sentBytes of these, of metadata, and of a message that has begun
 * @param droppedMessages {@link TcpDropReason#SLOW_CLIENT}
 * @param queuedMessages those that wait, one that has begun among them
 * @param queuedBytes what is left of these
 * @param lag how long the oldest of these has waited; zero if there is none
 */
public record TcpClientStats(
    InetSocketAddress address,
    long sentMessages,
    long sentBytes,
    long droppedMessages,
    long queuedMessages,
    long queuedBytes,
    Duration lag) {}
