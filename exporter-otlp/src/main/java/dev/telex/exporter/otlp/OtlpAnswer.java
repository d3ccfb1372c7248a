/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.http.HttpAnswer;
import dev.telex.http.RequestTooLargeException;
import dev.telex.otlp.OtlpEncoding;
import org.jspecify.annotations.Nullable;

/**
 * Makes a result of what an OTLP/HTTP server answers (opentelemetry-proto, {@code
 * docs/specification.md}, "OTLP/HTTP Response").
 */
final class OtlpAnswer {

  private static final AnswerReader PROTOBUF = new ProtobufAnswerReader();
  private static final AnswerReader JSON = new JsonAnswerReader();

  /** Go's words, with which a Collector refuses in a 400 what its configuration limits. */
  private static final String TOO_LARGE_IN_GO = "http: request body too large";

  private OtlpAnswer() {}

  static ExportResult map(HttpAnswer answer, Batch batch, OtlpEncoding sent) {
    ExportResult result =
        answer.isSuccessful() ? success(answer, batch, sent) : answer.failure(words(answer, sent));
    return result.withStatusCode(answer.status());
  }

  /** Whether this result says that a request was too large; less of the batch may not be. */
  static boolean isTooLarge(ExportResult result) {
    int status = result.statusCode().orElse(0);
    return status == 413
        || (status == 400 && result.message().orElse("").contains(TOO_LARGE_IN_GO))
        || result.cause().filter(RequestTooLargeException.class::isInstance).isPresent();
  }

  private static ExportResult success(HttpAnswer answer, Batch batch, OtlpEncoding sent) {
    if (answer.body().length == 0) {
      return ExportResult.success(batch);
    }
    AnswerReader reader = reader(answer, sent);
    if (reader == null) {
      return noOtlp(answer);
    }
    try {
      return reader.readResponse(answer.body()).result(batch, answer::excerpt);
    } catch (MalformedAnswerException e) {
      return answer.contentType().isEmpty()
          ? noOtlp(answer)
          : PartialSuccess.unreadable(
              batch, "HTTP " + answer.status(), String.valueOf(e.getMessage()));
    }
  }

  private static ExportResult noOtlp(HttpAnswer answer) {
    return ExportResult.permanent(
        "HTTP "
            + answer.status()
            + " with "
            + answer.contentType().map(answer::excerpt).orElse("no content type")
            + ": not the answer of an OTLP server but perhaps of a proxy or a login page");
  }

  private static @Nullable String words(HttpAnswer answer, OtlpEncoding sent) {
    AnswerReader reader = reader(answer, sent);
    String message = "";
    if (reader != null && answer.body().length > 0) {
      try {
        message = reader.readStatusMessage(answer.body());
      } catch (MalformedAnswerException e) {
        // The status says what matters; these were to be words for people.
      }
    }
    return message.isEmpty() ? answer.textExcerpt().orElse(null) : message;
  }

  /** By the type of the answer, which should be that of the request; null for a foreign type. */
  private static @Nullable AnswerReader reader(HttpAnswer answer, OtlpEncoding sent) {
    return switch (answer.contentType().orElse(sent.contentType())) {
      case "application/x-protobuf", "application/protobuf" -> PROTOBUF;
      case "application/json" -> JSON;
      default -> null;
    };
  }
}
