/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.InFlight;
import io.opentelemetry.sdk.common.CompletableResultCode;

/** Our results in the SDK's type, which has one bit and an exception. */
final class ResultCodes {

  private ResultCodes() {}

  static CompletableResultCode of(InFlight.Start start) {
    CompletableResultCode code = new CompletableResultCode();
    InFlight.attempt(start, ExportContext.none()).thenAccept(result -> complete(code, result));
    return code;
  }

  private static void complete(CompletableResultCode code, ExportResult result) {
    if (result.isDelivered()) {
      code.succeed();
    } else {
      code.failExceptionally(
          result.cause().orElseGet(() -> new ExportFailedException(result.toString())));
    }
  }
}
