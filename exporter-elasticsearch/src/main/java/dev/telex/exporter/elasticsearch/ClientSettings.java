/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of all nodes have in common.
 *
 * @param connectTimeout of the connecting
 * @param maxInFlight connections of one node, and so requests at once
 * @param maxResponseBytes the longest answer that is kept
 * @param tls null for the JDK's own
 * @param onlyTls13 whether TLS 1.2 is not spoken
 */
record ClientSettings(
    Duration connectTimeout,
    int maxInFlight,
    int maxResponseBytes,
    @Nullable SSLContext tls,
    boolean onlyTls13) {}
