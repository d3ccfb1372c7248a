/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

/** What a fan-out waits for before it answers. */
public enum Join {
  /**
   * All legs. The answer is that of the worst leg; what each leg made of the batch stands in {@link
   * dev.telex.exporter.ExportResult#legs()}.
   */
  ALL
}
