/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

/**
 * A position in the stream, between two messages.
 *
 * @param message the number of the message behind it, of all that ever were
 * @param bytes of all messages before it
 */
record Cursor(long message, long bytes) {}
