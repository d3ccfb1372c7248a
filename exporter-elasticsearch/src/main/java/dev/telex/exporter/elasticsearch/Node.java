/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import co.elastic.clients.transport.http.TransportHttpClient;
import co.elastic.clients.transport.rest_client.RestClientHttpClient;
import co.elastic.clients.transport.rest_client.RestClientOptions;
import co.elastic.clients.transport.rest_client.SafeResponseConsumer;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.http.HttpHost;
import org.apache.http.client.config.RequestConfig;
import org.apache.http.impl.nio.client.HttpAsyncClientBuilder;
import org.apache.http.impl.nio.reactor.IOReactorConfig;
import org.apache.http.nio.conn.ssl.SSLIOSessionStrategy;
import org.elasticsearch.client.RequestOptions;
import org.elasticsearch.client.RestClient;
import org.elasticsearch.client.RestClientBuilder;
import org.elasticsearch.client.WarningsHandler;
import org.jspecify.annotations.Nullable;

/**
 * One node, and a low-level client of its own: a client that knows several nodes sends a request to
 * the next one by itself.
 */
final class Node implements AutoCloseable {

  private final URI uri;
  private final ClientSettings settings;
  private @Nullable RestClientHttpClient client;
  private boolean closed;

  Node(URI uri, ClientSettings settings) {
    this.uri = uri;
    this.settings = settings;
  }

  /**
   * The client, made when it is needed first, and anew if its threads have died.
   *
   * @throws IOException if this is closed
   */
  synchronized TransportHttpClient client() throws IOException {
    if (closed) {
      throw new IOException("closed");
    }
    RestClientHttpClient current = client;
    if (current == null || !current.restClient().isRunning()) {
      current = new RestClientHttpClient(open());
      client = current;
    }
    return current;
  }

  /** What a request has of its own. */
  RestClientOptions options(Iterable<Header> headers) {
    RequestOptions.Builder options =
        RequestOptions.DEFAULT.toBuilder()
            .setWarningsHandler(WarningsHandler.PERMISSIVE)
            .setHttpAsyncResponseConsumerFactory(
                () -> new SafeResponseConsumer<>(new BoundedAnswer(settings.maxResponseBytes())));
    headers.forEach(header -> options.addHeader(header.name(), header.value()));
    return new RestClientOptions(options.build(), false);
  }

  private RestClient open() {
    RestClientBuilder builder =
        RestClient.builder(new HttpHost(host(), uri.getPort(), uri.getScheme()))
            .setRequestConfigCallback(this::configure)
            .setHttpClientConfigCallback(this::configure);
    String path = uri.getRawPath();
    if (path != null && !path.isEmpty() && !path.equals("/")) {
      builder.setPathPrefix(path);
    }
    return builder.build();
  }

  private String host() {
    String host = uri.getHost();
    return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
  }

  private RequestConfig.Builder configure(RequestConfig.Builder request) {
    return request
        .setConnectTimeout(Math.toIntExact(Math.max(1, settings.connectTimeout().toMillis())))
        // The exporter has a time limit of its own, for all of a request.
        .setSocketTimeout(0)
        .setRedirectsEnabled(false)
        .setAuthenticationEnabled(false);
  }

  private HttpAsyncClientBuilder configure(HttpAsyncClientBuilder http) {
    http.disableCookieManagement()
        .disableAuthCaching()
        .setMaxConnPerRoute(settings.maxInFlight())
        .setMaxConnTotal(settings.maxInFlight())
        .setThreadFactory(new Daemons())
        .setDefaultIOReactorConfig(
            IOReactorConfig.custom().setIoThreadCount(1).setTcpNoDelay(true).build());
    if (settings.tls() != null) {
      http.setSSLStrategy(
          new SSLIOSessionStrategy(
              settings.tls(),
              settings.onlyTls13() ? new String[] {"TLSv1.3"} : null,
              null,
              SSLIOSessionStrategy.getDefaultHostnameVerifier()));
    }
    return http;
  }

  /** Closes the connections and ends the threads, and waits for them. */
  @Override
  public void close() throws IOException {
    RestClientHttpClient last;
    synchronized (this) {
      closed = true;
      last = client;
      client = null;
    }
    if (last != null) {
      last.close();
    }
  }

  /** The address, without user name and password, which it never has. */
  @Override
  public String toString() {
    return uri.toString();
  }

  private static final class Daemons implements ThreadFactory {
    private final AtomicInteger count = new AtomicInteger();

    @Override
    public Thread newThread(Runnable body) {
      Thread thread = new Thread(body, "telex-elasticsearch-" + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }
}
