/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static dev.telex.http.RawHttp2Server.data;
import static dev.telex.http.RawHttp2Server.goAway;
import static dev.telex.http.RawHttp2Server.headers;
import static dev.telex.http.RawHttp2Server.reset;
import static dev.telex.http.RawHttp2Server.success;
import static dev.telex.http.RawHttp2Server.windowOfConnection;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.testkit.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that misbehave below gRPC, timeouts, cancellation, and the end of a transport. */
class GrpcCallFailureTest extends TransportFixture {

  private static final Duration SHORT = Duration.ofMillis(200);
  private static final int CANCEL = 8;

  /** The stream of a connection's first request: OkHttp leaves 1 out. */
  private static final int FIRST = 3;

  @SuppressWarnings("NullAway.Init")
  private RawHttp2Server raw;

  @BeforeEach
  void startRaw() throws IOException {
    raw = new RawHttp2Server();
  }

  @AfterEach
  void stopRaw() throws IOException {
    raw.close();
  }

  @Test
  void succeedsAgainstTheServerOfThisTest() throws Exception {
    raw.enqueueSuccess();
    assertThat(call(transport()).status()).isEqualTo(Status.SUCCESS);
  }

  // --- Connections that break ---

  @Test
  void canTryAgainWhenNobodyListens() throws Exception {
    HttpTransport transport = transport();
    raw.close();
    ExportResult result = call(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(ConnectException.class);
    assertThat(transport.bytesSent()).isZero();
  }

  static Stream<Named<Consumer<RawHttp2Server>>> brokenAnswers() {
    byte[] begun = headers(FIRST, false, ":status", "200", "content-type", "application/grpc");
    byte[] half = data(FIRST, false, (byte) 0, (byte) 0, (byte) 0, (byte) 0, (byte) 9, (byte) 1);
    return Stream.of(
        broken("nothing, and the end", s -> s.enqueueAndClose()),
        broken("headers, and the end", s -> s.enqueueAndClose(begun)),
        broken("half a message, and the end", s -> s.enqueueAndClose(begun, half)),
        broken("half a frame, and the end", s -> s.enqueueAndClose(begun, new byte[] {0, 0, 9, 0})),
        broken("GOAWAY before this call", s -> s.enqueue(goAway(0, 0))),
        broken("GOAWAY for too many pings", s -> s.enqueueAndClose(goAway(0, 11))),
        broken("GOAWAY after this call, and the end", s -> s.enqueueAndClose(goAway(FIRST, 0))),
        broken("a reset as refused", s -> s.enqueue(reset(FIRST, 7))),
        broken("a reset without an error", s -> s.enqueue(reset(FIRST, 0))),
        broken("a reset for an internal error", s -> s.enqueue(reset(FIRST, 2))),
        broken("a reset as cancelled", s -> s.enqueue(reset(FIRST, CANCEL))),
        broken("a reset for too much", s -> s.enqueue(reset(FIRST, 11))),
        broken("headers, and a reset", s -> s.enqueue(begun, reset(FIRST, 2))),
        broken("half a message, and a reset", s -> s.enqueue(begun, half, reset(FIRST, 2))),
        broken("data without headers", s -> s.enqueue(half, reset(FIRST, 1))),
        broken("garbage", s -> s.enqueueAndClose("garbage ".repeat(100).getBytes(US_ASCII))),
        broken("HTTP/1.1", s -> s.enqueueAndClose("HTTP/1.1 400 Bad\r\n\r\n".getBytes(US_ASCII))),
        broken(
            "headers without a status", s -> s.enqueue(headers(FIRST, true, "grpc-status", "0"))));
  }

  @ParameterizedTest
  @MethodSource("brokenAnswers")
  void canTryAgainWhenTheAnswerBreaks(Consumer<RawHttp2Server> answer) throws Exception {
    HttpTransport transport = transport();
    answer.accept(raw);
    ExportResult result = call(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.cause().orElseThrow()).isInstanceOf(IOException.class);
    assertThat(result.message().orElseThrow()).isNotBlank().hasSizeLessThan(400);
    assertThat(result.statusCode()).isEmpty();

    // OkHttp did not try again by itself: whatever comes next is the second request.
    assertThat(raw.requests()).isEqualTo(1);
    raw.enqueueSuccess();
    ExportResult next = call(transport);
    assertThat(next.status()).as("%s", next).isEqualTo(Status.SUCCESS);
    assertThat(raw.requests()).isEqualTo(2);
  }

  @Test
  void connectsAnewWhenTheServerHasClosed() throws Exception {
    HttpTransport transport = transport();
    raw.enqueueAndClose(success(FIRST), goAway(FIRST, 0));
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    raw.awaitClosedByClient();
    raw.enqueueSuccess();
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(raw.connections()).isEqualTo(2);
    assertThat(raw.requests()).isEqualTo(2);
  }

  static Stream<Answer> noHttp2() {
    return Stream.of(
        Answer.reset(),
        Answer.close(),
        Answer.garbage(),
        Answer.status(400),
        Answer.ok().body("text/html", "<html>"));
  }

  @ParameterizedTest
  @MethodSource("noHttp2")
  void canTryAgainWhenTheServerSpeaksNoHttp2(Answer answer) throws Exception {
    server.enqueue(answer);
    ExportResult result = call(transport(), server.url("/x"), BODY);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message().orElseThrow()).isNotBlank().hasSizeLessThan(400);
  }

