/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

/**
 * What one of several exporters made of a batch.
 *
 * @param name the leg's name, unique among its neighbours
 * @param result its own result
 */
public record Leg(String name, ExportResult result) {}
