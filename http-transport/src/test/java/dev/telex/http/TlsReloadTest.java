/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Payload;
import dev.telex.http.TestTlsServer.Seen;
import dev.telex.tls.TestClock;
import dev.telex.tls.TestIdentity;
import dev.telex.tls.Tls;
import dev.telex.tls.TlsWatch;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.ConnectionPool;
import okhttp3.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that are replaced while requests go on. */
@Timeout(120)
class TlsReloadTest {

  private static final TestIdentity CA = TestIdentity.authority("Test CA");
  private static final TestIdentity CLIENT_CA = TestIdentity.authority("Client CA");
  private static final TestIdentity SERVER = CA.issue("server");
  private static final TestIdentity FIRST = CLIENT_CA.issue("first");
  private static final TestIdentity SECOND = CLIENT_CA.issue("second", "RSA");

  @TempDir Path directory;
  private Path ca;
  private Path certificate;
  private Path key;
  private final TestClock clock = new TestClock();
  private final List<HttpTransport> transports = new ArrayList<>();

  @BeforeEach
  void writeFiles() {
    ca = CA.writeCertificate(directory.resolve("ca.pem"));
    certificate = directory.resolve("client.pem");
    key = directory.resolve("client.key");
    FIRST.writeTo(certificate, key);
  }

  @AfterEach
  void close() {
    transports.forEach(HttpTransport::close);
  }

