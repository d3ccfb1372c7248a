/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Headers and tokens from suppliers, and other credentials. */
class HttpTransportAuthTest extends TransportFixture {

  private final AtomicInteger asked = new AtomicInteger();

  // --- Headers ---

  @Test
  void asksForHeadersOnceForEachRequest() throws Exception {
    List<String> threads = new ArrayList<>();
    HttpTransport transport =
        transport(
            builder ->
                builder
                    .header("X-Fixed", "1")
                    .header("X-Both", "fixed")
                    .headers(
                        () -> {
                          threads.add(Thread.currentThread().getName());
                          return Map.of("x-both", "s3cret-" + asked.incrementAndGet());
                        }));
    server.enqueue(
        Answer.ok(), Answer.status(401).body("text/plain", "s3cret-2 is bad"), Answer.status(503));
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    assertThat(post(transport).message()).hasValue("HTTP 401: *** is bad");
    post(transport);
    assertThat(asked).hasValue(3);
    assertThat(threads).allMatch(name -> name.startsWith("telex-http-test-"));
    assertThat(server.requests())
        .extracting(request -> request.headers("X-Both"))
        .containsExactly(List.of("s3cret-1"), List.of("s3cret-2"), List.of("s3cret-3"));
    assertThat(server.requests()).allMatch(r -> r.headers("X-Fixed").equals(List.of("1")));
  }

  static Stream<Supplier<Map<String, String>>> badSuppliers() {
    Map<String, String> withNull = new HashMap<>();
    withNull.put("X-Key", null);
    return Stream.of(
        () -> {
          throw new IllegalStateException("s3cret");
        },
        () -> {
          throw new AssertionError("s3cret");
        },
        () -> noHeaders(),
        () -> withNull,
        () -> Map.of("X-Key", "s3cret\n"),
        () -> Map.of("Content-Length", "s3cret"),
        () -> Map.of("a b", "s3cret"));
  }