  @Test
  void trustsTheStatusOfAFailureThatBreaksOff() throws Exception {
    raw.enqueue(headers(FIRST, false, ":status", "503", "retry-after", "7"), reset(FIRST, 2));
    List<GrpcAnswer> answers = new ArrayList<>();
    ExportResult result =
        get(
            transport()
                .call(
                    to(raw.url("/x"), BODY),
                    ExportContext.none(),
                    answer -> {
                      answers.add(answer);
                      return ExportResult.success();
                    })
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(answers.get(0).status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(answers.get(0).retryAfter()).hasValue(Duration.ofSeconds(7));
  }

  // --- A server that answers before it has the whole message ---

  @Test
  void hearsAnAnswerInTheMiddleOfALargeMessage() throws Exception {
    try (RawHttp2Server early = RawHttp2Server.answeringAtOnce()) {
      // The stream gets no window and is not reset: the rest can never be sent.
      early.enqueue(
          windowOfConnection(1 << 20),
          headers(
              FIRST,
              true,
              ":status",
              "200",
              "content-type",
              "application/grpc",
              "grpc-status",
              "8"));
      HttpTransport transport = transport();
      ExportResult result = call(transport, early.url("/x"), new byte[8 << 20]);
      assertThat(result.message()).hasValue("GrpcAnswer[RESOURCE_EXHAUSTED, HTTP 200]");
      // And says that the rest will not come.
      assertThat(early.resets().poll(30, TimeUnit.SECONDS)).isEqualTo(CANCEL);
      assertThat(transport.bytesSent()).isLessThan(8 << 20);

      early.enqueueSuccess();
      assertThat(call(transport, early.url("/x"), BODY).status()).isEqualTo(Status.SUCCESS);
      assertThat(early.connections()).isEqualTo(1);
    }
  }

  @Test
  void endsWithTheConnectionInTheMiddleOfALargeMessage() throws Exception {
    try (RawHttp2Server early = RawHttp2Server.answeringAtOnce()) {
      early.enqueueAndClose();
      ExportResult result = call(transport(), early.url("/x"), new byte[8 << 20]);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isTrue();
    }
  }

  // --- Timeout ---

  @Test
  void givesUpWhenTheAnswerIsLateAndLeavesTheConnection() throws Exception {
    HttpTransport transport = transport();
    raw.enqueueSuccess();
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    raw.enqueue();
    ExportContext hurried =
        CancellableContext.childOf(ExportContext.none(), SHORT, System::nanoTime);
    ExportResult result = get(callAsync(transport, hurried));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.message().orElseThrow()).startsWith("no answer within ");
    raw.awaitClosedByClient();

    // A connection may be dead that does not answer: the next call has another one.
    raw.enqueueSuccess();
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(raw.connections()).isEqualTo(2);
  }

  @Test
  void givesUpOnAServerThatDoesNotRead() throws Exception {
    try (RawHttp2Server deaf = RawHttp2Server.answeringAtOnce()) {
      deaf.enqueue();
      HttpTransport transport = transport(builder -> builder.timeout(SHORT));
      ExportResult result = call(transport, deaf.url("/x"), new byte[8 << 20]);
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isTrue();
      assertThat(result.message()).hasValue("no answer within 200 ms");
      deaf.awaitClosedByClient();
    }
  }

  // --- Cancellation, and the end ---

  @Test
  void resetsItsStreamWhenItIsCancelledAndKeepsTheConnection() throws Exception {
    HttpTransport transport = transport();
    CancellableContext context = CancellableContext.create();
    raw.enqueue();
    CompletableFuture<ExportResult> result = callAsync(transport, context);
    raw.awaitRequest();
    assertThat(result).isNotDone();
    context.cancel();
    assertThat(result).isDone();
    assertThat(result.join().status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.join().message()).hasValue("cancelled");
    assertThat(result.join().outcomeUnknown()).isTrue();
    assertThat(raw.resets().poll(30, TimeUnit.SECONDS)).isEqualTo(CANCEL);

    raw.enqueueSuccess();
    assertThat(call(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(raw.connections()).isEqualTo(1);
  }

  @Test
  void sendsNothingThatIsCancelledBefore() throws Exception {
    CancellableContext context = CancellableContext.create();
    context.cancel();
    ExportResult result = get(callAsync(transport(), context));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(raw.connections()).isZero();
  }

  @Test
  void endsEverythingWhenItIsClosed() throws Exception {
    try (RawHttp2Server deaf = RawHttp2Server.answeringAtOnce()) {
      deaf.enqueue();
      raw.enqueue();
      HttpTransport transport = transport();
      CompletableFuture<ExportResult> waiting = callAsync(transport, ExportContext.none());
      raw.awaitRequest();
      CompletableFuture<ExportResult> sending =
          transport
              .call(
                  to(deaf.url("/x"), new byte[8 << 20]),
                  ExportContext.none(),
                  GrpcCallFailureTest::map)
              .toCompletableFuture();
      deaf.awaitRequest();

      transport.close();
      assertThat(waiting.join().status()).isEqualTo(Status.SHUTDOWN);
      assertThat(waiting.join().outcomeUnknown()).isTrue();
      assertThat(sending.join().status()).isEqualTo(Status.SHUTDOWN);
      raw.awaitClosedByClient();
      deaf.awaitClosedByClient();
      assertThat(get(callAsync(transport, ExportContext.none())).status())
          .isEqualTo(Status.SHUTDOWN);
    }
  }

  // --- Helpers ---

  private static Named<Consumer<RawHttp2Server>> broken(
      String name, Consumer<RawHttp2Server> script) {
    return Named.of(name, script);
  }

  private ExportResult call(HttpTransport transport) throws Exception {
    return get(callAsync(transport, ExportContext.none()));
  }

  private static ExportResult call(HttpTransport transport, String url, byte[] message)
      throws Exception {
    return get(
        transport
            .call(to(url, message), ExportContext.none(), GrpcCallFailureTest::map)
            .toCompletableFuture());
  }

  private CompletableFuture<ExportResult> callAsync(
      HttpTransport transport, ExportContext context) {
    return transport
        .call(to(raw.url("/x"), BODY), context, GrpcCallFailureTest::map)
        .toCompletableFuture();
  }

  private static GrpcCall to(String url, byte[] message) {
    return GrpcCall.of(HttpEndpoint.of("url", url), Payload.of(message));
  }

  private static ExportResult map(GrpcAnswer answer) {
    return answer.isSuccessful()
        ? ExportResult.success()
        : ExportResult.permanent(answer.toString());
  }
}
