/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Batch;
import dev.telex.exporter.EncodingException;
import dev.telex.exporter.ExportResult;
import dev.telex.http.HttpAnswer;
import dev.telex.http.RequestTooLargeException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Makes a result of what a Zipkin server answers. */
final class ZipkinAnswer {

  /** The words with which Zipkin 3 refuses a body over its limit of 10 MiB: as status 500. */
  private static final String TOO_LARGE = "413 Request Entity Too Large";

  private static final int MAX_WORDS = 10_000;

  private ZipkinAnswer() {}

  static ExportResult map(HttpAnswer answer, Batch batch) {
    if (!answer.isSuccessful()) {
      return answer.failure(words(answer));
    }
    ExportResult result =
        answer.contentType().orElse("").equals("text/html") && answer.body().length > 0
            ? ExportResult.permanent(
                "HTTP "
                    + answer.status()
                    + " with text/html: not the answer of a Zipkin server but perhaps of a proxy"
                    + " or a login page")
            : ExportResult.success(batch);
    return result.withStatusCode(answer.status());
  }

  /**
   * Whether less of the batch may be taken: it was too large as a whole, or holds a span that
   * cannot be written.
   */
  static boolean isWorthSplitting(ExportResult result) {
    int status = result.statusCode().orElse(0);
    Throwable cause = result.cause().orElse(null);
    return status == 413
        || (status == 500 && result.message().orElse("").contains(TOO_LARGE))
        || cause instanceof RequestTooLargeException
        || cause instanceof EncodingException;
  }

  private static @Nullable String words(HttpAnswer answer) {
    // Zipkin says "text/*".
    if (answer.contentType().orElse("").equals("text/*")) {
      int length = Math.min(answer.body().length, MAX_WORDS);
      return new String(answer.body(), 0, length, StandardCharsets.UTF_8);
    }
    return answer.textExcerpt().orElse(null);
  }
}
