/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/** A program without any code of Telex: properties say where its telemetry goes. */
@NullMarked
package dev.telex.examples.autoconfigured;

import org.jspecify.annotations.NullMarked;
