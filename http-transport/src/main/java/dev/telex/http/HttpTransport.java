/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.tls.Tls;
import java.net.Proxy;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.X509TrustManager;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import org.jspecify.annotations.Nullable;

/**
 * POSTs payloads asynchronously, as HTTP or as calls of gRPC, and makes a result of whatever comes
 * of it.
 *
 * <p>A payload is written from its shared buffers, with a known length. One call is at most one
 * request on the wire: nothing is retried, no redirect followed, and no status answered by sending
 * again, but for one: with {@link Builder#bearerToken}, a 401 may be answered once with a new
 * token. Connections are kept alive and have TCP_NODELAY set; over TLS, which verifies the server,
 * HTTP/2 is used if the server offers it.
 *
 * <p>What an answer means is for the plugin to say. What is the same for every HTTP backend:
 *
 * <ul>
 *   <li>no connection, a connection that breaks, an answer that is no HTTP or breaks off, and a
 *       timeout are RETRYABLE. {@link ExportResult#outcomeUnknown()} is set if the body, or a part
 *       of it, was written
 *   <li>so is every failure of TLS, a certificate that is not trusted too: it says nothing about
 *       the batch, nothing was sent, and certificates are renewed. How long to go on is up to the
 *       retry policy
 *   <li>a header or token that cannot be had is RETRYABLE, with nothing sent
 *   <li>a proxy that refuses to open a tunnel with status 407 is PERMANENT
 *   <li>an answer that is not successful and breaks off counts with its status
 *   <li>a payload larger than {@code maxRequestBytes} is PERMANENT and not sent; its cause is a
 *       {@link RequestTooLargeException}
 *   <li>an answer larger than {@code maxResponseBytes} is PERMANENT, and the rest of it is not read
 *   <li>a cancelled request is RETRYABLE, and its connection is closed (of HTTP/2: its stream)
 *   <li>after {@link #close()} the result is SHUTDOWN
 * </ul>
 *
 * <p>At most {@code maxInFlight} requests are under way, each on a thread of its own: a daemon
 * named {@code telex-http-…} that ends when it was idle for 30 seconds. Up to {@value #MAX_WAITING}
 * more wait for their turn, within their timeout; further ones are RETRYABLE at once. A call of
 * gRPC with a message of more than 64 KiB has a second thread that sends it, so that the server can
 * answer before it has all of it.
 *
 * <p>Requests run without the caller's OpenTelemetry context, under a parent span that is not
 * sampled: where OkHttp is instrumented, a sampler that heeds the parent, as the default one does,
 * makes no spans of exports.
 *
 * <p>Safe for use by several threads. Results complete on its threads, on the thread that cancels,
 * or on the timer thread of {@code CompletableFuture}: who continues there must not block.
 */
public final class HttpTransport implements AutoCloseable {

  /** Requests that wait when {@code maxInFlight} are under way. */
  static final int MAX_WAITING = 1024;

  private static final Duration IDLE = Duration.ofSeconds(30);

  private final String name;
  private final HeaderSources headers;
  private final String userAgent;
  private final Duration timeout;
  private final long maxRequestBytes;
  private final long maxResponseBytes;
  private final InstantSource clock;
  private final Clients clients;
  private final Function<OkHttpClient, Call.Factory> callFactory;
  private final ThreadPoolExecutor executor;
  private final ThreadPoolExecutor senders;
  private final LongAdder bytesSent = new LongAdder();
  private final Set<PostCall> calls = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  private HttpTransport(Builder builder) {
    this.name = builder.name;
    this.headers = builder.headerSources();
    this.userAgent = builder.userAgent;
    this.timeout = builder.timeout;
    this.maxRequestBytes = builder.maxRequestBytes;
    this.maxResponseBytes = builder.maxResponseBytes;
    this.clock = builder.clock;
    this.executor =
        new ThreadPoolExecutor(
            builder.maxInFlight,
            builder.maxInFlight,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            new Threads(name));
    executor.allowCoreThreadTimeOut(true);
    this.senders =
        new ThreadPoolExecutor(
            0,
            Integer.MAX_VALUE,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            new Threads(name + "-send"));
    this.clients = clients(builder);
    this.callFactory = builder.callFactory;
  }

