/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
/**
 * Chains from properties, for OpenTelemetry's SDK autoconfiguration and its Java agent: {@code
 * otel.traces.exporter=telex}.
 */
@NullMarked
package dev.telex.autoconfigure;

import org.jspecify.annotations.NullMarked;
