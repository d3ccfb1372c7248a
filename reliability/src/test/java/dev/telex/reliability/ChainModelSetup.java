/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

/**
 * What a run of the model starts with.
 *
 * @param queued whether tasks of the executor wait until the model runs them
 * @param badListener whether a listener throws each time
 * @param graceMillis of the shutdown at the end
 */
record ChainModelSetup(ChainModelPlan plan, boolean queued, boolean badListener, int graceMillis) {}
