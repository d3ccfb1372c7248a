/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.telex.tls.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/** A node behind the JDK's HTTPS server: it takes every document. */
final class TlsNode implements AutoCloseable {

  private final HttpsServer server;
  private final AtomicInteger requests = new AtomicInteger();

  private TlsNode(SSLContext context, boolean wantsCertificate) {
    try {
      server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    server.setHttpsConfigurator(
        new HttpsConfigurator(context) {
          @Override
          public void configure(HttpsParameters https) {
            SSLParameters parameters = getSSLContext().getDefaultSSLParameters();
            parameters.setNeedClientAuth(wantsCertificate);
            https.setSSLParameters(parameters);
          }
        });
    server.createContext("/", this::answer);
    server.start();
  }

  /**
   * One that shows these certificates, as Elasticsearch shows its own and that of its authority.
   */
  static TlsNode showing(TestIdentity identity, X509Certificate... chain) {
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      store.setKeyEntry("node", identity.keys().getPrivate(), new char[0], chain);
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(store, new char[0]);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), null, null);
      return new TlsNode(context, false);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** One that wants a certificate of an authority from its clients. */
  static TlsNode wanting(TestIdentity authority, TestIdentity identity) {
    return new TlsNode(identity.serverContext(authority), true);
  }

  int port() {
    return server.getAddress().getPort();
  }

  String url() {
    return "https://localhost:" + port();
  }

  /** How many came through. */
  int requests() {
    return requests.get();
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      requests.incrementAndGet();
      byte[] answer =
          BulkAnswers.documents(exchange.getRequestBody().readAllBytes()).stream()
              .map(doc -> "{\"create\":{\"status\":201}}")
              .collect(Collectors.joining(",", "{\"items\":[", "]}"))
              .getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