  @ParameterizedTest
  @MethodSource("badSuppliers")
  void sendsNothingWithoutItsHeaders(Supplier<Map<String, String>> supplier) throws Exception {
    ExportResult result = post(transport(builder -> builder.headers(supplier)));
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message().orElseThrow())
        .startsWith("not sent: the header supplier ")
        .doesNotContain("s3cret");
    assertThat(server.connectionsAccepted()).isZero();
  }

  @Test
  void showsWhatASupplierThrewAsTheCause() throws Exception {
    IllegalStateException failure = new IllegalStateException("no token today");
    ExportResult result =
        post(
            transport(
                builder ->
                    builder.headers(
                        () -> {
                          throw failure;
                        })));
    assertThat(result.message())
        .hasValue("not sent: the header supplier threw IllegalStateException");
    assertThat(result.cause()).hasValue(failure);
  }

  @Test
  void givesUpOnASupplierThatTakesTooLong() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    HttpTransport transport =
        transport(
            builder ->
                builder
                    .timeout(Duration.ofMillis(200))
                    .headers(
                        () -> {
                          await(never);
                          return Map.of();
                        }));
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message()).hasValue("no answer within 200 ms");
    never.countDown();
    transport.close();
    awaitThreads();
    assertThat(server.connectionsAccepted()).isZero();
  }

  // --- Bearer token ---

  @Test
  void keepsATokenUntilItIsRefusedAndThenSendsOnceMore() throws Exception {
    HttpTransport transport = transport(builder -> builder.bearerToken(this::nextToken));
    server.enqueue(
        Answer.ok(),
        Answer.ok(),
        Answer.status(401).body("text/plain", "x".repeat(100_000)),
        Answer.ok(),
        Answer.ok());
    for (int i = 0; i < 4; i++) {
      assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(asked).hasValue(2);
    assertTokens("s3cret-1", "s3cret-1", "s3cret-1", "s3cret-2", "s3cret-2");
    assertThat(server.requests()).allMatch(request -> request.body().length == BODY.length);
    assertThat(server.connectionsAccepted()).isEqualTo(1);
    assertThat(transport.bytesSent()).isEqualTo(5L * BODY.length);
  }

  @Test
  void takesASecond401ForAnAnswer() throws Exception {
    HttpTransport transport = transport(builder -> builder.bearerToken(this::nextToken));
    server.enqueue(
        Answer.status(401), Answer.status(401).body("text/plain", "neither s3cret-1 nor s3cret-2"));
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message()).hasValue("HTTP 401: neither *** nor ***");
    assertThat(server.requests()).hasSize(2);
    assertThat(asked).hasValue(2);
  }

  @Test
  void doesNotSendAgainWithTheSameToken() throws Exception {
    HttpTransport transport =
        transport(
            builder ->
                builder.bearerToken(
                    () -> {
                      asked.incrementAndGet();
                      return "s3cret";
                    }));
    server.enqueue(Answer.status(401));
    assertThat(post(transport).status()).isEqualTo(Status.PERMANENT);
    assertThat(server.requests()).hasSize(1);
    assertThat(asked).hasValue(2);
  }

  @Test
  void sendsOnlyOnceWithoutABearerToken() throws Exception {
    server.enqueue(Answer.status(401));
    assertThat(post(transport(builder -> builder.basicAuth("me", "s3cret"))).status())
        .isEqualTo(Status.PERMANENT);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void canTryAgainWhenNoNewTokenIsToBeHad() throws Exception {
    HttpTransport transport =
        transport(
            builder ->
                builder.bearerToken(
                    () -> {
                      if (asked.get() == 1) {
                        asked.incrementAndGet();
                        throw new IllegalStateException("s3cret");
                      }
                      return nextToken();
                    }));
    server.enqueue(Answer.status(401));
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isFalse();
    assertThat(result.message())
        .hasValue("not sent: the bearer token supplier threw IllegalStateException");
    // The refused one is forgotten.
    assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    assertTokens("s3cret-1", "s3cret-3");
  }

  @Test
  void asksForOneNewTokenHoweverManyRequestsWereRefused() throws Exception {
    Hold hold = new Hold();
    HttpTransport transport = transport(builder -> builder.bearerToken(this::nextToken));
    for (int i = 0; i < 8; i++) {
      server.enqueue(Answer.status(401).holdBeforeAnswer(hold));
    }
    List<CompletableFuture<ExportResult>> results = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      results.add(postAsync(transport, ExportContext.none()));
    }
    for (int i = 0; i < 8; i++) {
      hold.awaitRequest(LIMIT);
    }
    hold.release();
    for (CompletableFuture<ExportResult> result : results) {
      assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(asked).hasValue(2);
    assertThat(server.requests()).hasSize(16);
  }

  @Test
  void endsWithinItsTimeAlsoWhenItSendsAgain() throws Exception {
    Hold hold = new Hold();
    HttpTransport transport =
        transport(builder -> builder.timeout(Duration.ofMillis(500)).bearerToken(this::nextToken));
    server.enqueue(Answer.status(401), Answer.ok().holdBeforeAnswer(hold));
    ExportResult result = post(transport);
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
    hold.awaitClientClosed(LIMIT);
  }

  @Test
  void doesNotSendAgainWhatIsCancelledWhileItAsks() throws Exception {
    CountDownLatch asking = new CountDownLatch(2);
    CountDownLatch go = new CountDownLatch(1);
    CancellableContext context = CancellableContext.create();
    HttpTransport transport =
        transport(
            builder ->
                builder.bearerToken(
                    () -> {
                      asking.countDown();
                      if (asking.getCount() == 0) {
                        await(go);
                      }
                      return nextToken();
                    }));
    server.enqueue(Answer.status(401));
    CompletableFuture<ExportResult> result = postAsync(transport, context);
    asking.await();
    context.cancel();
    assertThat(get(result).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(result).outcomeUnknown()).isFalse();
    go.countDown();
    transport.close();
    awaitThreads();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void refusesATokenThatIsNone() throws Exception {
    for (String token : new String[] {"", "s3cret\n", "s3crét"}) {
      ExportResult result = post(transport(builder -> builder.bearerToken(() -> token)));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message().orElseThrow())
          .startsWith("not sent: the bearer token supplier gave ")
          .doesNotContain("s3cr");
    }
    assertThat(server.connectionsAccepted()).isZero();
  }

  // --- The rest ---

  @Test
  void sendsBasicCredentialsAndHidesThem() throws Exception {
    HttpTransport transport = transport(builder -> builder.basicAuth("mé", "s3cret:pass"));
    server.enqueue(Answer.status(403).body("text/plain", "not bcOpOnMzY3JldDpwYXNz"));
    ExportResult result = post(transport);
    ReceivedRequest request = server.takeRequest(LIMIT);
    // mé:s3cret:pass in UTF-8.
    assertThat(request.headers("Authorization")).containsExactly("Basic bcOpOnMzY3JldDpwYXNz");
    assertThat(result.message()).hasValue("HTTP 403: not ***");
    server.enqueue(Answer.status(403).body("text/plain", "password s3cret:pass?"));
    assertThat(post(transport).message()).hasValue("HTTP 403: password ***?");
    assertThatThrownBy(() -> HttpTransport.builder("test").basicAuth("a:b", "s3cret"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("basicAuth has the user name 'a:b': want one without a colon");
    assertThatThrownBy(() -> HttpTransport.builder("test").basicAuth("", "s3cret"))
        .hasMessageContaining("want one without a colon");
  }

  @Test
  void sendsAnApiKeyAndHidesIt() throws Exception {
    HttpTransport transport = transport(builder -> builder.apiKey("X-API-Key", "s3cret"));
    server.enqueue(Answer.status(403).body("text/plain", "not s3cret"));
    assertThat(post(transport).message()).hasValue("HTTP 403: not ***");
    assertThat(server.takeRequest(LIMIT).headers("x-api-key")).containsExactly("s3cret");
  }

  @Test
  void refusesTwoKindsOfAuthorization() {
    assertThatThrownBy(
            () ->
                HttpTransport.builder("test")
                    .basicAuth("me", "s3cret")
                    .bearerToken(() -> "s3cret")
                    .build())
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "bearerToken is set, and so is an Authorization header (by header or basicAuth): want"
                + " one of them");
  }

  private String nextToken() {
    return "s3cret-" + asked.incrementAndGet();
  }

  private void assertTokens(String... tokens) {
    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly(Stream.of(tokens).map(token -> "Bearer " + token).toArray(String[]::new));
  }

  // As a careless supplier of an application that does not check for null.
  @SuppressWarnings("NullAway")
  private static Map<String, String> noHeaders() {
    return null;
  }

  private static void awaitThreads() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-http-")) {
        thread.join(LIMIT.toMillis());
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
