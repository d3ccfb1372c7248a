/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import net.jqwik.api.lifecycle.AroundPropertyHook;
import net.jqwik.api.lifecycle.PropertyExecutionResult;
import net.jqwik.api.lifecycle.PropertyExecutor;
import net.jqwik.api.lifecycle.PropertyLifecycleContext;

/** Puts the seed into the message of a failure, because what jqwik prints goes to a file. */
final class ChainModelSeed implements AroundPropertyHook {

  @Override
  public PropertyExecutionResult aroundProperty(
      PropertyLifecycleContext context, PropertyExecutor property) {
    PropertyExecutionResult result = property.execute();
    if (result.status() != PropertyExecutionResult.Status.FAILED) {
      return result;
    }
    Throwable failure = result.throwable().orElse(null);
    return result.mapToFailed(
        new AssertionError(
            "seed "
                + result.seed().orElse("unknown")
                + ", after "
                + result.countTries()
                + " tries: "
                + (failure == null ? "failed" : failure.getMessage()),
            failure));
  }
}
