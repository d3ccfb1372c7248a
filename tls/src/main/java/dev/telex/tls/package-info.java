/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * TLS out of PEM files, for clients and for servers, and connections that never block.
 *
 * <p>{@link dev.telex.tls.Tls} is for those who connect, {@link dev.telex.tls.ServerTls} for those
 * who listen. Both read their files again when these change ({@link dev.telex.tls.TlsWatch}). A
 * {@link dev.telex.tls.Wire} is a socket of a selector, in the clear or over TLS.
 */
@NullMarked
package dev.telex.tls;

import org.jspecify.annotations.NullMarked;
