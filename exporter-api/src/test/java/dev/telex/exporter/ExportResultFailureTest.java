/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.telex.exporter.ExportResult.Status;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of an exception. */
class ExportResultFailureTest {

  static Stream<Arguments> failures() {
    return Stream.of(
        arguments(new IOException("reset"), Status.RETRYABLE, true),
        arguments(new EOFException("eof"), Status.RETRYABLE, true),
        arguments(new SocketTimeoutException("slow"), Status.RETRYABLE, true),
        arguments(new TimeoutException("slow"), Status.RETRYABLE, true),
        arguments(new CancellationException("stop"), Status.RETRYABLE, true),
        arguments(new UncheckedIOException(new IOException("reset")), Status.RETRYABLE, true),
        arguments(new ConnectException("refused"), Status.RETRYABLE, false),
        arguments(new UnknownHostException("nowhere"), Status.RETRYABLE, false),
        arguments(new NoRouteToHostException("no route"), Status.RETRYABLE, false),
        arguments(new RejectedExecutionException("full"), Status.RETRYABLE, false),
        arguments(new EncodingException("cannot"), Status.PERMANENT, false),
        arguments(new IllegalStateException("bug"), Status.PERMANENT, false),
        arguments(new NullPointerException("bug"), Status.PERMANENT, false),
        arguments(new NoClassDefFoundError("Missing"), Status.PERMANENT, false),
        arguments(new AssertionError("bug"), Status.PERMANENT, false));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void isMappedByItsType(Throwable failure, Status status, boolean outcomeUnknown) {
    for (Throwable given :
        new Throwable[] {
          failure,
          new CompletionException(failure),
          new ExecutionException(failure),
          new CompletionException(new ExecutionException(new CompletionException(failure)))
        }) {
      Throwable cause =
          failure instanceof UncheckedIOException unchecked ? unchecked.getCause() : failure;

      ExportResult result = ExportResult.failure(given);

      assertThat(result.status()).isEqualTo(status);
      assertThat(result.outcomeUnknown()).isEqualTo(outcomeUnknown);
      assertThat(result.cause()).containsSame(cause);
      assertThat(result.message()).contains(String.valueOf(cause));
      assertThat(result.accepted()).isZero();
    }
  }

  @Test
  void aWrapperOfNothingIsABug() {
    Throwable empty = new ExecutionException(null);

    assertThat(ExportResult.failure(empty).status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void aVirtualMachineErrorGoesThrough() {
    Error error = new OutOfMemoryError("heap");

    assertThatThrownBy(() -> ExportResult.failure(error)).isSameAs(error);
    assertThatThrownBy(() -> ExportResult.failure(new CompletionException(error))).isSameAs(error);
  }

  @Test
  void anInterruptIsRestored() {
    ExportResult result = ExportResult.failure(new InterruptedException("stop"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
  }

  @Test
  void theInterruptOfAnotherThreadIsNotOurs() {
    ExportResult result =
        ExportResult.failure(new ExecutionException(new InterruptedException("stop")));

    assertThat(Thread.interrupted()).isFalse();
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
  }
}
