/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** Zstandard as a compression of payloads. */
@NullMarked
package dev.telex.compression.zstd;

import org.jspecify.annotations.NullMarked;