  /**
   * A transport with the defaults that {@link Builder} states.
   *
   * @param name of the exporter, for thread names and messages
   */
  public static Builder builder(String name) {
    return new Builder(name);
  }

  /**
   * Starts a request and returns. Compresses on this thread if nobody did before.
   *
   * @param context its remaining time shortens the timeout, and its cancellation ends the request
   * @param mapping makes a result of an answer, whatever its status; runs on a thread of the
   *     transport and must not block
   * @return never completes exceptionally
   */
  public CompletionStage<ExportResult> post(
      HttpPost post, ExportContext context, Function<HttpAnswer, ExportResult> mapping) {
    return start(post, context, new HttpExchange(this, mapping));
  }

  /**
   * Starts a gRPC call and returns. Compresses on this thread if nobody did before.
   *
   * @param context its remaining time shortens the timeout, of which the server is told, and its
   *     cancellation ends the call
   * @param mapping makes a result of an answer, whatever its status; runs on a thread of the
   *     transport and must not block
   * @return never completes exceptionally
   */
  public CompletionStage<ExportResult> call(
      GrpcCall call, ExportContext context, Function<GrpcAnswer, ExportResult> mapping) {
    return start(call.post(), context, new GrpcExchange(this, call.compression(), mapping));
  }

  private CompletionStage<ExportResult> start(
      HttpPost post, ExportContext context, Exchange exchange) {
    if (closed) {
      return refused().completed();
    }
    if (post.size() > maxRequestBytes) {
      return new RequestTooLargeException(post.size(), maxRequestBytes).result().completed();
    }
    Payload payload;
    try {
      payload = post.payloadToSend();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExportResult.retryable("not sent: interrupted while it was compressed").completed();
    } catch (Throwable e) {
      return ExportResult.failure(e).completed();
    }
    Duration time = context.remaining().filter(left -> left.compareTo(timeout) < 0).orElse(timeout);
    if (time.isZero() || time.isNegative()) {
      return ExportResult.retryable("not sent: no time was left").completed();
    }
    Request.Builder request = request(post, exchange);
    exchange.prepare(request, time);
    PostCall call = new PostCall(this, request, payload, exchange);
    calls.add(call);
    if (closed) {
      // Close may not have seen it.
      call.abort(refused());
      return call.promise();
    }
    call.limit(time);
    context.onCancel(() -> call.abort(ExportResult.retryable("cancelled")));
    try {
      executor.execute(call);
    } catch (RejectedExecutionException e) {
      call.abort(
          closed
              ? refused()
              : ExportResult.retryable(
                  "not sent: " + MAX_WAITING + " requests wait for a connection already"));
    }
    return call.promise();
  }

  /**
   * The bytes of bodies, compressed if they were and with the frames of gRPC, that were handed to
   * sockets, of all requests.
   */
  public long bytesSent() {
    return bytesSent.sum();
  }

  /** The largest payload that is sent, before compression. */
  public long maxRequestBytes() {
    return maxRequestBytes;
  }

  /**
   * Ends all requests as SHUTDOWN and closes all connections. Idempotent, and does not wait: the
   * threads end on their own.
   */
  @Override
  public void close() {
    closed = true;
    calls.forEach(call -> call.abort(refused()));
    // Not shutdownNow, which interrupts: this may be one of the threads, on its way back to a
    // caller.
    executor.shutdown();
    senders.shutdown();
    clients.current().connectionPool().evictAll();
  }

  /** The name; no address and no header. */
  @Override
  public String toString() {
    return "HttpTransport[" + name + "]";
  }

  OkHttpClient client() {
    return clients.current();
  }

  Clients clients() {
    return clients;
  }

  Call newCall(OkHttpClient client, Request request) {
    return callFactory.apply(client).newCall(request);
  }

  HeaderSources headers() {
    return headers;
  }

  InstantSource clock() {
    return clock;
  }

  LongAdder sentBytes() {
    return bytesSent;
  }

  /** How many requests have no thread yet. */
  int waiting() {
    return executor.getQueue().size();
  }

  long maxResponseBytes() {
    return maxResponseBytes;
  }

