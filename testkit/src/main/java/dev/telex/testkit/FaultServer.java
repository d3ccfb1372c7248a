/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A real HTTP/1.1 server on the loopback interface that misbehaves as it is told: for tests of how
 * an exporter, or any HTTP client, meets a bad network and a bad server.
 *
 * <pre>{@code
 * try (FaultServer server = FaultServer.start()) {
 *   server.enqueue(Answer.status(503).header("Retry-After", "1"), Answer.ok());
 *   ... // post twice to server.url("/v1/traces")
 *   ReceivedRequest first = server.takeRequest(Duration.ofSeconds(30));
 *   assertThat(first.header("Content-Type")).hasValue("application/x-protobuf");
 * }
 * }</pre>
 *
 * <p>Each request takes the next of the {@linkplain #enqueue enqueued} answers when its headers are
 * read, or else the {@linkplain #answerByDefault default}, an empty 200. Every request is recorded
 * when the server has read what it means to read of it: before it is held or answered.
 *
 * <p>The server never sleeps: what is slow is slow until the test says so, by a {@link Hold}. All
 * methods that wait have a limit, and throw an {@link AssertionError} when it is over. Its threads
 * are daemons named {@code telex-faultserver-…}. Safe for use by several threads.
 */
public final class FaultServer implements AutoCloseable {

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(30);

  private final ServerSocketChannel listener;
  private final int port;
  private final Thread acceptor;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Deque<Answer> answers = new ArrayDeque<>();
  private final List<ReceivedRequest> requests = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();
  private final Set<FaultConnection> open = new HashSet<>();
  private final List<Thread> threads = new ArrayList<>();
  private Answer defaultAnswer = Answer.ok();
  private int taken;
  private int accepted;
  private boolean closed;

  private FaultServer(int port, int receiveBufferBytes) throws IOException {
    listener = ServerSocketChannel.open();
    try {
      if (receiveBufferBytes > 0) {
        listener.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferBytes);
      }
      listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      listener.bind(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port));
      this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    acceptor = thread("accept", this::accept);
  }

  /** Starts a server on a free port of 127.0.0.1. */
  public static FaultServer start() {
    return start(0, 0);
  }

  /**
   * Starts a server on a port of 127.0.0.1, for instance that of a server that was closed before.
   *
   * @throws UncheckedIOException if the port is not free
   */
  public static FaultServer startOn(int port) {
    return start(port, 0);
  }

  /**
   * Starts a server whose sockets take little that it has not read: a client that sends more than
   * some tens of kilobytes to an answer with {@link Answer#holdWhileReading} is then held up in its
   * writes as soon as its own send buffer is full.
   *
   * @param bytes SO_RCVBUF; a hint to the system, which has a lower bound of its own
   */
  public static FaultServer startWithReceiveBuffer(int bytes) {
    return start(0, bytes);
  }

  /** The port on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** The base URL, {@code http://127.0.0.1:<port>}. */
  public URI uri() {
    return URI.create(url(""));
  }

  /**
   * The URL of a path.
   *
   * @param path empty, or begins with a slash
   */
  public String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  /** Adds answers for the next requests, in this order. */
  public void enqueue(Answer... next) {
    locked(() -> answers.addAll(List.of(next)));
  }

  /** Sets the answer for requests that find none enqueued. */
  public void answerByDefault(Answer answer) {
    locked(() -> defaultAnswer = answer);
  }

  /** What was received so far, in the order in which it was read. */
  public List<ReceivedRequest> requests() {
    lock.lock();
    try {
      return List.copyOf(requests);
    } finally {
      lock.unlock();
    }
  }

  /**
   * The first request that was not taken before; waits for it.
   *
   * @throws AssertionError if there is none within the limit
   * @throws InterruptedException if this thread is interrupted
   */
  public ReceivedRequest takeRequest(Duration limit) throws InterruptedException {
    lock.lock();
    try {
      await(limit, () -> requests.size() > taken, "no further request came");
      return requests.get(taken++);
    } finally {
      lock.unlock();
    }
  }

  /** How many connections were accepted. */
  public int connectionsAccepted() {
    lock.lock();
    try {
      return accepted;
    } finally {
      lock.unlock();
    }
  }

  /** How many connections are open: neither side has closed, as far as the server has seen. */
  public int connectionsOpen() {
    lock.lock();
    try {
      return open.size();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until that many connections are open, for instance 0 when a client was closed.
   *
   * @throws AssertionError if it does not come to that within the limit
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitConnectionsOpen(int count, Duration limit) throws InterruptedException {
    await(limit, () -> open.size() == count, "there were not " + count + " connections open");
  }

  /**
   * What clients sent that is no HTTP, and what else the server could not do, in words; empty if
   * all was well.
   */
  public List<String> problems() {
    lock.lock();
    try {
      return List.copyOf(problems);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Closes the port and all connections, and waits for the threads. Requests that are held get no
   * answer. Idempotent.
   *
   * @throws IllegalStateException if a thread does not end within 30 seconds, or this thread is
   *     interrupted while it waits; the interrupt is kept
   */
  @Override
  public void close() {
    List<Thread> ending = new ArrayList<>();
    lock.lock();
    try {
      closed = true;
      open.forEach(FaultConnection::stop);
      ending.addAll(threads);
    } finally {
      lock.unlock();
    }
    ending.add(acceptor);
    try {
      listener.close();
      for (Thread thread : ending) {
        thread.join(CLOSE_LIMIT.toMillis());
        if (thread.isAlive()) {
          throw new IllegalStateException(thread.getName() + " does not end");
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the server's threads end", e);
    }
  }

  @Override
  public String toString() {
    return "FaultServer[" + url("") + "]";
  }

  Answer nextAnswer() {
    lock.lock();
    try {
      Answer next = answers.poll();
      return next == null ? defaultAnswer : next;
    } finally {
      lock.unlock();
    }
  }

  void record(ReceivedRequest request) {
    locked(() -> requests.add(request));
  }

  void malformed(String problem) {
    locked(() -> problems.add(problem));
  }

  void ended(FaultConnection connection) {
    locked(() -> open.remove(connection));
  }

  private static FaultServer start(int port, int receiveBufferBytes) {
    try {
      FaultServer server = new FaultServer(port, receiveBufferBytes);
      server.acceptor.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot listen on 127.0.0.1:" + port, e);
    }
  }

  private void accept() {
    while (true) {
      SocketChannel channel;
      try {
        channel = listener.accept();
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        malformed("accepting failed: " + e);
        return;
      }
      adopt(channel);
    }
  }

  private void adopt(SocketChannel channel) {
    lock.lock();
    try {
      if (closed) {
        channel.close();
        return;
      }
      FaultConnection connection = new FaultConnection(this, ++accepted, channel);
      Thread thread = thread(String.valueOf(accepted), connection);
      threads.removeIf(other -> !other.isAlive());
      open.add(connection);
      changed.signalAll();
      thread.start();
      threads.add(thread);
    } catch (IOException e) {
      malformed("a connection could not be set up: " + e);
    } finally {
      lock.unlock();
    }
  }

  private Thread thread(String suffix, Runnable body) {
    Thread thread = new Thread(body, "telex-faultserver-" + port + "-" + suffix);
    thread.setDaemon(true);
    return thread;
  }

  private void locked(Runnable change) {
    lock.lock();
    try {
      change.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void await(Duration limit, BooleanSupplier condition, String otherwise)
      throws InterruptedException {
    long left = TimeUnit.NANOSECONDS.convert(limit);
    lock.lock();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          throw new AssertionError(
              otherwise
                  + " within "
                  + limit
                  + ": received "
                  + requests
                  + ", connections accepted "
                  + accepted
                  + ", open "
                  + open.size()
                  + (problems.isEmpty() ? "" : ", problems " + problems));
        }
        left = changed.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }
}
