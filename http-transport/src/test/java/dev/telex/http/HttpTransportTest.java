/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Payload;
import dev.telex.exporter.RetryAfter;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire, and what an answer becomes. */
class HttpTransportTest extends TransportFixture {

  @Test
  void postsThePayloadWithItsLengthAndHeaders() throws Exception {
    HttpTransport transport =
        transport(
            builder ->
                builder
                    .headers(Map.of("X-Tenant", "first"))
                    .header("x-tenant", "acme")
                    .userAgentProduct("Some-Exporter"));
    ExportResult result =
        get(
            transport
                .post(
                    to("/v1/x?y=1", pieces("one ", "", "two")),
                    ExportContext.none(),
                    TransportFixture::map)
                .toCompletableFuture());

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path()).isEqualTo("/v1/x?y=1");
    assertThat(request.text()).isEqualTo("one two");
    assertThat(request.headers("Content-Type")).containsExactly("application/test");
    assertThat(request.headers("Content-Length")).containsExactly("7");
    assertThat(request.headers("Transfer-Encoding")).isEmpty();
    assertThat(request.headers("Content-Encoding")).isEmpty();
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
    assertThat(request.header("User-Agent").orElseThrow())
        .matches("Telex/\\d+\\.\\d+\\.\\d+\\S* Some-Exporter/\\d+\\.\\d+\\.\\d+\\S*");
    assertThat(transport.bytesSent()).isEqualTo(7);
  }

  @Test
  void aLaterSettingOfAHeaderReplacesTheEarlierOnesInAnyCase() throws Exception {
    post(
        transport(
            builder ->
                builder
                    .header("X-Tenant", "first")
                    .headers(Map.of("x-tenant", "second"))
                    .header("X-Tenant", "last")));
    assertThat(server.takeRequest(LIMIT).headers("X-Tenant")).containsExactly("last");
  }

  @Test
  void letsAHeaderReplaceTheUserAgent() throws Exception {
    post(transport(builder -> builder.header("user-agent", "mine")));
    assertThat(server.takeRequest(LIMIT).headers("User-Agent")).containsExactly("mine");
  }

  @Test
  void sendsTheSameBytesEachTimeAndLeavesThePayloadAsItWas() throws Exception {
    HttpTransport transport = transport();
    byte[] bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    Payload payload = Payload.of(bytes.clone());
    for (int i = 0; i < 3; i++) {
      get(
          transport
              .post(to("/x", payload), ExportContext.none(), TransportFixture::map)
              .toCompletableFuture());
      assertThat(server.takeRequest(LIMIT).body()).isEqualTo(bytes);
    }
    assertThat(payload.buffers().get(0).remaining()).isEqualTo(bytes.length);
    assertThat(transport.bytesSent()).isEqualTo(3L * bytes.length);
    assertThat(server.connectionsAccepted()).isEqualTo(1);
  }

  @Test
  void sendsACompressedPayload() throws Exception {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = Gzip.fast().open(compressed)) {
      gzip.write(BODY);
    }
    HttpTransport transport = transport();
    HttpPost post =
        to("/x", Payload.of(BODY))
            .compressed(Gzip.fast(), () -> Payload.of(compressed.toByteArray()));
    get(transport.post(post, ExportContext.none(), TransportFixture::map).toCompletableFuture());

    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.header("Content-Encoding")).hasValue("gzip");
    assertThat(request.body()).isEqualTo(compressed.toByteArray());
    assertThat(request.decodedBody()).isEqualTo(BODY);
    assertThat(transport.bytesSent()).isEqualTo(compressed.size());
  }

  @Test
  void sendsNothingIfThePayloadCannotBeCompressed() throws Exception {
    HttpPost post =
        to("/x", Payload.of(BODY))
            .compressed(
                Gzip.fast(),
                () -> {
                  throw new IllegalStateException("no zip today");
                });
    ExportResult result =
        get(
            transport()
                .post(post, ExportContext.none(), TransportFixture::map)
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message().orElseThrow()).contains("no zip today");

    HttpPost interrupted =
        to("/x", Payload.of(BODY))
            .compressed(
                Gzip.fast(),
                () -> {
                  throw new InterruptedException();
                });
    CompletableFuture<ExportResult> late =
        transport()
            .post(interrupted, ExportContext.none(), TransportFixture::map)
            .toCompletableFuture();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(get(late).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(late).outcomeUnknown()).isFalse();
    assertThat(server.connectionsAccepted()).isZero();
  }

  @ParameterizedTest
  @ValueSource(ints = {503, 408, 421, 307, 308, 301, 302, 303, 401, 407, 429, 500})
  void sendsOneRequestWhateverTheStatus(int status) throws Exception {
    server.enqueue(
        Answer.status(status)
            .header("Retry-After", "0")
            .header("Location", server.url("/elsewhere"))
            .header("WWW-Authenticate", "Basic realm=\"x\"")
            .header("Proxy-Authenticate", "Basic realm=\"x\""));
    HttpTransport transport = transport();
    ExportResult result = post(transport);
    assertThat(result.statusCode()).hasValue(status);

    // A further request comes right behind: there was none in between.
    post(transport);
    assertThat(server.requests()).hasSize(2);
    assertThat(transport.bytesSent()).isEqualTo(2L * BODY.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 502, 503, 504})
  void takesTheseStatusesForRetryable(int status) throws Exception {
    server.enqueue(
        Answer.status(status).header("Retry-After", "7").body("text/plain", "too\nbusy"));
    ExportResult result = post(transport());
    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.retryAfter()).hasValue(Duration.ofSeconds(7));
    assertThat(result.message()).hasValue("HTTP " + status + ": too busy");
    assertThat(result.outcomeUnknown()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 401, 403, 404, 407, 408, 413, 421, 500, 501, 505, 599, 307, 304})
  void takesOtherStatusesForPermanent(int status) throws Exception {
    server.enqueue(Answer.status(status).header("Retry-After", "7"));
    ExportResult result = post(transport());
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.retryAfter()).isEmpty();
  }

  @Test
  void readsARetryAfterThatIsADateByItsOwnClock() throws Exception {
    HttpTransport transport =
        transport(
            builder -> builder.clock(InstantSource.fixed(Instant.parse("1994-11-06T08:49:07Z"))));
    server.enqueue(
        Answer.status(503).header("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"),
        Answer.status(503).header("Retry-After", "later"),
        Answer.status(503).header("Retry-After", "99999999999999999999"));
    assertThat(post(transport).retryAfter()).hasValue(Duration.ofSeconds(30));
    assertThat(post(transport).retryAfter()).isEmpty();
    assertThat(post(transport).retryAfter()).hasValue(RetryAfter.MAX);
  }

  @Test
  void namesTheHostOfARedirectAndNothingMoreOfIt() throws Exception {
    server.enqueue(
        Answer.status(307).header("Location", "https://user:s3cret@other:99/path?token=s3cret"),
        Answer.status(307).header("Location", "/relative?token=s3cret"),
        Answer.status(307).header("Location", ":: s3cret ::"),
        Answer.status(307));
    HttpTransport transport = transport();
    assertThat(post(transport).message())
        .hasValue(
            "HTTP 307 points to other:99, and redirects are not followed: set the right endpoint");
    for (int i = 0; i < 3; i++) {
      assertThat(post(transport).message().orElseThrow())
          .contains("points to another address")
          .doesNotContain("s3cret");
    }
  }

  @Test
  void givesTheMappingAllOfAnAnswer() throws Exception {
    server.enqueue(
        Answer.ok()
            .header("X-One", "1")
            .body("Application/JSON; charset=utf-8", "{\"ok\":true}")
            .gzipped());
    CompletableFuture<String> seen = new CompletableFuture<>();
    get(
        transport()
            .post(
                to("/x", Payload.of(BODY)),
                ExportContext.none(),
                answer -> {
                  seen.complete(
                      answer.status()
                          + " "
                          + answer.contentType().orElse("")
                          + " "
                          + answer.header("x-one").orElse("")
                          + " "
                          + new String(answer.body(), StandardCharsets.UTF_8)
                          + " "
                          + answer.textExcerpt().orElse("")
                          + " "
                          + answer);
                  return ExportResult.success();
                })
            .toCompletableFuture());
    assertThat(seen)
        .isCompletedWithValue(
            "200 application/json 1 {\"ok\":true} {\"ok\":true} HttpAnswer[200, 11 bytes]");
  }

  @Test
  void showsNoHtmlAndNoHeaderValueThatTheServerRepeats() throws Exception {
    HttpTransport transport =
        transport(builder -> builder.header("Authorization", "Bearer s3cret-token"));
    server.enqueue(
        Answer.status(404).body("text/html", "<html>not here</html>"),
        Answer.status(401).body("application/problem+json", "{\"bad\": \"s3cret-token\"}"),
        Answer.status(400).body("text/plain; charset=ISO-8859-1", new byte[] {(byte) 0xe9}),
        Answer.status(400).body("text/plain; charset=nonsense", "plain"));
    assertThat(post(transport).message()).hasValue("HTTP 404");
    assertThat(post(transport).message()).hasValue("HTTP 401: {\"bad\": \"***\"}");
    assertThat(post(transport).message()).hasValue("HTTP 400: é");
    assertThat(post(transport).message()).hasValue("HTTP 400: plain");
    assertThat(transport).hasToString("HttpTransport[test]");
    assertThat(to("/x?token=s3cret", Payload.of(BODY)))
        .hasToString("POST " + server.url("/x") + " [10 bytes]");
  }

  @Test
  void makesAResultOfAMappingThatThrows() throws Exception {
    CompletableFuture<ExportResult> result =
        transport()
            .post(
                to("/x", Payload.of(BODY)),
                ExportContext.none(),
                answer -> {
                  throw new IllegalStateException("a bug");
                })
            .toCompletableFuture();
    assertThat(get(result).status()).isEqualTo(Status.PERMANENT);
    assertThat(get(result).message().orElseThrow()).contains("a bug");
    assertThat(get(result).outcomeUnknown()).isTrue();
  }

  @Test
  void readsNoMoreThanTheLimitOfAnAnswer() throws Exception {
    HttpTransport transport = transport();
    server.enqueue(
        Answer.ok().bodyOfSize(5 << 20),
        Answer.ok().bodyOfSize(5 << 20).chunked(),
        Answer.ok().bodyOfSize(Long.MAX_VALUE).chunked(),
        Answer.ok().bodyOfSize(5 << 20).gzipped());
    for (int i = 0; i < 4; i++) {
      ExportResult result = post(transport);
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.message())
          .hasValue("HTTP 200 with an answer of more than 4194304 bytes (maxResponseBytes)");
      assertThat(result.statusCode()).hasValue(200);
      assertThat(result.outcomeUnknown()).isTrue();
      if (i < 3) {
        // What is left was not read: the connection cannot be used again.
        server.awaitConnectionsOpen(0, LIMIT);
      }
    }
    assertThat(server.requests()).hasSize(4);

    server.enqueue(Answer.status(503).bodyOfSize(5 << 20));
    ExportResult failed = post(transport);
    assertThat(failed.status()).isEqualTo(Status.PERMANENT);
    assertThat(failed.outcomeUnknown()).isFalse();
  }

  @Test
  void readsAnAnswerOfExactlyTheLimit() throws Exception {
    HttpTransport transport = transport(builder -> builder.maxResponseBytes(1000));
    server.enqueue(
        Answer.ok().bodyOfSize(1000),
        Answer.ok().bodyOfSize(1000).chunked(),
        Answer.ok().bodyOfSize(1000).gzipped(),
        Answer.ok().bodyOfSize(1001).gzipped());
    for (int i = 0; i < 3; i++) {
      assertThat(post(transport).status()).isEqualTo(Status.SUCCESS);
    }
    assertThat(post(transport).status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void sendsNoPayloadThatIsLargerThanTheLimitBeforeCompression() throws Exception {
    HttpTransport transport = transport(builder -> builder.maxRequestBytes(BODY.length - 1));
    AtomicInteger compressions = new AtomicInteger();
    HttpPost post =
        to("/x", Payload.of(BODY))
            .compressed(
                Gzip.fast(),
                () -> {
                  compressions.incrementAndGet();
                  return Payload.of(new byte[1]);
                });
    ExportResult result =
        get(
            transport
                .post(post, ExportContext.none(), TransportFixture::map)
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message())
        .hasValue("not sent: 10 bytes before compression are more than 9 (maxRequestBytes)");
    assertThat(compressions).hasValue(0);
    assertThat(server.connectionsAccepted()).isZero();

    assertThat(post(transport(builder -> builder.maxRequestBytes(BODY.length))).status())
        .isEqualTo(Status.SUCCESS);
  }

  @Test
  void setsTcpNoDelayOnItsSockets() throws Exception {
    List<Boolean> noDelay = new ArrayList<>();
    OkHttpClient client =
        transport()
            .client()
            .newBuilder()
            .addNetworkInterceptor(
                chain -> {
                  noDelay.add(chain.connection().socket().getTcpNoDelay());
                  return chain.proceed(chain.request());
                })
            .build();
    Request request =
        new Request.Builder().url(server.url("/x")).post(RequestBody.create(BODY)).build();
    try (Response response = client.newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(200);
    }
    assertThat(noDelay).containsExactly(true);
  }

  @Test
  void goesThroughAProxy() throws Exception {
    Proxy proxy =
        new Proxy(
            Proxy.Type.HTTP,
            new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port()));
    HttpTransport transport = transport(builder -> builder.proxy(proxy));
    HttpPost post =
        HttpPost.of(
            HttpEndpoint.of("url", "http://backend.invalid/v1"),
            "application/test",
            Payload.of(BODY));
    ExportResult result =
        get(
            transport
                .post(post, ExportContext.none(), TransportFixture::map)
                .toCompletableFuture());
    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(server.takeRequest(LIMIT).path()).isEqualTo("http://backend.invalid/v1");
  }

  @Test
  void refusesSettingsAtOnce() {
    HttpTransport.Builder builder = HttpTransport.builder("test");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("timeout is PT0S: want more than zero");
    assertThatThrownBy(() -> builder.timeout(Duration.ofSeconds(-1)))
        .hasMessage("timeout is PT-1S: want more than zero");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ZERO))
        .hasMessage("connectTimeout is PT0S: want more than zero");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofDays(100)))
        .hasMessageContaining("want between 1 ms and 2147483647 ms");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofNanos(1)))
        .hasMessageContaining("want between 1 ms and 2147483647 ms");
    assertThatThrownBy(() -> builder.maxInFlight(0)).hasMessage("maxInFlight is 0: want 1 to 1000");
    assertThatThrownBy(() -> builder.maxRequestBytes(0))
        .hasMessage("maxRequestBytes is 0: want 1 or more");
    assertThatThrownBy(() -> builder.maxResponseBytes(-1))
        .hasMessage("maxResponseBytes is -1: want 0 to 2147483639");
    assertThatThrownBy(() -> builder.userAgentProduct("a b"))
        .hasMessage("userAgentProduct is 'a b': want a token of HTTP");
    assertThatThrownBy(
            () ->
                builder.proxy(
                    new Proxy(Proxy.Type.SOCKS, InetSocketAddress.createUnresolved("x", 1))))
        .hasMessage("proxy is a SOCKS proxy: want an HTTP proxy");
    assertThatThrownBy(() -> builder.header("X-Key", "s3cret\n"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void hasThreadsThatAreDaemonsAndNamed() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    CompletableFuture<Thread> thread = new CompletableFuture<>();
    CompletableFuture<ExportResult> result =
        transport()
            .post(
                to("/x", Payload.of(BODY)),
                ExportContext.none(),
                answer -> {
                  thread.complete(Thread.currentThread());
                  return ExportResult.success();
                })
            .toCompletableFuture();
    hold.awaitRequest(LIMIT);
    assertThat(result).isNotDone();
    hold.release();
    get(result);
    assertThat(thread.join().getName()).isEqualTo("telex-http-test-1");
    assertThat(thread.join().isDaemon()).isTrue();
  }

  @Test
  void keepsItsOwnContextToItself() throws Exception {
    Hold hold = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(hold));
    CompletableFuture<Context> ofSupplier = new CompletableFuture<>();
    CompletableFuture<Context> ofMapping = new CompletableFuture<>();
    CompletableFuture<Context> ofContinuation = new CompletableFuture<>();
    HttpTransport transport =
        transport(
            builder ->
                builder.headers(
                    () -> {
                      ofSupplier.complete(Context.current());
                      return Map.of();
                    }));
    transport
        .post(
            to("/x", Payload.of(BODY)),
            ExportContext.none(),
            answer -> {
              ofMapping.complete(Context.current());
              return ExportResult.success();
            })
        .thenAccept(result -> ofContinuation.complete(Context.current()));
    hold.awaitRequest(LIMIT);
    hold.release();
    SpanContext own = Span.fromContext(ofSupplier.get(30, TimeUnit.SECONDS)).getSpanContext();
    assertThat(own.isValid()).isTrue();
    assertThat(own.isSampled()).isFalse();
    assertThat(ofMapping.get(30, TimeUnit.SECONDS)).isSameAs(Context.root());
    assertThat(ofContinuation.get(30, TimeUnit.SECONDS)).isSameAs(Context.root());
  }

  @Test
  void lendsOkHttpABodyForOneWrite() {
    PayloadBody body = new PayloadBody(Payload.of(BODY), () -> {}, new LongAdder());
    assertThat(body.isOneShot()).isTrue();
    assertThat(body.contentLength()).isEqualTo(BODY.length);
  }
}