  /** Write the bodies that are written while the answer is awaited: one thread a call at most. */
  Executor senders() {
    return sending ->
        senders.execute(
            () -> {
              try {
                sending.run();
              } finally {
                if (closed) {
                  clients.current().connectionPool().evictAll();
                }
              }
            });
  }

  /** The call has ended, or has at least its result. */
  void forget(PostCall call) {
    calls.remove(call);
    executor.remove(call);
    OkHttpClient client = call.client();
    if (client == null) {
      return;
    }
    if (closed || call.isLate()) {
      // A call that ends as the transport closes gives its connection back to the pool after that.
      client.connectionPool().evictAll();
    } else {
      clients.ended(client);
    }
  }

  private ExportResult refused() {
    return ExportResult.shutdown(name + " is shut down");
  }

  private Request.Builder request(HttpPost post, Exchange exchange) {
    Request.Builder request =
        new Request.Builder()
            .url(post.endpoint().url())
            .header("User-Agent", userAgent)
            .header("Content-Type", post.contentType());
    String contentEncoding = post.contentEncoding();
    if (contentEncoding != null) {
      request.header(exchange.encodingHeader(), contentEncoding);
    }
    return request;
  }

  private static Clients clients(Builder builder) {
    OkHttpClient.Builder client =
        new OkHttpClient.Builder()
            .retryOnConnectionFailure(false)
            .followRedirects(false)
            .followSslRedirects(false)
            .addNetworkInterceptor(WireStatus::intercept)
            .addNetworkInterceptor(builder.proxyAuth)
            .proxyAuthenticator(builder.proxyAuth)
            .socketFactory(new NoDelaySocketFactory())
            .connectTimeout(builder.connectTimeout)
            // One timeout for the whole request, which includes the waiting for a thread.
            .callTimeout(Duration.ZERO)
            .readTimeout(Duration.ZERO)
            .writeTimeout(Duration.ZERO);
    if (builder.proxy != null) {
      client.proxy(builder.proxy);
    }
    if (builder.sslContext != null && builder.trustManager != null) {
      client.sslSocketFactory(builder.sslContext.getSocketFactory(), builder.trustManager);
    }
    return new Clients(
        builder.name,
        client.build(),
        () -> new ConnectionPool(builder.maxInFlight, 5, TimeUnit.MINUTES),
        builder.tls,
        builder.clock);
  }

  /** Daemons, so that an application that forgets to close can still end. */
  private static final class Threads implements ThreadFactory {
    private final String prefix;
    private final AtomicInteger count = new AtomicInteger();

    Threads(String name) {
      this.prefix = "telex-http-" + name + "-";
    }

    @Override
    public Thread newThread(Runnable body) {
      Thread thread = new Thread(body, prefix + count.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    }
  }

  /** Sets up a transport. Each setter checks at once. Not safe for use by several threads. */
  public static final class Builder {
    private final String name;
    private final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private String userAgent = "Telex/" + Product.VERSION;
    private Duration timeout = Duration.ofSeconds(10);
    private Duration connectTimeout = Duration.ofSeconds(10);
    private int maxInFlight = 8;
    private long maxRequestBytes = 64L << 20;
    private long maxResponseBytes = 4L << 20;
    private InstantSource clock = InstantSource.system();
    private @Nullable SSLContext sslContext;
    private @Nullable X509TrustManager trustManager;
    private @Nullable Tls tls;
    private @Nullable Proxy proxy;
    private ProxyAuth proxyAuth = ProxyAuth.none();
    private @Nullable Supplier<Map<String, String>> headerSupplier;
    private @Nullable Supplier<String> bearerToken;
    private final Set<String> secrets = new LinkedHashSet<>();
    private Function<OkHttpClient, Call.Factory> callFactory = client -> client;

    private Builder(String name) {
      this.name = name;
    }

    /**
     * Sends a header with every request; of several with one name, in any case, the last. Its value
     * is never shown. Headers that describe the body or the connection are the transport's own.
     *
     * @throws ConfigurationException if HTTP does not allow the name or the value
     */
    public Builder header(String headerName, String value) {
      Headers.check(headerName, value);
      headers.put(headerName, value);
      return this;
    }

