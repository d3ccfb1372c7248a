/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.ConfigurationException;
import dev.telex.tls.ServerTls;
import dev.telex.tls.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP server of GET and HEAD for a few pages. One thread serves all connections and never waits
 * for one of them; two others, which end when they have nothing to do, make answers that are work.
 * Each connection has a deadline for whatever it does. One that comes when there are as many as
 * allowed takes the place of the one that has been idle, or has not moved, for longest.
 */
final class ScrapeServer {

  private static final System.Logger LOGGER = System.getLogger(ScrapeServer.class.getPackageName());
  private static final int BACKLOG = 128;
  private static final int SEND_BUFFER = 256 * 1024;
  private static final int WORKERS = 2;
  private static final long KEEP_WORKER_SECONDS = 10;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final ServerSocketChannel listener;
  private final Selector selector;
  private final ServerTls.@Nullable Engines tls;
  private final int maxConnections;
  private final long clientNanos;
  private final long idleNanos;

  /** Called on the server's thread; the answer is made on another. */
  private final Function<RequestHead, Supplier<ScrapeResponse>> router;

  private final Set<Connection> connections = new HashSet<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ThreadPoolExecutor workers;
  private final AtomicBoolean closed = new AtomicBoolean();
  private final Thread thread;

  ScrapeServer(
      InetSocketAddress address,
      ServerTls.@Nullable Engines tls,
      int maxConnections,
      Duration clientTimeout,
      Duration idleTimeout,
      Function<RequestHead, Supplier<ScrapeResponse>> router) {
    this.tls = tls;
    this.maxConnections = maxConnections;
    this.clientNanos = clientTimeout.toNanos();
    this.idleNanos = idleTimeout.toNanos();
    this.router = router;
    int number = NUMBER.incrementAndGet();
    this.workers = workers(maxConnections, "telex-prometheus-" + number + "-worker");
    try {
      this.selector = Selector.open();
      this.listener = listen(address, selector);
    } catch (IOException e) {
      throw new ConfigurationException(
          "cannot listen on " + address.getHostString() + ":" + address.getPort() + ": " + e, e);
    }
    this.thread = new Thread(this::run, "telex-prometheus-" + number);
    thread.setDaemon(true);
  }

  private static ServerSocketChannel listen(InetSocketAddress address, Selector selector)
      throws IOException {
    if (address.isUnresolved()) {
      selector.close();
      throw new IOException("this host is not known");
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.configureBlocking(false);
      channel.bind(address, BACKLOG);
      channel.register(selector, SelectionKey.OP_ACCEPT);
      return channel;
    } catch (IOException | RuntimeException e) {
      channel.close();
      selector.close();
      throw e;
    }
  }

  private static ThreadPoolExecutor workers(int maxWaiting, String name) {
    ThreadPoolExecutor workers =
        new ThreadPoolExecutor(
            WORKERS,
            WORKERS,
            KEEP_WORKER_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(maxWaiting),
            body -> {
              Thread worker = new Thread(body, name);
              worker.setDaemon(true);
              return worker;
            });
    workers.allowCoreThreadTimeOut(true);
    return workers;
  }

  void start() {
    thread.start();
  }

  /** Where it listens. */
  URI uri() {
    try {
      InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
      InetAddress address = local.getAddress();
      String host =
          address.isAnyLocalAddress()
              ? "localhost"
              : address.getHostAddress().replaceAll("%.*", "");
      return URI.create(
          (tls == null ? "http" : "https")
              + "://"
              + (host.indexOf(':') < 0 ? host : "[" + host + "]")
              + ":"
              + local.getPort()
              + "/");
    } catch (IOException e) {
      throw new IllegalStateException("the server is closed", e);
    }
  }

  int connections() {
    return count.get();
  }

  long clientNanos() {
    return clientNanos;
  }

  long idleNanos() {
    return idleNanos;
  }

