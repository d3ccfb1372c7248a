/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.http.GrpcAnswer;
import dev.telex.http.GrpcStatus;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Makes a result of what an OTLP/gRPC server answers (opentelemetry-proto, {@code
 * docs/specification.md}, "OTLP/gRPC Response").
 */
final class OtlpGrpcAnswer {

  private static final AnswerReader PROTOBUF = new ProtobufAnswerReader();

  /**
   * Of a message that was too large no status tells; these are the words of grpc-java, of grpc-go
   * and C++, of .NET, and of tonic. If none of them fits, the result stands as it is.
   */
  private static final Pattern TOO_LARGE =
      Pattern.compile(
          "message (?:length )?(?:after decompression )?"
              + "(?:exceeds maximum size|larger than max|exceeds the maximum|too large)",
          Pattern.CASE_INSENSITIVE);

  /** How {@link #words} begin where a proxy, such as nginx, finds a request too large. */
  private static final String HTTP_413 = "gRPC " + GrpcStatus.UNKNOWN + ": HTTP 413 ";

  private OtlpGrpcAnswer() {}

  /** Whether this result says that a message was too large; less of the batch may not be. */
  static boolean isTooLarge(ExportResult result) {
    int code = result.statusCode().orElse(GrpcStatus.OK.code());
    boolean possible =
        code == GrpcStatus.RESOURCE_EXHAUSTED.code() || code == GrpcStatus.OUT_OF_RANGE.code();
    String words = result.message().orElse("");
    return (possible && TOO_LARGE.matcher(words).find()) || words.startsWith(HTTP_413);
  }

  static ExportResult map(GrpcAnswer answer, Batch batch) {
    ExportResult result = answer.isSuccessful() ? success(answer, batch) : failure(answer);
    return result.withStatusCode(answer.status().code());
  }

  private static ExportResult success(GrpcAnswer answer, Batch batch) {
    String problem = answer.problem().orElse("");
    if (answer.message().isPresent()) {
      try {
        return PROTOBUF.readResponse(answer.message().get()).result(batch, answer::excerpt);
      } catch (MalformedAnswerException e) {
        problem = String.valueOf(e.getMessage());
      }
    }
    return PartialSuccess.unreadable(batch, "gRPC OK", problem);
  }

  private static ExportResult failure(GrpcAnswer answer) {
    Optional<RetryInfo> retryInfo = answer.statusDetails().flatMap(RetryInfo::find);
    boolean retryable =
        switch (answer.status()) {
          case CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS -> true;
          // Without a word on when, the server does not expect to recover.
          case RESOURCE_EXHAUSTED -> retryInfo.isPresent();
          case OK,
              UNKNOWN,
              INVALID_ARGUMENT,
              NOT_FOUND,
              ALREADY_EXISTS,
              PERMISSION_DENIED,
              FAILED_PRECONDITION,
              UNIMPLEMENTED,
              INTERNAL,
              UNAUTHENTICATED ->
              false;
        };
    String words = words(answer);
    ExportResult result = retryable ? ExportResult.retryable(words) : ExportResult.permanent(words);
    Optional<Duration> delay =
        answer.isFromHttp() ? answer.retryAfter() : retryInfo.flatMap(RetryInfo::wanted);
    if (retryable && delay.isPresent()) {
      result = result.withRetryAfter(delay.get());
    }
    return mayHaveBeenTaken(answer) ? result.withOutcomeUnknown() : result;
  }

  private static boolean mayHaveBeenTaken(GrpcAnswer answer) {
    // "Even if the operation has completed successfully" (google/rpc/code.proto).
    return answer.status() == GrpcStatus.DEADLINE_EXCEEDED || isWithoutStatus(answer);
  }

  /** Whether a server of gRPC began to say yes, and then kept its status to itself. */
  private static boolean isWithoutStatus(GrpcAnswer answer) {
    return answer.isFromHttp()
        && answer.httpStatus() == 200
        && answer.contentType().orElse("").startsWith("application/grpc");
  }

  private static String words(GrpcAnswer answer) {
    String status = "gRPC " + answer.status();
    if (isWithoutStatus(answer)) {
      return status + ": the answer has no grpc-status";
    }
    if (answer.isFromHttp()) {
      return status
          + ": HTTP "
          + answer.httpStatus()
          + " with "
          + answer.contentType().orElse("no content type")
          + ": not the answer of a gRPC server but perhaps of a proxy, or of the port for HTTP";
    }
    String words = answer.statusMessage().orElseGet(() -> detail(answer));
    String shown = answer.excerpt(words);
    return shown.isEmpty() ? status : status + ": " + shown;
  }

  private static String detail(GrpcAnswer answer) {
    try {
      return PROTOBUF.readStatusMessage(answer.statusDetails().orElse(new byte[0]));
    } catch (MalformedAnswerException e) {
      // The status says what matters; these were to be words for people.
      return "";
    }
  }
}
