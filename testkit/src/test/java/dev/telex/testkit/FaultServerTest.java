/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultServerTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final HttpClient client =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private FaultServer server = FaultServer.start();

  @AfterEach
  void close() {
    server.close();
  }

  @Test
  void answersAsScriptedAndThenByDefault() throws Exception {
    server.enqueue(
        Answer.status(503).header("Retry-After", "1").body("text/plain", "not now"),
        Answer.status(204));
    server.answerByDefault(Answer.status(418));

    HttpResponse<String> first = post("/a", "one".getBytes(UTF_8));
    assertThat(first.statusCode()).isEqualTo(503);
    assertThat(first.headers().firstValue("retry-after")).hasValue("1");
    assertThat(first.headers().firstValue("content-type")).hasValue("text/plain");
    assertThat(first.body()).isEqualTo("not now");
    assertThat(post("/b", new byte[0]).statusCode()).isEqualTo(204);
    assertThat(post("/c", new byte[0]).statusCode()).isEqualTo(418);
    assertThat(post("/d", new byte[0]).statusCode()).isEqualTo(418);
    assertThat(server.problems()).isEmpty();
  }

  @Test
  void recordsWhatItReceives() throws Exception {
    byte[] body = {0, 1, -1, 13, 10};
    client.send(
        HttpRequest.newBuilder(URI.create(server.url("/v1/logs?x=1")))
            .header("X-Several", "a")
            .header("X-Several", "b")
            .PUT(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());

    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.method()).isEqualTo("PUT");
    assertThat(request.path()).isEqualTo("/v1/logs?x=1");
    assertThat(request.body()).isEqualTo(body);
    assertThat(request.headers("x-several")).containsExactly("a", "b");
    assertThat(request.headers()).containsKey("content-length");
    assertThat(request.header("nothing")).isEmpty();
    assertThat(request.isComplete()).isTrue();
    assertThat(request).hasToString("PUT /v1/logs?x=1 [5 bytes]");
    assertThat(server.requests()).containsExactly(request);
  }

  @Test
  void waitsForARequestNoLongerThanTheLimit() throws Exception {
    assertThatThrownBy(() -> server.takeRequest(Duration.ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no further request came within PT0.001S");
    post("/a", new byte[0]);
    server.takeRequest(LIMIT);
    assertThatThrownBy(() -> server.takeRequest(Duration.ZERO))
        .hasMessageContaining("received [POST /a [0 bytes]], connections accepted 1, open 1");
    assertThatThrownBy(() -> server.awaitConnectionsOpen(0, Duration.ZERO))
        .isInstanceOf(AssertionError.class);
  }

  @Test
  void keepsConnectionsAndCountsThem() throws Exception {
    post("/a", new byte[1]);
    post("/b", new byte[1]);
    assertThat(server.takeRequest(LIMIT).connection()).isEqualTo(1);
    assertThat(server.takeRequest(LIMIT).connection()).isEqualTo(1);
    assertThat(server.connectionsAccepted()).isEqualTo(1);
    assertThat(server.connectionsOpen()).isEqualTo(1);

    server.enqueue(Answer.ok().thenClose());
    post("/c", new byte[1]);
    server.awaitConnectionsOpen(0, LIMIT);
    post("/d", new byte[1]);
    assertThat(server.connectionsAccepted()).isEqualTo(2);
  }

  @Test
  void seesTheClientCloseBetweenRequests() throws Exception {
    try (Socket socket = connect(server.port())) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      server.takeRequest(LIMIT);
      server.awaitConnectionsOpen(1, LIMIT);
    }
    server.awaitConnectionsOpen(0, LIMIT);
  }

  @Test
  void closesAfterOneRequestOfHttp10() throws Exception {
    assertThat(exchange("GET / HTTP/1.0\r\n\r\n"))
        .isEqualTo("HTTP/1.1 200 Scripted\r\nContent-Length: 0\r\n\r\n");
  }

  @Test
  void decodesBodiesThatAreCompressedOrChunked() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("héllo".getBytes(UTF_8));
    }
    client.send(
        HttpRequest.newBuilder(server.uri())
            .header("Content-Encoding", "gzip")
            // A stream has no known length: the client sends chunks.
            .POST(
                HttpRequest.BodyPublishers.fromPublisher(
                    HttpRequest.BodyPublishers.ofByteArray(bytes.toByteArray())))
            .build(),
        HttpResponse.BodyHandlers.discarding());
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.header("Transfer-Encoding")).hasValue("chunked");
    assertThat(request.body()).isEqualTo(bytes.toByteArray());
    assertThat(request.text()).isEqualTo("héllo");
  }

  @Test
  void refusesToDecodeWhatItCannot() throws Exception {
    exchange("POST / HTTP/1.0\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc");
    assertThatThrownBy(server.takeRequest(LIMIT)::decodedBody)
        .isInstanceOf(UncheckedIOException.class);
    exchange("POST / HTTP/1.0\r\nContent-Encoding: br\r\nContent-Length: 3\r\n\r\nabc");
    assertThatThrownBy(server.takeRequest(LIMIT)::decodedBody)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("cannot decode Content-Encoding br");
  }

  @Test
  void holdsAnAnswerUntilTheTestReleasesIt() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.status(201).holdBeforeAnswer(hold));
    CompletableFuture<HttpResponse<String>> answer = postAsync("/a", "body".getBytes(UTF_8));
    ReceivedRequest held = hold.awaitRequest(LIMIT);
    assertThat(held.text()).isEqualTo("body");
    assertThat(server.requests()).containsExactly(held);
    assertThat(answer).isNotDone();

    hold.release();
    assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(201);
    assertThatThrownBy(() -> hold.awaitClientClosed(LIMIT))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("ended otherwise");

    // What is released holds nobody.
    server.enqueue(Answer.status(202).holdBeforeAnswer(hold));
    assertThat(post("/b", new byte[0]).statusCode()).isEqualTo(202);
  }

  @Test
  void sharesOneHoldAmongSeveralRequests() throws Exception {
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    CompletableFuture<HttpResponse<String>> one = postAsync("/a", new byte[0]);
    hold.awaitRequest(LIMIT);
    CompletableFuture<HttpResponse<String>> other = postAsync("/b", new byte[0]);
    assertThat(hold.awaitRequest(LIMIT).path()).isEqualTo("/b");
    assertThat(server.connectionsOpen()).isEqualTo(2);
    hold.release();
    assertThat(one.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(other.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
  }

  @Test
  void tellsWhenTheClientOfAHeldRequestCloses() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    try (Socket socket = connect(server.port())) {
      socket.getOutputStream().write("GET /x HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      hold.awaitRequest(LIMIT);
      assertThatThrownBy(() -> hold.awaitClientClosed(Duration.ofMillis(1)))
          .hasMessageContaining("no client closed");
    }
    hold.awaitClientClosed(LIMIT);
    server.awaitConnectionsOpen(0, LIMIT);
  }

  @Test
  void holdsInTheMiddleOfAnAnswer() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().body("text/plain", "0123456789").holdWhileAnswering(4, hold));
    try (Socket socket = connect(server.port())) {
      socket.getOutputStream().write("GET /x HTTP/1.0\r\n\r\n".getBytes(US_ASCII));
      String head =
          "HTTP/1.1 200 Scripted\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n";
      byte[] early = socket.getInputStream().readNBytes(head.length() + 4);
      assertThat(new String(early, US_ASCII)).isEqualTo(head + "0123");
      hold.awaitRequest(LIMIT);
      hold.release();
      assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).isEqualTo("456789");
    }
  }

  @Test
  void readsNoMoreThanTheHoldAllows() throws Exception {
    server.close();
    server = FaultServer.startWithReceiveBuffer(4096);
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdWhileReading(1000, hold));
    byte[] body = new byte[32 << 20];
    CompletableFuture<HttpResponse<String>> answer = postAsync("/slow", body);
    ReceivedRequest partial = hold.awaitRequest(LIMIT);
    assertThat(partial.body()).hasSize(1000);
    assertThat(partial.isComplete()).isFalse();
    assertThat(server.requests()).isEmpty();

    hold.release();
    assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
    assertThat(server.takeRequest(LIMIT).body()).hasSize(body.length);
  }

  @Test
  void seesAClientThatLeavesInTheMiddleOfItsBody() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdWhileReading(3, hold));
    try (Socket socket = connect(server.port())) {
      socket
          .getOutputStream()
          .write("POST /x HTTP/1.1\r\nContent-Length: 10\r\n\r\n01234".getBytes(US_ASCII));
      hold.awaitRequest(LIMIT);
    }
    hold.release();
    hold.awaitClientClosed(LIMIT);
    ReceivedRequest torn = server.takeRequest(LIMIT);
    assertThat(torn.isComplete()).isFalse();
    assertThat(torn.body()).isEqualTo("01234".getBytes(US_ASCII));
    assertThat(torn).hasToString("POST /x [5 bytes, torn]");
  }

  @Test
  void resetsBeforeTheAnswer() throws Exception {
    server.enqueue(Answer.reset());
    assertThatThrownBy(() -> exchange("POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.isComplete()).isTrue();
    assertThat(request.text()).isEqualTo("abc");
  }

  @Test
  void resetsInTheMiddleOfTheRequest() throws Exception {
    server.enqueue(Answer.resetAfterBytes(100));
    assertThatThrownBy(
            () -> exchange("POST / HTTP/1.1\r\nContent-Length: 200\r\n\r\n" + "x".repeat(150)))
        .isInstanceOf(SocketException.class);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.isComplete()).isFalse();
    assertThat(request.body()).hasSize(100);
    server.awaitConnectionsOpen(0, LIMIT);
  }

  @Test
  void closesWithoutAnAnswer() throws Exception {
    server.enqueue(Answer.close());
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).isEmpty();
  }

  @Test
  void answersGarbage() throws Exception {
    server.enqueue(Answer.garbage(), Answer.raw("HTTP/1.1 2".getBytes(US_ASCII)));
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).isNotEmpty().doesNotContain("HTTP/1");
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).isEqualTo("HTTP/1.1 2");
  }

  @Test
  void answersByHalfAndCloses() throws Exception {
    server.enqueue(Answer.ok().body("text/plain", "0123456789").cutAfter(5));
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).endsWith("Content-Length: 10\r\n\r\n01234");
    server.enqueue(Answer.ok().body("text/plain", "0123456789").chunked().cutAfter(5));
    assertThat(exchange("GET / HTTP/1.1\r\n\r\n")).endsWith("chunked\r\n\r\n5\r\n01234\r\n");
  }

  @Test
  void answersByHalfAndResets() throws Exception {
    server.enqueue(Answer.ok().body("text/plain", "0123456789").resetAnswerAfter(5));
    assertThatThrownBy(() -> exchange("GET / HTTP/1.1\r\n\r\n"))
        .isInstanceOf(SocketException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void answersMoreThanAnyoneShouldRead() throws Exception {
    server.enqueue(Answer.ok().bodyOfSize(5 << 20), Answer.ok().bodyOfSize(3 << 20).chunked());
    assertThat(post("/a", new byte[0]).body()).hasSize(5 << 20).isBlank();
    assertThat(post("/b", new byte[0]).body()).hasSize(3 << 20).isBlank();
  }

  @Test
  void answersWithoutEndUntilTheClientLeaves() throws Exception {
    server.enqueue(Answer.ok().bodyOfSize(Long.MAX_VALUE).chunked());
    try (Socket socket = connect(server.port())) {
      socket.getOutputStream().write("GET /x HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
      assertThat(socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
      server.awaitConnectionsOpen(1, LIMIT);
    }
    server.awaitConnectionsOpen(0, LIMIT);
  }

  @Test
  void compressesAnAnswer() throws Exception {
    server.enqueue(Answer.ok().bodyOfSize(5 << 20).gzipped());
    HttpResponse<byte[]> answer =
        client.send(
            HttpRequest.newBuilder(server.uri()).build(), HttpResponse.BodyHandlers.ofByteArray());
    assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
    assertThat(answer.body()).hasSizeLessThan(100_000);
    try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(answer.body()))) {
      assertThat(gzip.readAllBytes()).hasSize(5 << 20);
    }
  }

  @Test
  void tellsWhatIsNoHttp() throws Exception {
    exchange("nonsense\r\n\r\n");
    server.awaitConnectionsOpen(0, LIMIT);
    assertThat(server.problems()).containsExactly("the request line is no HTTP/1 request line");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void letsAClientThatAsksContinue() throws Exception {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(server.uri())
                .expectContinue(true)
                .POST(HttpRequest.BodyPublishers.ofString("abc"))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(server.takeRequest(LIMIT).text()).isEqualTo("abc");
  }

  @Test
  void startsAgainOnItsPort() throws Exception {
    post("/a", new byte[0]);
    int port = server.port();
    server.close();
    assertThatThrownBy(() -> connect(port).close()).isInstanceOf(ConnectException.class);
    server = FaultServer.startOn(port);
    assertThat(post("/b", new byte[0]).statusCode()).isEqualTo(200);
    assertThatThrownBy(() -> FaultServer.startOn(port)).isInstanceOf(UncheckedIOException.class);
  }

  @Test
  void leavesNoThreadAndNoSocket() throws Exception {
    String prefix = "telex-faultserver-" + server.port() + "-";
    Hold hold = new Hold();
    server.answerByDefault(Answer.ok().holdBeforeAnswer(hold));
    CompletableFuture<HttpResponse<String>> held = postAsync("/a", new byte[0]);
    hold.awaitRequest(LIMIT);
    server.answerByDefault(Answer.ok());
    post("/b", new byte[0]);
    assertThat(threads(prefix)).isEqualTo(3);

    server.close();
    server.close();
    assertThat(threads(prefix)).isZero();
    assertThat(server.connectionsOpen()).isZero();
    assertThatThrownBy(() -> held.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
  }

  @Test
  void refusesScriptsThatMakeNoSense() {
    assertThatThrownBy(() -> Answer.status(99)).hasMessage("status is 99: want 100 to 999");
    assertThatThrownBy(() -> Answer.resetAfterBytes(-1))
        .hasMessage("bodyBytes is -1: want 0 or more");
    assertThatThrownBy(() -> Answer.garbage().header("a", "b"))
        .isInstanceOf(IllegalStateException.class);
    assertThat(Answer.ok().bodyOfSize(7).cutAfter(3))
        .hasToString("Answer[200, 7 bytes, then CLOSE]");
  }

  private HttpResponse<String> post(String path, byte[] body) throws Exception {
    return postAsync(path, body).get(30, TimeUnit.SECONDS);
  }

  private CompletableFuture<HttpResponse<String>> postAsync(String path, byte[] body) {
    return client.sendAsync(
        HttpRequest.newBuilder(URI.create(server.url(path)))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Sends the text and reads until the server closes. */
  private String exchange(String request) throws IOException {
    try (Socket socket = connect(server.port())) {
      socket.getOutputStream().write(request.getBytes(US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), US_ASCII);
    }
  }

  private static Socket connect(int port) throws IOException {
    return new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  private static long threads(String prefix) {
    Thread[] all = new Thread[Thread.activeCount() * 2 + 16];
    int count = Thread.enumerate(all);
    return Arrays.stream(all, 0, count).filter(t -> t.getName().startsWith(prefix)).count();
  }
}
