/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Delivery;
import dev.telex.exporter.Signal;
import java.util.List;
import java.util.Set;

/**
 * What a faulty leaf does.
 *
 * @param answers of its calls, again and again
 * @param signals those that it carries
 * @param delivery what its success means
 * @param encoding the format that it asks its batches for; negative for none
 * @param flush how it answers a flush
 * @param shutdown how it answers a shutdown
 */
record ChainModelScript(
    List<ChainModelAnswer> answers,
    Set<Signal> signals,
    Delivery delivery,
    int encoding,
    Reply flush,
    Reply shutdown) {

  /** The answer to a call without items. */
  enum Reply {
    SUCCESS,
    FAILURE,
    NEVER,
    THROW,
    FAILED_STAGE,
    NULL_STAGE,
    VM_ERROR
  }

  ChainModelAnswer answer(int call) {
    return answers.get(call % answers.size());
  }

  @Override
  public String toString() {
    return answers
        + (signals.size() == Signal.values().length ? "" : " only " + signals)
        + (delivery == Delivery.BEST_EFFORT ? " BEST_EFFORT" : "")
        + (encoding < 0 ? "" : " encoding " + encoding)
        + (flush == Reply.SUCCESS ? "" : " flush " + flush)
        + (shutdown == Reply.SUCCESS ? "" : " shutdown " + shutdown);
  }
}
