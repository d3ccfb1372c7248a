/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.telex.exporter.Compression;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.InflaterInputStream;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import okio.Buffer;
import okio.ByteString;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call of gRPC puts on the wire, and what an answer becomes. */
class GrpcCallTest extends TransportFixture {

  private static final byte[] MESSAGE = {42, 43, 44};

  private final MockWebServer http2 = new MockWebServer();

  @BeforeEach
  void startHttp2() throws IOException {
    http2.setProtocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    http2.start();
  }

  @AfterEach
  void stopHttp2() {
    http2.close();
  }

  // --- The request ---

  @Test
  void sendsOneMessageInItsFrame() throws Exception {
    http2.enqueue(answer(frame(MESSAGE), "grpc-status", "0"));
    HttpTransport transport =
        transport(builder -> builder.header("X-Tenant", "acme").timeout(Duration.ofSeconds(20)));
    Payload payload = pieces("one ", "", "two");
    GrpcAnswer answer = call(transport, GrpcCall.of(method(), payload));
    assertThat(answer.status()).isEqualTo(GrpcStatus.OK);
    assertThat(answer.message()).hasValue(MESSAGE);
    assertThat(answer.problem()).isEmpty();

    RecordedRequest request = http2.takeRequest(30, TimeUnit.SECONDS);
    assertThat(request.getRequestLine()).isEqualTo("POST /package.Service/Method HTTP/2");
    assertThat(request.getBody().hex())
        .isEqualTo(
            "00"
                + "00000007"
                + HexFormat.of().formatHex("one two".getBytes(StandardCharsets.UTF_8)));
    okhttp3.Headers headers = request.getHeaders();
    assertThat(headers.values("te")).containsExactly("trailers");
    assertThat(headers.values("content-type")).containsExactly("application/grpc");
    assertThat(headers.values("grpc-accept-encoding")).containsExactly("identity,gzip");
    assertThat(headers.values("accept-encoding")).containsExactly("identity");
    assertThat(headers.values("x-tenant")).containsExactly("acme");
    assertThat(headers.get("grpc-timeout")).matches("(1\\d|\\d)\\d{6}u");
    assertThat(headers.names())
        .doesNotContain("grpc-encoding", "content-encoding", "content-length", "transfer-encoding");
    assertThat(transport.bytesSent()).isEqualTo(12);
    assertThat(payload.buffers().get(0).remaining()).isEqualTo(4);
  }

