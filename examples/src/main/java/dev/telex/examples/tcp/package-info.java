/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * A live view of metrics in a terminal, over the TCP stream. Start reading at {@link
 * dev.telex.examples.tcp.Watch}; {@link dev.telex.examples.tcp.Serve} is something to look at.
 */
@NullMarked
package dev.telex.examples.tcp;

import org.jspecify.annotations.NullMarked;