  @Test
  void showsTheNewCertificateUnderLoadAndFailsNothing() throws Exception {
    int threads = 4;
    CountDownLatch heldIsThere = new CountDownLatch(3);
    CountDownLatch release = new CountDownLatch(1);
    ExecutorService load = Executors.newCachedThreadPool();
    AtomicBoolean enough = new AtomicBoolean();
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA)) {
      server.beforeAnswer(
          request -> {
            if (request.path().startsWith("/held")) {
              heldIsThere.countDown();
              await(release);
            }
          });
      List<CompletableFuture<ExportResult>> held = new ArrayList<>();
      List<ConnectionPool> oldPools = new ArrayList<>();
      List<Future<List<Status>>> loops = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        HttpTransport transport = transport();
        oldPools.add(transport.client().connectionPool());
        String path = "/" + i;
        held.add(post(transport, server.url("/held" + i)));
        for (int thread = 0; thread < threads; thread++) {
          loops.add(load.submit(postUntil(enough, transport, server.url(path))));
        }
      }
      heldIsThere.await();
      for (int i = 0; i < 3; i++) {
        server.awaitSeen(50, with(FIRST, "/" + i));
      }

      SECOND.writeTo(certificate, key);
      clock.pass(TlsWatch.LOOK_EVERY);
      for (int i = 0; i < 3; i++) {
        server.awaitSeen(50, with(SECOND, "/" + i));
      }
      // Each thread has begun a request since then, and all further ones are on new connections.
      int before = server.seen().size();
      server.awaitSeen(before + 200, request -> true);
      assertThat(server.seen().subList(before + 3 * threads, before + 200))
          .extracting(Seen::serial)
          .containsOnly(SECOND.serial());

      assertThat(held).noneMatch(CompletableFuture::isDone);
      release.countDown();
      for (CompletableFuture<ExportResult> result : held) {
        assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
      }
      enough.set(true);
      int requests = 0;
      for (Future<List<Status>> loop : loops) {
        List<Status> statuses = loop.get(30, TimeUnit.SECONDS);
        assertThat(statuses).containsOnly(Status.SUCCESS);
        requests += statuses.size();
      }
      assertThat(server.seen()).hasSize(requests + 3);
      assertThat(server.seen())
          .filteredOn(request -> request.path().startsWith("/held"))
          .extracting(Seen::serial)
          .containsOnly(FIRST.serial())
          .hasSize(3);
      transports.forEach(HttpTransport::close);
      load.shutdown();
      assertThat(load.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
      awaitThreadsOfTransports();
      assertThat(oldPools).extracting(ConnectionPool::connectionCount).containsOnly(0);
    } finally {
      enough.set(true);
      release.countDown();
      load.shutdownNow();
    }
  }

  @Test
  void lookedAtNoMoreOftenThanEveryFiveSeconds() throws Exception {
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA)) {
      HttpTransport transport = transport();
      ConnectionPool first = transport.client().connectionPool();
      post(server, transport);
      SECOND.writeTo(certificate, key);
      clock.pass(TlsWatch.LOOK_EVERY.minusMillis(1));
      post(server, transport);
      assertSerials(server, FIRST, FIRST);
      clock.pass(Duration.ofMillis(1));
      post(server, transport);
      assertSerials(server, FIRST, FIRST, SECOND);
      assertThat(first.connectionCount()).isZero();
      // Nothing has changed since: the connection stays.
      ConnectionPool second = transport.client().connectionPool();
      clock.pass(TlsWatch.LOOK_EVERY);
      post(server, transport);
      assertThat(transport.client().connectionPool()).isSameAs(second);
      assertThat(second.connectionCount()).isEqualTo(1);
      // A clock that is set back does not keep it from looking.
      FIRST.writeTo(certificate, key);
      clock.pass(Duration.ofDays(-1));
      post(server, transport);
      assertSerials(server, FIRST, FIRST, SECOND, SECOND, FIRST);
    }
  }

  @Test
  void keepsWhatItHasWhenTheNewFilesAreBadAndSaysSoOnce() throws Exception {
    try (TestTlsServer server = TestTlsServer.startMutual(SERVER, CLIENT_CA);
        LogCapture log = new LogCapture("dev.telex.tls")) {
      HttpTransport transport = transport();
      Files.writeString(certificate, SECOND.chainPem());
      lookAndPost(server, transport);
      lookAndPost(server, transport);
      Files.writeString(key, SECOND.pkcs8().substring(0, 50));
      lookAndPost(server, transport);
      Files.delete(key);
      lookAndPost(server, transport);
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith(
              "WARNING tls: the TLS files have changed and cannot be used, so those of before stay"
                  + " in use: client key file '"
                  + key
                  + "' does not hold the key of the first certificate");
      Files.writeString(key, SECOND.pkcs8());
      lookAndPost(server, transport);
      assertSerials(server, FIRST, FIRST, FIRST, FIRST, SECOND);
      assertThat(log.lines())
          .hasSize(2)
          .element(1)
          .isEqualTo("INFO tls: the TLS files have changed and were read again");

      // A new time of trouble is worth a new line; so is one that ends where it began.
      Files.writeString(key, "");
      lookAndPost(server, transport);
      Files.writeString(key, SECOND.pkcs8());
      lookAndPost(server, transport);
      Files.writeString(key, "");
      lookAndPost(server, transport);
      assertThat(log.lines()).hasSize(4).filteredOn(line -> line.startsWith("WARNING")).hasSize(3);
    }
  }

  @Test
  void trustsNewAuthorities() throws Exception {
    TestIdentity newCa = TestIdentity.authority("New CA");
    try (TestTlsServer server = TestTlsServer.startMutual(newCa.issue("server"), CLIENT_CA)) {
      HttpTransport transport = transport();
      ExportResult before = get(post(transport, server.url("/x")));
      assertThat(before.status()).isEqualTo(Status.RETRYABLE);
      Files.writeString(ca, newCa.certificatePem());
      lookAndPost(server, transport);
    }
  }

  @Test
  void putsNewRequestsOnANewHttp2ConnectionWhileStreamsOfTheOldOneEnd() throws Exception {
    CountDownLatch heldIsThere = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    try (MockWebServer server = new MockWebServer()) {
      server.useHttps(SERVER.serverContext(CLIENT_CA).getSocketFactory());
      server.requireClientAuth();
      server.setProtocols(List.of(Protocol.HTTP_2, Protocol.HTTP_1_1));
      server.setDispatcher(
          new Dispatcher() {
            @Override
            public MockResponse dispatch(RecordedRequest request) {
              if (request.getTarget().equals("/held")) {
                heldIsThere.countDown();
                await(release);
              }
              return new MockResponse.Builder().code(200).build();
            }
          });
      server.start();
      String url = "https://localhost:" + server.getPort();
      HttpTransport transport = transport();
      ConnectionPool old = transport.client().connectionPool();
      CompletableFuture<ExportResult> held = post(transport, url + "/held");
      heldIsThere.await();
      get(post(transport, url + "/a"));
      assertThat(old.connectionCount()).as("one connection for both").isEqualTo(1);

      SECOND.writeTo(certificate, key);
      clock.pass(TlsWatch.LOOK_EVERY);
      assertThat(get(post(transport, url + "/b")).status()).isEqualTo(Status.SUCCESS);
      assertThat(held).isNotDone();
      assertThat(old.connectionCount()).isEqualTo(1);
      release.countDown();
      assertThat(get(held).status()).isEqualTo(Status.SUCCESS);

      for (int i = 0; i < 3; i++) {
        RecordedRequest request = Objects.requireNonNull(server.takeRequest(30, TimeUnit.SECONDS));
        assertThat(request.getVersion()).isEqualTo("HTTP/2");
        assertThat(serial(request))
            .isEqualTo(request.getTarget().equals("/b") ? SECOND.serial() : FIRST.serial());
      }
      transport.close();
      awaitThreadsOfTransports();
      assertThat(old.connectionCount()).isZero();
    } finally {
      release.countDown();
    }
  }

  private static BigInteger serial(RecordedRequest request) {
    return ((X509Certificate)
            Objects.requireNonNull(request.getHandshake()).peerCertificates().get(0))
        .getSerialNumber();
  }

  private HttpTransport transport() {
    HttpTransport transport =
        HttpTransport.builder("tls")
            .timeout(TransportFixture.LIMIT)
            .tls(Tls.builder().caCertificate(ca).clientCertificate(certificate, key).build())
            .clock(clock)
            .build();
    transports.add(transport);
    return transport;
  }

  private void lookAndPost(TestTlsServer server, HttpTransport transport) throws Exception {
    clock.pass(TlsWatch.LOOK_EVERY);
    post(server, transport);
  }

  private static void post(TestTlsServer server, HttpTransport transport) throws Exception {
    assertThat(get(post(transport, server.url("/x"))).status()).isEqualTo(Status.SUCCESS);
  }

  private static CompletableFuture<ExportResult> post(HttpTransport transport, String url) {
    return transport
        .post(
            HttpPost.of(HttpEndpoint.of("url", url), "application/test", Payload.of(new byte[10])),
            ExportContext.none(),
            TransportFixture::map)
        .toCompletableFuture();
  }

  private static Callable<List<Status>> postUntil(
      AtomicBoolean enough, HttpTransport transport, String url) {
    return () -> {
      List<Status> statuses = new ArrayList<>();
      while (!enough.get()) {
        statuses.add(get(post(transport, url)).status());
      }
      return statuses;
    };
  }

  private static ExportResult get(CompletableFuture<ExportResult> result) throws Exception {
    return result.get(30, TimeUnit.SECONDS);
  }

  private static void await(CountDownLatch latch) {
    try {
      if (!latch.await(60, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody released it");
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitThreadsOfTransports() throws InterruptedException {
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      if (thread.getName().startsWith("telex-http-")) {
        thread.join(30_000);
      }
    }
  }

  private static Predicate<Seen> with(TestIdentity client, String path) {
    return request -> request.path().equals(path) && client.serial().equals(request.serial());
  }

  private static void assertSerials(TestTlsServer server, TestIdentity... clients) {
    assertThat(server.seen())
        .extracting(Seen::serial)
        .containsExactly(
            List.of(clients).stream().map(TestIdentity::serial).toArray(BigInteger[]::new));
  }
}
