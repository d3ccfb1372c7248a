/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.http.HttpAnswer;
import dev.telex.http.RequestTooLargeException;

/**
 * Makes a result of what a collector answers: Jaeger's own ({@code http_thrift_handler.go}) or the
 * {@code jaegerreceiver} of the OpenTelemetry Collector.
 */
final class JaegerAnswer {

  private static final int SERVER_ERROR = 500;

  private JaegerAnswer() {}

  static ExportResult map(HttpAnswer answer, Batch batch) {
    if (answer.isSuccessful()) {
      return success(answer, batch).withStatusCode(answer.status());
    }
    ExportResult failure = answer.failure(answer.textExcerpt().orElse(null));
    if (answer.status() != SERVER_ERROR) {
      return failure;
    }
    ExportResult busy =
        ExportResult.retryable(failure.message().orElse("")).withStatusCode(SERVER_ERROR);
    return answer.retryAfter().map(busy::withRetryAfter).orElse(busy);
  }

  /** Whether this result says that a request was too large; less of the batch may not be. */
  static boolean isTooLarge(ExportResult result) {
    return result.statusCode().orElse(0) == 413
        || result.cause().filter(RequestTooLargeException.class::isInstance).isPresent();
  }

  private static ExportResult success(HttpAnswer answer, Batch batch) {
    if (answer.body().length > 0 && answer.contentType().orElse("").equals("text/html")) {
      return ExportResult.permanent(
          "HTTP "
              + answer.status()
              + " with text/html: not the answer of a collector but perhaps of a proxy, a login page"
              + " or the user interface of Jaeger");
    }
    return ExportResult.success(batch);
  }
}
