/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

/** Whether batches go to the primary of a fallback; see {@link FallbackPolicy}. */
public enum PrimaryState {
  /** They go to the primary. */
  USED,
  /** They go to the fallback at once, because the primary failed repeatedly. */
  PASSED_OVER,
  /** One of them goes to the primary, to see whether it is back; the others to the fallback. */
  PROBED
}
