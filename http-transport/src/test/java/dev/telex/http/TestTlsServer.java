/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** The JDK's HTTPS server, which writes down whose certificate each request came with. */
public final class TestTlsServer implements AutoCloseable {

  /**
   * A request that it answered with 200.
   *
   * @param path of the request
   * @param serial of the client's certificate; null if it showed none
   * @param protocol such as {@code TLSv1.3}
   */
  public record Seen(String path, @Nullable BigInteger serial, String protocol) {}

  private final HttpsServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<Seen> seen = new ArrayList<>();
  private final List<Headers> headers = new ArrayList<>();
  private volatile Consumer<Seen> beforeAnswer = request -> {};

  private TestTlsServer(SSLContext context, boolean wantsCertificate, String... protocols)
      throws IOException {
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters https) {
            SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
            parameters.setNeedClientAuth(wantsCertificate);
            if (protocols.length > 0) {
              parameters.setProtocols(protocols);
            }
            https.setSSLParameters(parameters);
          }
        });
    server.setExecutor(threads);
    server.createContext("/", this::answer);
    server.start();
  }

  /** Asks for no certificate. */
  public static TestTlsServer start(TestIdentity identity, String... protocols) {
    return start(identity.serverContext(null), false, protocols);
  }

  /** Serves only clients with a certificate of this authority. */
  public static TestTlsServer startMutual(
      TestIdentity identity, TestIdentity clients, String... protocols) {
    return start(identity.serverContext(clients), true, protocols);
  }

  private static TestTlsServer start(SSLContext context, boolean mutual, String... protocols) {
    try {
      return new TestTlsServer(context, mutual, protocols);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public int port() {
    return server.getAddress().getPort();
  }

  public String url(String path) {
    return "https://localhost:" + port() + path;
  }

  /** What was answered so far. */
  public List<Seen> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  /** The values of a header in all requests. */
  public List<String> header(String name) {
    synchronized (seen) {
      return headers.stream().flatMap(all -> all.getOrDefault(name, List.of()).stream()).toList();
    }
  }

  /** Waits until it has answered that many requests like this. */
  public void awaitSeen(int count, Predicate<Seen> like) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    synchronized (seen) {
      while (seen.stream().filter(like).count() < count) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          throw new AssertionError("not " + count + " such requests of " + seen.size());
        }
        seen.wait(left);
      }
    }
  }

  /** Called with each request before it is answered; may block. */
  public void beforeAnswer(Consumer<Seen> hook) {
    beforeAnswer = hook;
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      var session = ((HttpsExchange) exchange).getSSLSession();
      BigInteger serial = null;
      try {
        serial = ((X509Certificate) session.getPeerCertificates()[0]).getSerialNumber();
      } catch (SSLPeerUnverifiedException e) {
        // It showed none.
      }
      Seen request = new Seen(exchange.getRequestURI().getPath(), serial, session.getProtocol());
      beforeAnswer.accept(request);
      synchronized (seen) {
        seen.add(request);
        headers.add(exchange.getRequestHeaders());
        seen.notifyAll();
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }
}
