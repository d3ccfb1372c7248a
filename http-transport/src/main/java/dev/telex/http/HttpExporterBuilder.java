/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Compression;
import dev.telex.exporter.ConfigurationException;
import dev.telex.tls.Tls;
import java.net.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * What the builders of all exporters over HTTP have in common. Each setter checks at once and
 * throws a {@link ConfigurationException} that names the setting, the value and what would be
 * right. Not safe for use by several threads.
 *
 * @param <B> the builder itself
 */
public abstract class HttpExporterBuilder<B extends HttpExporterBuilder<B>> {

  private final HttpTransport.Builder transport;
  private @Nullable Compression compression;

  /** With the transport that the setters set up. */
  protected HttpExporterBuilder(HttpTransport.Builder transport) {
    this.transport = transport;
  }

  /** This builder. */
  protected abstract B self();

  /** The transport as it is set up so far. */
  protected final HttpTransport.Builder transport() {
    return transport;
  }

  @Nullable Compression compression() {
    return compression;
  }

  /** Compresses the bodies of requests; none by default. */
  public final B compression(Compression method) {
    compression = method;
    return self();
  }

  /**
   * Sends a header with every request; see {@link HttpTransport.Builder#header}. Its value is never
   * shown.
   */
  public final B header(String name, String value) {
    transport.header(name, value);
    return self();
  }

  /** Sends these headers, as {@link #header} for each. */
  public final B headers(Map<String, String> more) {
    transport.headers(more);
    return self();
  }

  /**
   * Asks for headers once for each request; see {@link HttpTransport.Builder#headers(Supplier)}.
   * The supplier may block. What it throws makes the export RETRYABLE.
   */
  public final B headers(Supplier<Map<String, String>> supplier) {
    transport.headers(supplier);
    return self();
  }

  /**
   * Sends {@code Authorization: Bearer} with a token that is kept until the server refuses it, and
   * is then replaced at once; see {@link HttpTransport.Builder#bearerToken}.
   */
  public final B bearerToken(Supplier<String> supplier) {
    transport.bearerToken(supplier);
    return self();
  }

  /** Sends {@code Authorization: Basic}; the user name has no colon. */
  public final B basicAuth(String username, String password) {
    transport.basicAuth(username, password);
    return self();
  }

  /** Sends a key in a header, such as {@code X-API-Key}. */
  public final B apiKey(String headerName, String key) {
    transport.apiKey(headerName, key);
    return self();
  }

  /** How long one request may take, 10 seconds by default; more than zero. */
  public final B timeout(Duration limit) {
    transport.timeout(limit);
    return self();
  }

  /** How long the connecting may take of that, 10 seconds by default; at least 1 ms. */
  public final B connectTimeout(Duration limit) {
    transport.connectTimeout(limit);
    return self();
  }

  /** How many requests may be under way at once, 8 by default; 1 to 1000. */
  public final B maxInFlight(int count) {
    transport.maxInFlight(count);
    return self();
  }

  /**
   * The largest request that is sent, before compression; 1 or more, and 64 MiB by default unless
   * the exporter says otherwise. A larger batch is sent in parts.
   */
  public final B maxRequestBytes(long bytes) {
    transport.maxRequestBytes(bytes);
    return self();
  }

  /**
   * The largest answer that is read, after decompression, 4 MiB by default; 0 or more. A larger one
   * is PERMANENT.
   */
  public final B maxResponseBytes(long bytes) {
    transport.maxResponseBytes(bytes);
    return self();
  }

  /**
   * Secures connections to {@code https} endpoints so; without it, as the JVM does, with TLS 1.2
   * and 1.3. Files that change are read again; see {@link Tls}.
   */
  public final B tls(Tls settings) {
    transport.tls(settings);
    return self();
  }

  /** Uses this TLS context; without it, as {@link #tls} says. */
  public final B sslContext(SSLContext context, X509TrustManager trusted) {
    transport.sslContext(context, trusted);
    return self();
  }

  /** Connects through an HTTP proxy; without it, as the JVM's proxy selector says. */
  public final B proxy(Proxy through) {
    transport.proxy(through);
    return self();
  }

  /** Shows these Basic credentials to the proxy, and to nobody else. */
  public final B proxyAuth(String username, String password) {
    transport.proxyAuth(username, password);
    return self();
  }
}
