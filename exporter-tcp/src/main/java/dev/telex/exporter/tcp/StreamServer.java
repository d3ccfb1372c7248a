/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.LimitedLog;
import dev.telex.tls.SentTooMuchException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts clients and writes the stream to them, with one thread that never waits for any of them.
 */
final class StreamServer {

  private static final System.Logger LOGGER = System.getLogger(StreamServer.class.getPackageName());

  private static final AtomicInteger THREADS = new AtomicInteger();
  private static final int SCRATCH_BYTES = 4096;
  private static final Duration LONGEST = Duration.ofDays(1);

  private final ServerSettings settings;
  private final Selector selector;
  private final Acceptor acceptor;
  private final FrameLog log;
  private final MetadataRegistry registry;
  private final LimitedLog warnings;
  private final Tally tally = new Tally();
  private final Clients clients = new Clients(tally);

  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final CompletableFuture<ExportResult> ended = new CompletableFuture<>();

  /** The thread does not look at what it is told any more. */
  private volatile boolean over;

  // --- Of the thread alone ---

  private final Flushes flushes = new Flushes();
  private final Alarm alarm = new Alarm();
  private final Window window = new Window();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
  private @Nullable Long closeBy;
  private long pumpedTo;

  private StreamServer(ServerSettings settings) throws IOException {
    this.settings = settings;
    this.log = new FrameLog(settings.maxQueueMessages(), settings.maxQueueBytes());
    this.registry = new MetadataRegistry(settings.maxMetrics());
    this.warnings = new LimitedLog(LOGGER, settings.nanoTime());
    this.selector = Selector.open();
    try {
      this.acceptor = Acceptor.open(settings.listen(), selector);
    } catch (IOException | RuntimeException e) {
      Sockets.close(selector);
      throw e;
    }
  }

  /**
   * Listens, with a thread of its own.
   *
   * @throws ConfigurationException if it cannot
   */
  static StreamServer start(ServerSettings settings) {
    StreamServer server;
    try {
      server = new StreamServer(settings);
    } catch (IOException e) {
      throw new ConfigurationException(
          "listen is '"
              + settings.listen().getHostString()
              + ":"
              + settings.listen().getPort()
              + "', where this machine cannot listen: "
              + e.getMessage(),
          e);
    }
    Thread thread = new Thread(server::run, "telex-tcp-" + THREADS.incrementAndGet());
    thread.setDaemon(true);
    thread.start();
    return server;
  }

  // --- What any thread may call ---

  InetSocketAddress address() {
    return acceptor.address();
  }

  boolean hasListeners() {
    return clients.anyListens();
  }

  MetadataRegistry registry() {
    return registry;
  }

  Tally tally() {
    return tally;
  }

  TcpStats stats() {
    return clients.stats(registry.metrics(), nanoTime());
  }

  long nanoTime() {
    return settings.nanoTime().getAsLong();
  }

  /** Adds to the stream. Takes as long for many clients as for few. */
  void append(Frame frame) {
    log.append(frame);
    wake();
  }

  /** Completes when the clients have what was appended, or the limit of a flush is over. */
  CompletionStage<ExportResult> flush() {
    FlushWait wait = new FlushWait(log.end().message(), nanoTime(), settings.flushTimeout());
    command(
        () -> {
          flushes.add(wait);
          alarm.at(wait.deadlineNanos());
        });
    if (over) {
      wait.done();
    }
    return wait.promise();
  }

  /** Lets the clients have what they can within the grace of the first call, and ends. */
  CompletionStage<ExportResult> shutdown(Duration grace) {
    Duration limited = grace.compareTo(LONGEST) > 0 ? LONGEST : grace;
    long by = nanoTime() + Math.max(0, limited.toNanos());
    command(
        () -> {
          if (closeBy == null) {
            closeBy = by;
            alarm.at(by);
            acceptor.close();
          }
        });
    return ended;
  }

  /** Has the thread look at the stream, its commands and its clock. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** For tests: what the frames in the stream take. */
  long heldBytes() {
    return log.heldBytes();
  }

  private void command(Runnable command) {
    commands.add(command);
    wake();
  }

  // --- The thread ---

  private void run() {
    ExportResult result = ExportResult.shutdown("the thread of the server died");
    try {
      while (!isDone()) {
        selector.select(this::ready, alarm.waitMillis(nanoTime()));
        woken.set(false);
        step();
      }
      result = leftovers();
    } catch (IOException | RuntimeException e) {
      warnings.warn(() -> "the server of a TCP exporter failed", e);
      result = ExportResult.shutdown("the server failed: " + e);
    } finally {
      end(result);
    }
  }

  private void step() {
    runCommands();
    pumpAll();
    long now = nanoTime();
    flushes.check(clients, now);
    if (alarm.rings(now)) {
      checkTimes(now);
    }
    log.forgetBefore(clients.lastOf(log.end()));
  }