    /** Sends these headers, as {@link #header} for each. */
    public Builder headers(Map<String, String> more) {
      more.forEach(this::header);
      return this;
    }

    /**
     * Asks for headers once for each request, on a thread of the transport and within the request's
     * timeout: the supplier may block, and so holds one of {@code maxInFlight} threads. It may be
     * asked by several threads at once. Its headers replace those of {@link #header} with the same
     * names. What it throws, and headers that HTTP does not allow, make the result RETRYABLE, with
     * nothing sent; the exception is the cause, and its message is not shown. The values are never
     * shown either.
     */
    public Builder headers(Supplier<Map<String, String>> supplier) {
      headerSupplier = supplier;
      return this;
    }

    /**
     * Sends {@code Authorization: Bearer} with a token (RFC 6750), which is kept until the server
     * refuses it with status 401. Then the supplier is asked once more, and if it gives another
     * token the request is sent once more, within the same timeout: the one case in which a call is
     * two requests. The first was not taken, and so nothing is sent twice. A second 401 is an
     * answer like any other.
     *
     * @param supplier is asked by one thread at a time, under the conditions of {@link
     *     #headers(Supplier)}
     */
    public Builder bearerToken(Supplier<String> supplier) {
      bearerToken = supplier;
      return this;
    }

    /**
     * Sends {@code Authorization: Basic} (RFC 7617, in UTF-8).
     *
     * @throws ConfigurationException if the user name is empty or has a colon, or either has a
     *     control character
     */
    public Builder basicAuth(String username, String password) {
      header("Authorization", ProxyAuth.basicCredentials("basicAuth", username, password));
      secrets.add(password);
      return this;
    }

    /** Sends a key in a header, such as {@code X-API-Key}: {@link #header} by another name. */
    public Builder apiKey(String headerName, String key) {
      return header(headerName, key);
    }

    /**
     * Adds a product, with the version of Telex, to the {@code User-Agent}: {@code Telex/1.0
     * <product>/1.0}. A header of that name replaces all of it.
     *
     * @param product a token (RFC 9110, 10.1.5)
     */
    public Builder userAgentProduct(String product) {
      if (!Headers.isToken(product)) {
        throw new ConfigurationException(
            "userAgentProduct is '" + Excerpt.of(product) + "': want a token of HTTP");
      }
      userAgent = "Telex/" + Product.VERSION + " " + product + "/" + Product.VERSION;
      return this;
    }

    /**
     * How long one request may take, from {@link #post} to the end of the answer; 10 seconds by
     * default. The context of an export may leave less.
     *
     * @param limit more than zero
     */
    public Builder timeout(Duration limit) {
      timeout = requirePositive("timeout", limit);
      return this;
    }

    /**
     * How long the connecting may take of that; 10 seconds by default.
     *
     * @param limit at least a millisecond, at most about 24 days
     */
    public Builder connectTimeout(Duration limit) {
      requirePositive("connectTimeout", limit);
      if (limit.compareTo(Duration.ofMillis(1)) < 0
          || limit.compareTo(Duration.ofMillis(Integer.MAX_VALUE)) > 0) {
        throw new ConfigurationException(
            "connectTimeout is " + limit + ": want between 1 ms and " + Integer.MAX_VALUE + " ms");
      }
      connectTimeout = limit;
      return this;
    }

    /**
     * How many requests may be under way at once; 8 by default.
     *
     * @param count 1 to 1000
     */
    public Builder maxInFlight(int count) {
      if (count < 1 || count > 1000) {
        throw new ConfigurationException("maxInFlight is " + count + ": want 1 to 1000");
      }
      maxInFlight = count;
      return this;
    }

    /**
     * The largest payload that is sent, before compression; 64 MiB by default, as OTLP has it.
     *
     * @param bytes 1 or more
     */
    public Builder maxRequestBytes(long bytes) {
      if (bytes < 1) {
        throw new ConfigurationException("maxRequestBytes is " + bytes + ": want 1 or more");
      }
      maxRequestBytes = bytes;
      return this;
    }

