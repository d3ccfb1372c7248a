/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import io.opentelemetry.sdk.common.CompletableResultCode;

/** What the SDK asks of the processor or reader of a signal, whichever it is. */
interface Facade {

  CompletableResultCode flush();

  /** Of the last one that was handed out: shuts the pipeline down. */
  CompletableResultCode shutdown();
}