  @Test
  void sendsACompressedMessage() throws Exception {
    http2.enqueue(answer(frame(MESSAGE), "grpc-status", "0"));
    byte[] compressed = gzip(BODY);
    call(
        transport(),
        GrpcCall.of(method(), Payload.of(BODY))
            .compressed(Gzip.fast(), () -> Payload.of(compressed)));
    RecordedRequest request = http2.takeRequest(30, TimeUnit.SECONDS);
    assertThat(request.getHeaders().values("grpc-encoding")).containsExactly("gzip");
    assertThat(request.getHeaders().get("content-encoding")).isNull();
    ByteBuffer body = request.getBody().asByteBuffer();
    assertThat(body.get()).isEqualTo((byte) 1);
    assertThat(body.getInt()).isEqualTo(compressed.length).isEqualTo(body.remaining());
    assertThat(request.getBody().substring(5).toByteArray()).isEqualTo(compressed);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 65_530, 65_531, 1 << 20})
  void sendsMessagesOfEverySize(int size) throws Exception {
    byte[] bytes = new byte[size];
    new Random(1).nextBytes(bytes);
    http2.enqueue(answer(frame(MESSAGE), "grpc-status", "0"));
    HttpTransport transport = transport();
    assertThat(call(transport, GrpcCall.of(method(), Payload.of(bytes.clone()))).status())
        .isEqualTo(GrpcStatus.OK);
    ByteString body = http2.takeRequest(30, TimeUnit.SECONDS).getBody();
    assertThat(body.substring(0, 5).hex()).isEqualTo("00" + HexFormat.of().toHexDigits(size));
    assertThat(Arrays.equals(body.substring(5).toByteArray(), bytes)).isTrue();
    assertThat(transport.bytesSent()).isEqualTo(size + 5L);
  }

  @Test
  void usesOneConnection() throws Exception {
    HttpTransport transport = transport();
    for (int i = 0; i < 3; i++) {
      http2.enqueue(answer(frame(MESSAGE), "grpc-status", "0"));
      call(transport, GrpcCall.of(method(), Payload.of(new byte[100_000 * i])));
      RecordedRequest request = http2.takeRequest(30, TimeUnit.SECONDS);
      assertThat(request.getConnectionIndex()).isZero();
      assertThat(request.getExchangeIndex()).isEqualTo(i);
    }
  }

  @Test
  void sendsNothingThatIsTooLarge() throws Exception {
    CompletableFuture<ExportResult> result =
        transport(builder -> builder.maxRequestBytes(BODY.length - 1))
            .call(GrpcCall.of(method(), Payload.of(BODY)), ExportContext.none(), GrpcCallTest::map)
            .toCompletableFuture();
    assertThat(get(result).status()).isEqualTo(Status.PERMANENT);
    assertThat(get(result).message().orElseThrow()).contains("maxRequestBytes");
    assertThat(http2.getRequestCount()).isZero();
  }

  @Test
  void lendsOkHttpABodyForOneWrite() {
    GrpcBody body =
        new GrpcBody(
            false, Payload.of(BODY), () -> {}, failure -> {}, new LongAdder(), Runnable::run);
    assertThat(body.isOneShot()).isTrue();
    assertThat(body.isDuplex()).isTrue();
  }

  @Test
  void failsWhenItsSenderFails() {
    List<Throwable> told = new CopyOnWriteArrayList<>();
    GrpcBody refused =
        largeBody(
            told::add,
            task -> {
              throw new RejectedExecutionException("closed");
            });
    assertThatCode(() -> refused.writeTo(new Buffer()))
        .isInstanceOf(IOException.class)
        .hasMessage("the transport is closed");
    assertThat(told).isEmpty();
    assertThat(refused.isWhole()).isFalse();
  }

  private static GrpcBody largeBody(Consumer<Throwable> broken, Executor senders) {
    return new GrpcBody(
        false, Payload.of(new byte[100_000]), () -> {}, broken, new LongAdder(), senders);
  }

  // --- The status ---

  @Test
  void readsTheStatusOfTheTrailers() throws Exception {
    byte[] details = {8, 14, 18, 1, 'x'};
    http2.enqueue(
        answer(
            frame(MESSAGE),
            "grpc-status",
            "14",
            "grpc-message",
            "zu%20sp%C3%A4t",
            "grpc-status-details-bin",
            Base64.getEncoder().withoutPadding().encodeToString(details)));
    GrpcAnswer answer = call();
    assertThat(answer.status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(answer.isSuccessful()).isFalse();
    assertThat(answer.isFromHttp()).isFalse();
    assertThat(answer.httpStatus()).isEqualTo(200);
    assertThat(answer.statusMessage()).hasValue("zu spät");
    assertThat(answer.statusDetails()).hasValue(details);
    assertThat(answer).hasToString("GrpcAnswer[UNAVAILABLE, HTTP 200]");
  }

  @Test
  void readsAnAnswerOfTrailersOnly() throws Exception {
    http2.enqueue(
        trailersOnly(
            200,
            "content-type",
            "application/grpc+proto",
            "grpc-status",
            "16",
            "grpc-message",
            "who are you?",
            "grpc-status-details-bin",
            Base64.getEncoder().encodeToString(new byte[] {8, 16})));
    GrpcAnswer answer = call();
    assertThat(answer.status()).isEqualTo(GrpcStatus.UNAUTHENTICATED);
    assertThat(answer.isFromHttp()).isFalse();
    assertThat(answer.statusMessage()).hasValue("who are you?");
    assertThat(answer.statusDetails()).hasValue(new byte[] {8, 16});
    assertThat(answer.contentType()).hasValue("application/grpc+proto");
  }

  @ParameterizedTest
  @CsvSource({
    "0, OK",
    "16, UNAUTHENTICATED",
    "17, UNKNOWN",
    "-1, UNKNOWN",
    "007, UNKNOWN",
    "x, UNKNOWN",
    "'', UNKNOWN",
    "99999999999, UNKNOWN",
    "' 5 ', NOT_FOUND"
  })
  void takesAStatusThatItDoesNotKnowForUnknown(String text, GrpcStatus status) throws Exception {
    http2.enqueue(trailersOnly(200, "content-type", "application/grpc", "grpc-status", text));
    assertThat(call().status()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({
    "400, INTERNAL",
    "401, UNAUTHENTICATED",
    "403, PERMISSION_DENIED",
    "404, UNIMPLEMENTED",
    "407, UNKNOWN",
    "408, UNKNOWN",
    "421, UNKNOWN",
    "429, UNAVAILABLE",
    "500, UNKNOWN",
    "502, UNAVAILABLE",
    "503, UNAVAILABLE",
    "504, UNAVAILABLE",
    "307, UNKNOWN",
    "200, UNKNOWN",
    "204, UNKNOWN",
  })
  void takesTheStatusOfHttpIfThereIsNoOther(int code, GrpcStatus status) throws Exception {
    HttpTransport transport = transport();
    http2.enqueue(
        trailersOnly(
            code, "content-type", "text/html", "retry-after", "0", "location", "/elsewhere"));
    GrpcAnswer answer = call(transport, GrpcCall.of(method(), Payload.of(BODY)));
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.isFromHttp()).isTrue();
    assertThat(answer.httpStatus()).isEqualTo(code);
    assertThat(answer.contentType()).hasValue("text/html");
    assertThat(answer.retryAfter()).hasValue(Duration.ZERO);
    assertThat(answer.statusMessage()).isEmpty();
    assertThat(answer.statusDetails()).isEmpty();
    // A further call comes right behind: there was none in between.
    http2.enqueue(answer(frame(MESSAGE), "grpc-status", "0"));
    assertThat(call(transport, GrpcCall.of(method(), Payload.of(BODY))).isSuccessful()).isTrue();
    assertThat(http2.getRequestCount()).isEqualTo(2);
  }

  @Test
  void believesAServerOfGrpcMoreThanTheStatusOfHttp() throws Exception {
    enqueue(
        trailersOnly(503, "content-type", "application/grpc", "grpc-status", "3"),
        trailersOnly(503, "content-type", "application/grpc", "grpc-status", "0"),
        trailersOnly(200, "content-type", "text/plain", "grpc-status", "0"),
        trailersOnly(200, "grpc-status", "9"));
    assertThat(call().status()).isEqualTo(GrpcStatus.INVALID_ARGUMENT);
    assertThat(call().status()).isEqualTo(GrpcStatus.UNAVAILABLE);
    assertThat(call().status()).isEqualTo(GrpcStatus.UNKNOWN);
    assertThat(call().status()).isEqualTo(GrpcStatus.FAILED_PRECONDITION);
  }

  @Test
  void hasNoStatusWhereTheServerSendsNone() throws Exception {
    enqueue(answer(frame(MESSAGE)), answer(frame(MESSAGE), "x-other", "1"));
    for (int i = 0; i < 2; i++) {
      GrpcAnswer answer = call();
      assertThat(answer.status()).isEqualTo(GrpcStatus.UNKNOWN);
      assertThat(answer.isFromHttp()).isTrue();
    }
  }

  @Test
  void passesOverDetailsThatAreNoBase64() throws Exception {
    enqueue(
        answer(frame(MESSAGE), "grpc-status", "8", "grpc-status-details-bin", "*no base64*"),
        answer(frame(MESSAGE), "grpc-status", "8", "grpc-status-details-bin", ""));
    assertThat(call().statusDetails()).isEmpty();
    assertThat(call().statusDetails()).isEmpty();
  }

  @Test
  void makesWordsFitForAMessage() throws Exception {
    http2.enqueue(
        answer(
            frame(MESSAGE),
            "grpc-status",
            "3",
            "grpc-message",
            "token s3cret-token%0A%1B[31m" + "x".repeat(100_000)));
    GrpcAnswer answer =
        call(
            transport(builder -> builder.header("Authorization", "Bearer s3cret-token")),
            GrpcCall.of(method(), Payload.of(BODY)));
    String words = answer.statusMessage().orElseThrow();
    assertThat(words).startsWith("token s3cret-token\n\u001b").hasSizeLessThan(10_001);
    assertThat(answer.excerpt(words)).startsWith("token *** [31mxxx").hasSize(200);
  }

  // --- The message ---

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | there is no message",
        "00 | it ends in the prefix of a message",
        "00000000 | it ends in the prefix of a message",
        "0000000003aabb | it ends in the middle of its message",
        "0000000001aabb | there is more behind its message",
        "0000000001aa0000000001bb | there is more behind its message",
        "0200000001aa | its message begins with the byte 2",
        "ff00000001aa | its message begins with the byte 255",
        "48545450202f | its message begins with the byte 72",
        "0100000001aa | its message is no gzip",
        "0100000000 | its message is no gzip",
      })
  void saysWhyThereIsNoMessage(String hex, String problem) throws Exception {
    MockResponse.Builder response = builder(HexFormat.of().parseHex(hex), "grpc-status", "0");
    http2.enqueue(response.addHeader("grpc-encoding", "gzip").build());
    GrpcAnswer answer = call();
    assertThat(answer.status()).isEqualTo(GrpcStatus.OK);
    assertThat(answer.message()).isEmpty();
    assertThat(answer.problem()).hasValue(problem);
  }

  @Test
  void readsAnEmptyMessage() throws Exception {
    http2.enqueue(answer(frame(new byte[0]), "grpc-status", "0"));
    assertThat(call().message()).hasValue(new byte[0]);
  }

  @Test
  void readsACompressedMessage() throws Exception {
    enqueue(
        builder(compressedFrame(gzip(MESSAGE)), "grpc-status", "0")
            .addHeader("grpc-encoding", "gzip")
            .build(),
        builder(frame(MESSAGE), "grpc-status", "0").addHeader("grpc-encoding", "gzip").build(),
        builder(compressedFrame(MESSAGE), "grpc-status", "0")
            .addHeader("grpc-encoding", "snappy")
            .build(),
        builder(compressedFrame(gzip(MESSAGE)), "grpc-status", "0").build());
    assertThat(call().message()).hasValue(MESSAGE);
    assertThat(call().message()).hasValue(MESSAGE);
    for (int i = 0; i < 2; i++) {
      assertThat(call().problem())
          .hasValue("its message is compressed, and not with one of identity,gzip");
    }
  }

  /** A server of grpc-go answers in the compression of the request, whatever the client accepts. */
  @Test
  void readsAnAnswerInTheCompressionOfItsRequest() throws Exception {
    Deflate deflate = new Deflate(true);
    enqueue(
        deflated(deflate.compress(MESSAGE)),
        deflated(MESSAGE),
        deflated(deflate.compress(new byte[1001])),
        builder(compressedFrame(gzip(MESSAGE)), "grpc-status", "0")
            .addHeader("grpc-encoding", "gzip")
            .build());
    HttpTransport transport = transport(builder -> builder.maxResponseBytes(1000));
    GrpcCall call =
        GrpcCall.of(method(), Payload.of(BODY)).compressed(deflate, () -> Payload.of(BODY));
    assertThat(call(transport, call).message()).hasValue(MESSAGE);
    assertThat(call(transport, call).problem()).hasValue("its message is no deflate");
    assertThat(result(transport, call).message().orElseThrow())
        .isEqualTo("HTTP 200 with an answer of more than 1000 bytes (maxResponseBytes)");
    assertThat(call(transport, call).message()).hasValue(MESSAGE);
    for (int i = 0; i < 4; i++) {
      RecordedRequest request = http2.takeRequest(30, TimeUnit.SECONDS);
      assertThat(request.getHeaders().values("grpc-encoding")).containsExactly("deflate");
      assertThat(request.getHeaders().values("grpc-accept-encoding"))
          .containsExactly("identity,gzip,deflate");
    }
  }

  @Test
  void asksForNoCompressionThatItCannotUndo() throws Exception {
    Deflate deflate = new Deflate(false);
    enqueue(deflated(deflate.compress(MESSAGE)), answer(frame(MESSAGE), "grpc-status", "0"));
    HttpTransport transport = transport();
    GrpcCall call = GrpcCall.of(method(), Payload.of(BODY));
    assertThat(call(transport, call.compressed(deflate, () -> Payload.of(BODY))).problem())
        .hasValue("its message is compressed, and not with one of identity,gzip");
    call(transport, call.compressed(Gzip.fast(), () -> Payload.of(gzip(BODY))));
    for (int i = 0; i < 2; i++) {
      assertThat(
              http2.takeRequest(30, TimeUnit.SECONDS).getHeaders().values("grpc-accept-encoding"))
          .containsExactly("identity,gzip");
    }
  }

  private static MockResponse deflated(byte[] message) {
    return builder(compressedFrame(message), "grpc-status", "0")
        .addHeader("grpc-encoding", "deflate")
        .build();
  }

  /** Another compression, which may know no way back. */
  private record Deflate(boolean canBeUndone) implements Compression {
    @Override
    public String contentEncoding() {
      return "deflate";
    }

    @Override
    public OutputStream open(OutputStream out) {
      return new DeflaterOutputStream(out);
    }

    @Override
    public Optional<Decompression> decompression() {
      return canBeUndone ? Optional.of(InflaterInputStream::new) : Optional.empty();
    }

    byte[] compress(byte[] bytes) throws IOException {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (OutputStream deflate = open(out)) {
        deflate.write(bytes);
      }
      return out.toByteArray();
    }
  }

  @Test
  void readsNoMoreThanTheLimit() throws Exception {
    HttpTransport transport = transport(builder -> builder.maxResponseBytes(1000));
    byte[] bomb = gzip(new byte[1001]);
    assertThat(bomb.length).isLessThan(1000);
    enqueue(
        answer(frame(new byte[1000]), "grpc-status", "0"),
        builder(compressedFrame(gzip(new byte[1000])), "grpc-status", "0")
            .addHeader("grpc-encoding", "gzip")
            .build());
    assertThat(call(transport, GrpcCall.of(method(), Payload.of(BODY))).message().orElseThrow())
        .hasSize(1000);
    assertThat(call(transport, GrpcCall.of(method(), Payload.of(BODY))).message().orElseThrow())
        .hasSize(1000);

    List<MockResponse> tooLarge =
        List.of(
            answer(frame(new byte[1001]), "grpc-status", "0"),
            // States a gigabyte and more, and has none of it.
            answer(HexFormat.of().parseHex("0040000000"), "grpc-status", "0"),
            answer(HexFormat.of().parseHex("00ffffffff"), "grpc-status", "0"),
            builder(compressedFrame(bomb), "grpc-status", "0")
                .addHeader("grpc-encoding", "gzip")
                .build(),
            answer(new byte[3 << 20], "grpc-status", "0"));
    for (MockResponse response : tooLarge) {
      http2.enqueue(response);
      ExportResult result = result(transport, GrpcCall.of(method(), Payload.of(BODY)));
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.outcomeUnknown()).isTrue();
      assertThat(result.message())
          .hasValue("HTTP 200 with an answer of more than 1000 bytes (maxResponseBytes)");
    }
  }

  // --- Helpers ---

  private void enqueue(MockResponse... responses) {
    for (MockResponse response : responses) {
      http2.enqueue(response);
    }
  }

  private HttpEndpoint method() {
    return HttpEndpoint.of("url", http2.url("/").toString()).resolve("package.Service/Method");
  }

  private GrpcAnswer call() throws Exception {
    return call(transport(), GrpcCall.of(method(), Payload.of(BODY)));
  }

  private static GrpcAnswer call(HttpTransport transport, GrpcCall call) throws Exception {
    CompletableFuture<GrpcAnswer> seen = new CompletableFuture<>();
    ExportResult result =
        get(
            transport
                .call(
                    call,
                    ExportContext.none(),
                    answer -> {
                      seen.complete(answer);
                      return ExportResult.success();
                    })
                .toCompletableFuture());
    assertThat(seen).as("%s", result).isDone();
    return seen.join();
  }

  private static ExportResult result(HttpTransport transport, GrpcCall call) throws Exception {
    return get(transport.call(call, ExportContext.none(), GrpcCallTest::map).toCompletableFuture());
  }

  private static ExportResult map(GrpcAnswer answer) {
    return answer.isSuccessful()
        ? ExportResult.success()
        : ExportResult.permanent(answer.toString());
  }

  private static MockResponse answer(byte[] body, String... trailers) {
    return builder(body, trailers).build();
  }

  private static MockResponse.Builder builder(byte[] body, String... trailers) {
    return new MockResponse.Builder()
        .body(new Buffer().write(body))
        .removeHeader("Content-Length")
        .addHeader("content-type", "application/grpc")
        .trailers(okhttp3.Headers.of(trailers));
  }

  private static MockResponse trailersOnly(int code, String... headers) {
    MockResponse.Builder response = new MockResponse.Builder().code(code).clearHeaders();
    for (int i = 0; i < headers.length; i += 2) {
      response.addHeader(headers[i], headers[i + 1]);
    }
    return response.build();
  }

  private static byte[] frame(byte[] message) {
    return framed(0, message);
  }

  private static byte[] compressedFrame(byte[] message) {
    return framed(1, message);
  }

  private static byte[] framed(int flag, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flag)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = Gzip.fast().open(compressed)) {
      out.write(bytes);
    }
    return compressed.toByteArray();
  }
}