  /** Stops listening, closes all connections, and waits for its threads, a second at most. */
  void close() {
    if (!closed.compareAndSet(false, true)) {
      return;
    }
    selector.wakeup();
    workers.shutdownNow();
    try {
      if (Thread.currentThread() != thread) {
        thread.join(TimeUnit.SECONDS.toMillis(1));
      }
      workers.awaitTermination(1, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      while (!closed.get()) {
        selector.select(millisToDeadline());
        long now = System.nanoTime();
        for (SelectionKey key : selector.selectedKeys()) {
          if (key.isValid() && key.isAcceptable()) {
            accept(now);
          } else if (key.attachment() instanceof Connection connection) {
            guarded(connection, () -> connection.move(now));
          }
        }
        selector.selectedKeys().clear();
        runTasks();
        for (Connection connection : Set.copyOf(connections)) {
          if (now - connection.deadline() >= 0) {
            connection.close();
          }
        }
      }
    } catch (IOException | RuntimeException e) {
      if (!closed.get() && !(e instanceof ClosedSelectorException)) {
        LOGGER.log(System.Logger.Level.ERROR, "the server of the metrics has ended", e);
      }
    } finally {
      Set.copyOf(connections).forEach(Connection::close);
      quietly(listener::close);
      quietly(selector::close);
    }
  }

  /** Those that are there now: one that makes another one lets the others have their turn. */
  private void runTasks() {
    for (int waiting = tasks.size(); waiting > 0; waiting--) {
      tasks.remove().run();
    }
    if (!tasks.isEmpty()) {
      selector.wakeup();
    }
  }

  /** Until a connection may have to be given up; 0, which is for ever, without any. */
  private long millisToDeadline() {
    if (connections.isEmpty()) {
      return 0;
    }
    long now = System.nanoTime();
    long next = Long.MAX_VALUE;
    for (Connection connection : connections) {
      next = Math.min(next, connection.deadline() - now);
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(next) + 1);
  }

  private void accept(long now) throws IOException {
    SocketChannel channel;
    try {
      channel = listener.accept();
    } catch (IOException e) {
      // No file descriptor is free, say: one connection less, and the next may be taken.
      evict();
      return;
    }
    if (channel == null) {
      return;
    }
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      // What a slow client does not take waits in the kernel's memory.
      channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
      if (connections.size() >= maxConnections) {
        evict();
      }
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      Connection connection = new Connection(this, channel, key, wire(channel), now);
      key.attach(connection);
      connections.add(connection);
      count.set(connections.size());
    } catch (IOException | RuntimeException e) {
      quietly(channel::close);
    }
  }

  private Wire wire(SocketChannel channel) {
    return tls == null
        ? Wire.plain(channel, Long.MAX_VALUE)
        : Wire.tls(channel, tls.next(), Long.MAX_VALUE);
  }

  /** The one between requests that is so for longest, or else the one that has not moved. */
  private void evict() {
    Connection longest = null;
    for (Connection one : connections) {
      if (longest == null
          || (one.isIdle() && !longest.isIdle())
          || (one.isIdle() == longest.isIdle() && one.lastMove() - longest.lastMove() < 0)) {
        longest = one;
      }
    }
    if (longest != null) {
      longest.close();
    }
  }

  /**
   * Lets the answer to a request be made. What needs no work does not wait for a worker, so that
   * this server is known to be healthy however long a collection takes.
   */
  void dispatch(Connection connection, RequestHead request) {
    Supplier<ScrapeResponse> maker = router.apply(request);
    if (maker instanceof Router.Ready) {
      answer(connection, maker.get());
      return;
    }
    try {
      workers.execute(() -> answer(connection, made(maker)));
    } catch (RejectedExecutionException e) {
      answer(connection, ScrapeResponse.text(503, "busy"));
    }
  }

  private void answer(Connection connection, ScrapeResponse response) {
    tasks.add(() -> guarded(connection, () -> connection.answer(response, System.nanoTime())));
    selector.wakeup();
  }

  private static ScrapeResponse made(Supplier<ScrapeResponse> maker) {
    try {
      return maker.get();
    } catch (RuntimeException e) {
      LOGGER.log(System.Logger.Level.WARNING, "a page could not be made", e);
      return ScrapeResponse.text(500, "the page could not be made; the log says why");
    }
  }

  void closed(Connection connection, SelectionKey key, SocketChannel channel) {
    connections.remove(connection);
    count.set(connections.size());
    key.cancel();
    quietly(channel::close);
  }

  private interface Step {
    void run() throws IOException;
  }

  private static void guarded(Connection connection, Step step) {
    try {
      step.run();
    } catch (IOException | RuntimeException e) {
      // The client has gone, or speaks no TLS: its connection alone ends.
      connection.close();
    }
  }

  private static void quietly(Step close) {
    try {
      close.run();
    } catch (IOException e) {
      LOGGER.log(System.Logger.Level.DEBUG, "could not be closed", e);
    }
  }
}
