/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A chain to a database that takes line protocol. */
@NullMarked
package dev.telex.examples.influx;

import org.jspecify.annotations.NullMarked;