  private void runCommands() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
  }

  private void ready(SelectionKey key) {
    // Who asked for a flush before a client left must be told what that one lost.
    runCommands();
    if (acceptor.isFor(key)) {
      accept();
    } else if (key.attachment() instanceof Client client) {
      look(client);
    }
  }

  // --- Clients ---

  private void accept() {
    if (closeBy != null) {
      return;
    }
    try {
      acceptor.accept(this::welcome);
    } catch (IOException e) {
      warnings.warn(() -> "no client can be accepted for a moment", e);
      acceptor.pause(nanoTime(), alarm);
    }
  }

  private void welcome(SocketChannel channel) {
    tally.accepted.increment();
    if (clients.count() >= settings.maxClients()) {
      tally.closed(TcpCloseReason.TOO_MANY_CLIENTS);
      warnings.warn(
          () -> "a client was not let in: there are " + settings.maxClients() + " (maxClients)",
          null);
      Sockets.close(channel);
      return;
    }
    Client client;
    try {
      client = Client.of(channel, selector, settings, nanoTime());
    } catch (IOException | RuntimeException e) {
      // Mostly it was gone before it was looked at.
      warnings.warn(() -> "a client could not be served", e);
      tally.closed(TcpCloseReason.LEFT);
      Sockets.close(channel);
      return;
    }
    clients.add(client);
    alarm.at(nanoTime() + settings.handshakeTimeout().toNanos());
    // In the clear and without a secret there is nothing to wait for.
    look(client);
  }

  /** Reads what it sent, and writes what waits for it. */
  private void look(Client client) {
    guarded(
        client,
        () -> {
          if (!client.read(scratch)) {
            clients.remove(client, TcpCloseReason.LEFT);
            return;
          }
          if (client.queue() == null && client.mayListen() && closeBy == null) {
            clients.listens(client, new ClientQueue(log, registry, flushes));
          }
          pump(client, nanoTime());
        });
  }

  /** Those that wait for their socket are told by the selector. */
  private void pumpAll() {
    long end = log.end().message();
    if (end == pumpedTo) {
      return;
    }
    pumpedTo = end;
    long now = nanoTime();
    for (Client client : clients.listening()) {
      if (!client.isBlocked()) {
        guarded(client, () -> pump(client, now));
      }
    }
  }

  private void pump(Client client, long now) throws IOException {
    client.pump(window, now);
    if (client.isBlocked()) {
      alarm.at(now + settings.stallTimeout().toNanos());
    }
  }

  /** What is done for one client, whose failure is its own. */
  private interface Work {
    void run() throws IOException;
  }

  private void guarded(Client client, Work work) {
    try {
      work.run();
    } catch (SentTooMuchException e) {
      clients.remove(client, TcpCloseReason.SENT_TOO_MUCH);
    } catch (SSLException | Client.WrongHelloException e) {
      clients.remove(client, TcpCloseReason.HANDSHAKE);
    } catch (IOException e) {
      clients.remove(client, TcpCloseReason.LEFT);
    } catch (RuntimeException e) {
      warnings.warn(() -> "a client of a TCP exporter was disconnected", e);
      clients.remove(client, TcpCloseReason.LEFT);
    }
  }

  // --- Time ---

  private void checkTimes(long now) {
    acceptor.setAlarm(now, alarm);
    flushes.setAlarm(alarm);
    if (closeBy != null) {
      alarm.at(closeBy);
    }
    for (Client client : clients.connected()) {
      if (client.queue() == null) {
        limit(client, client.acceptedNanos(), settings.handshakeTimeout(), now);
      } else if (client.isBlocked()) {
        limit(client, client.blockedSince(), settings.stallTimeout(), now);
      }
    }
  }

  private void limit(Client client, long since, Duration timeout, long now) {
    long end = since + timeout.toNanos();
    if (end - now > 0) {
      alarm.at(end);
    } else {
      clients.remove(
          client, client.queue() == null ? TcpCloseReason.HANDSHAKE : TcpCloseReason.STALLED);
    }
  }

  // --- The end ---

  private boolean isDone() {
    if (closeBy == null) {
      return false;
    }
    return closeBy - nanoTime() <= 0 || clients.behind(log.end().message()) == 0;
  }

  private ExportResult leftovers() {
    int behind = clients.behind(log.end().message());
    long messages = stats().clients().stream().mapToLong(TcpClientStats::queuedMessages).sum();
    return behind == 0
        ? ExportResult.success()
        : ExportResult.shutdown(
            messages + " messages for " + behind + " clients were not sent within the grace");
  }

  private void end(ExportResult result) {
    for (Client client : clients.connected()) {
      clients.remove(client, TcpCloseReason.SHUTDOWN);
    }
    acceptor.close();
    Sockets.close(selector);
    over = true;
    // After that: whoever came before saw that it was not over, and waits.
    runCommands();
    flushes.end();
    ended.complete(result);
  }
}
