/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.Hold;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers that fail, timeouts, cancellation, and the end of a transport. */
class HttpTransportFailureTest extends TransportFixture {

  private static final Duration SHORT = Duration.ofMillis(200);

  @Test
  void canTryAgainWhenNobodyListens() throws Exception {
    HttpTransport transport = transport();
    int port = server.port();
    server.close();
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(ConnectException.class);
    assertThat(result.message().orElseThrow()).startsWith("cannot connect: ").contains("" + port);
    assertThat(transport.bytesSent()).isZero();
  }

  @Test
  void canTryAgainWhenTheHostIsUnknown() throws Exception {
    HttpPost post =
        HttpPost.of(
            HttpEndpoint.of("url", "http://backend.invalid:4318/"),
            "application/test",
            Payload.of(BODY));
    ExportResult result =
        get(
            transport()
                .post(post, ExportContext.none(), TransportFixture::map)
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.cause().orElseThrow()).isInstanceOf(UnknownHostException.class);
    assertThat(result.message().orElseThrow())
        .startsWith("unknown host: ")
        .contains("backend.invalid");
  }

  static Stream<Answer> brokenAnswers() {
    return Stream.of(
        Answer.reset(),
        Answer.resetAfterBytes(5),
        Answer.close(),
        Answer.garbage(),
        Answer.raw("HTTP/1.1 2".getBytes(StandardCharsets.US_ASCII)),
        Answer.raw(new byte[100_000]),
        Answer.ok().body("text/plain", "0123456789").cutAfter(5),
        Answer.ok().body("text/plain", "0123456789").chunked().cutAfter(5),
        Answer.ok().body("text/plain", "0123456789").resetAnswerAfter(5));
  }

  @ParameterizedTest
  @MethodSource("brokenAnswers")
  void canTryAgainWhenTheAnswerBreaks(Answer answer) throws Exception {
    HttpTransport transport = transport();
    server.enqueue(answer);
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.cause().orElseThrow()).isInstanceOf(IOException.class);
    assertThat(result.message().orElseThrow()).isNotBlank().hasSizeLessThan(400);