    /**
     * The largest answer that is read, after decompression; 4 MiB by default, as OTLP has it.
     *
     * @param bytes 0 to {@code Integer.MAX_VALUE - 8}
     */
    public Builder maxResponseBytes(long bytes) {
      if (bytes < 0 || bytes > Integer.MAX_VALUE - 8) {
        throw new ConfigurationException(
            "maxResponseBytes is " + bytes + ": want 0 to " + (Integer.MAX_VALUE - 8));
      }
      maxResponseBytes = bytes;
      return this;
    }

    /** Secures connections so; without it, as the JVM does, with TLS 1.2 and 1.3. */
    public Builder tls(Tls settings) {
      tls = settings;
      return this;
    }

    /**
     * Uses this TLS context; without it, as {@link #tls} says. Its certificates are its own matter:
     * nothing is read again, and connections that are open stay.
     */
    public Builder sslContext(SSLContext context, X509TrustManager trusted) {
      sslContext = context;
      trustManager = trusted;
      return this;
    }

    /**
     * Connects through an HTTP proxy, or with {@link Proxy#NO_PROXY} through none; without it, as
     * the JVM's {@link java.net.ProxySelector} says.
     *
     * @throws ConfigurationException if it is a SOCKS proxy
     */
    public Builder proxy(Proxy through) {
      if (through.type() == Proxy.Type.SOCKS) {
        throw new ConfigurationException("proxy is a SOCKS proxy: want an HTTP proxy");
      }
      proxy = through;
      return this;
    }

    /**
     * Shows these Basic credentials to the proxy, and to nobody else. A proxy that refuses them,
     * with status 407, is not asked again: the result is PERMANENT.
     *
     * @throws ConfigurationException as {@link #basicAuth}
     */
    public Builder proxyAuth(String username, String password) {
      proxyAuth = ProxyAuth.basic(username, password);
      secrets.add(password);
      return this;
    }

    /**
     * Tells the time for dates in {@code Retry-After}, and for when TLS files are due to be looked
     * at; the system's clock by default.
     */
    public Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    /**
     * A transport with these settings. It connects to nobody yet.
     *
     * @throws ConfigurationException if two settings exclude each other, or the files of {@link
     *     #tls} cannot be used any more
     */
    public HttpTransport build() {
      if (tls != null && sslContext != null) {
        throw new ConfigurationException("tls and sslContext are both set: want one of them");
      }
      if (bearerToken != null && headers.containsKey("Authorization")) {
        throw new ConfigurationException(
            "bearerToken is set, and so is an Authorization header (by header or basicAuth): want one"
                + " of them");
      }
      if (proxyAuth.credentials() != null && (proxy == null || proxy.type() != Proxy.Type.HTTP)) {
        throw new ConfigurationException("proxyAuth is set, but no proxy: want both or none");
      }
      return new HttpTransport(this);
    }

    /**
     * Has the calls made by something around OkHttp's client: the client library of a backend, or
     * instrumentation. Without it the client makes them itself.
     *
     * <p>The rules of this class are in the client and in the request, so a call has to be made
     * with both: with the client, or one that was {@linkplain OkHttpClient#newBuilder() derived}
     * from it, and with the request's tags, headers and body. Of the call only {@code execute} and
     * {@code cancel} are used, by two threads.
     *
     * @param wrapper asked for each request, by several threads; the client is another one when the
     *     files of {@link #tls} have changed
     */
    public Builder callFactory(Function<OkHttpClient, Call.Factory> wrapper) {
      callFactory = wrapper;
      return this;
    }

    private HeaderSources headerSources() {
      Set<String> hidden = new LinkedHashSet<>(secrets);
      String proxyCredentials = proxyAuth.credentials();
      if (proxyCredentials != null) {
        hidden.add(proxyCredentials);
        hidden.add(proxyCredentials.substring(proxyCredentials.indexOf(' ') + 1));
      }
      return new HeaderSources(
          new Headers(headers, hidden),
          headerSupplier,
          bearerToken == null ? null : new BearerToken(bearerToken));
    }

    private static Duration requirePositive(String setting, Duration limit) {
      if (limit.isZero() || limit.isNegative()) {
        throw new ConfigurationException(setting + " is " + limit + ": want more than zero");
      }
      return limit;
    }
  }
}