    // The next one is a new request on a new connection.
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests()).hasSize(2);
    assertThat(server.requests().get(1).connection()).isEqualTo(2);
    assertThat(server.requests().get(1).body()).isEqualTo(BODY);
  }

  @Test
  void canTryAgainWhenTheAnswerCannotBeDecompressed() throws Exception {
    server.enqueue(Answer.ok().header("Content-Encoding", "gzip").body("text/plain", "no gzip"));
    ExportResult result = post(transport());
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.message().orElseThrow()).startsWith("HTTP 200, but the answer broke off: ");
  }

  @Test
  void canTryAgainWhenTheServerResetsInTheMiddleOfTheBody() throws Exception {
    server.enqueue(Answer.resetAfterBytes(100));
    HttpTransport transport = transport();
    byte[] body = new byte[32 << 20];
    ExportResult result = get(postAsync(transport, body, ExportContext.none()));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(server.takeRequest(LIMIT).isComplete()).isFalse();
    // A part counts when the socket took all of it, and the reset may come within the first.
    assertThat(transport.bytesSent()).isLessThan(body.length);
  }

  @Test
  void trustsTheStatusOfAFailureThatBreaksOff() throws Exception {
    server.enqueue(
        Answer.status(400).body("text/plain", "0123456789").cutAfter(5),
        Answer.status(503).header("Retry-After", "3").body("text/plain", "x").resetAnswerAfter(0));
    HttpTransport transport = transport();
    ExportResult bad = post(transport);
    assertThat(bad.status()).isEqualTo(Status.PERMANENT);
    assertThat(bad.message()).hasValue("HTTP 400");
    ExportResult busy = post(transport);
    assertThat(busy.status()).isEqualTo(Status.RETRYABLE);
    assertThat(busy.retryAfter()).hasValue(Duration.ofSeconds(3));
  }

  @Test
  void connectsAnewWhenTheServerHasClosed() throws Exception {
    HttpTransport transport = transport();
    server.enqueue(Answer.ok().thenClose());
    post(transport);
    server.awaitConnectionsOpen(0, LIMIT);
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(server.connectionsAccepted()).isEqualTo(2);
  }

  // --- Timeout ---

  @Test
  void givesUpAndClosesWhenTheAnswerIsLate() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.timeout(SHORT));
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    assertThat(result.message()).hasValue("no answer within 200 ms");
    hold.awaitClientClosed(LIMIT);
  }

  @Test
  void givesUpInTheMiddleOfAnAnswer() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().bodyOfSize(1000).holdWhileAnswering(10, hold));
    ExportResult result = post(transport(builder -> builder.timeout(SHORT)));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    hold.awaitClientClosed(LIMIT);
  }

  @Test
  void givesUpOnAServerThatDoesNotRead() throws Exception {
    try (FaultServer slow = FaultServer.startWithReceiveBuffer(4096)) {
      Hold hold = new Hold();
      slow.enqueue(Answer.ok().holdWhileReading(10, hold));
      HttpTransport transport = transport(builder -> builder.timeout(SHORT));
      HttpPost post =
          HttpPost.of(
              HttpEndpoint.of("url", slow.url("/x")),
              "application/test",
              Payload.of(new byte[32 << 20]));
      ExportResult result =
          get(
              transport
                  .post(post, ExportContext.none(), TransportFixture::map)
                  .toCompletableFuture());
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.outcomeUnknown()).isTrue();
      hold.release();
      hold.awaitClientClosed(LIMIT);
      assertThat(transport.bytesSent()).isLessThan(32 << 20);
    }
  }

  @Test
  void takesNoLongerThanTheContextHasLeft() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    ExportContext context =
        CancellableContext.childOf(ExportContext.none(), SHORT, System::nanoTime);
    ExportResult result = get(postAsync(transport(), context));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message().orElseThrow()).startsWith("no answer within ");
    hold.awaitClientClosed(LIMIT);
  }

  @Test
  void sendsNothingWhenNoTimeIsLeft() throws Exception {
    ExportContext context = CancellableContext.childOf(ExportContext.none(), SHORT, () -> 0);
    ExportContext over =
        CancellableContext.childOf(context, Duration.ofNanos(1), new AtomicLong()::getAndIncrement);
    ExportResult result = get(postAsync(transport(), over));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message()).hasValue("not sent: no time was left");
    assertThat(server.connectionsAccepted()).isZero();
  }

  @Test
  void countsTheWaitingForAThread() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.maxInFlight(1));
    CompletableFuture<ExportResult> first = postAsync(transport, ExportContext.none());
    hold.awaitRequest(LIMIT);
    ExportResult second =
        get(
            postAsync(
                transport,
                CancellableContext.childOf(ExportContext.none(), SHORT, System::nanoTime)));
    assertThat(second.status()).isEqualTo(Status.RETRYABLE);
    assertThat(second.outcomeUnknown()).isFalse();
    hold.release();
    assertThat(get(first).status()).isEqualTo(Status.SUCCESS);
    post(transport);
    assertThat(server.requests()).hasSize(2);
  }

  @Test
  void acceptsATimeoutOfAnyLength() throws Exception {
    HttpTransport transport = transport(b -> b.timeout(Duration.ofSeconds(Long.MAX_VALUE)));
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
  }

  // --- Cancellation ---

  @Test
  void closesTheConnectionWhenItIsCancelled() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport();
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> result = postAsync(transport, context);
    hold.awaitRequest(LIMIT);
    assertThat(result).isNotDone();

    context.cancel();
    assertThat(result).isDone();
    assertThat(result.join().status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.join().message()).hasValue("cancelled");
    assertThat(result.join().outcomeUnknown()).isTrue();
    hold.awaitClientClosed(LIMIT);
    server.awaitConnectionsOpen(0, LIMIT);

    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
  }

  @Test
  void sendsNothingThatIsCancelledBefore() throws Exception {
    HttpTransport transport = transport();
    CancellableContext context = CancellableContext.create();
    context.cancel();
    CompletableFuture<ExportResult> result = postAsync(transport, context);
    assertThat(result).isDone();
    assertThat(result.join().status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.join().outcomeUnknown()).isFalse();
    post(transport);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void forgetsWhatIsCancelledWhileItWaits() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.maxInFlight(1));
    CompletableFuture<ExportResult> first = postAsync(transport, ExportContext.none());
    hold.awaitRequest(LIMIT);
    CancellableContext context = CancellableContext.create();
    CompletableFuture<ExportResult> second = postAsync(transport, context);
    context.cancel();
    assertThat(second.join().outcomeUnknown()).isFalse();
    assertThat(transport.waiting()).isZero();
    hold.release();
    get(first);
    post(transport);
    assertThat(server.requests()).hasSize(2);
  }

  // --- Limits ---

  @Test
  void hasNoMoreRequestsUnderWayThanAllowed() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.maxInFlight(3));
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      results.add(postAsync(transport, ExportContext.none()));
    }
    for (int i = 0; i < 3; i++) {
      hold.awaitRequest(LIMIT);
    }
    assertThat(transport.waiting()).isEqualTo(4);
    assertThat(server.connectionsAccepted()).isEqualTo(3);
    hold.release();
    for (CompletableFuture<ExportResult> result : results) {
      assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(server.connectionsAccepted()).isEqualTo(3);
    assertThat(server.requests()).hasSize(7);
  }

  @Test
  void letsNoMoreWaitThanAllowed() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.maxInFlight(1));
    postAsync(transport, ExportContext.none());
    hold.awaitRequest(LIMIT);
    for (int i = 0; i < HttpTransport.MAX_WAITING; i++) {
      postAsync(transport, ExportContext.none());
    }
    CompletableFuture<ExportResult> tooMany = postAsync(transport, ExportContext.none());
    assertThat(tooMany).isDone();
    assertThat(tooMany.join().status()).isEqualTo(Status.RETRYABLE);
    assertThat(tooMany.join().outcomeUnknown()).isFalse();
    assertThat(tooMany.join().message())
        .hasValue("not sent: 1024 requests wait for a connection already");
  }

  // --- The end ---

  @Test
  void endsEverythingWhenItIsClosed() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    HttpTransport transport = transport(builder -> builder.maxInFlight(1));
    CompletableFuture<ExportResult> underWay = postAsync(transport, ExportContext.none());
    hold.awaitRequest(LIMIT);
    CompletableFuture<ExportResult> waiting = postAsync(transport, ExportContext.none());

    transport.close();
    transport.close();
    assertThat(underWay.join().status()).isEqualTo(Status.SHUTDOWN);
    assertThat(underWay.join().outcomeUnknown()).isTrue();
    assertThat(waiting.join().status()).isEqualTo(Status.SHUTDOWN);
    assertThat(waiting.join().outcomeUnknown()).isFalse();
    hold.awaitClientClosed(LIMIT);

    CompletableFuture<ExportResult> late = postAsync(transport, ExportContext.none());
    assertThat(late.join().status()).isEqualTo(Status.SHUTDOWN);
    assertThat(late.join().message()).hasValue("test is shut down");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void closesIdleConnections() throws Exception {
    HttpTransport transport = transport();
    post(transport);
    server.awaitConnectionsOpen(1, LIMIT);
    transport.close();
    server.awaitConnectionsOpen(0, LIMIT);
  }

  @Test
  void canBeClosedOnItsOwnThread() throws Exception {
    HttpTransport transport = transport();
    CompletableFuture<Boolean> interrupted =
        postAsync(transport, ExportContext.none())
            .thenApply(
                result -> {
                  transport.close();
                  return Thread.currentThread().isInterrupted();
                });
    assertThat(interrupted.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isFalse();
    server.awaitConnectionsOpen(0, LIMIT);
  }
}
