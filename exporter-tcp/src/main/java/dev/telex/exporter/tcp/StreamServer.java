/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts clients and writes the stream to them, with one thread that never waits for any of them.
 */
final class StreamServer {

  private static final AtomicInteger THREADS = new AtomicInteger();

  /** Many may come at once after a restart. */
  private static final int BACKLOG = 1024;

  private static final int ACCEPTS_AT_ONCE = 64;
  private static final int SCRATCH_BYTES = 4096;

  /** For instance when no file descriptor is left. */
  private static final long ACCEPT_PAUSE_NANOS = Duration.ofSeconds(1).toNanos();

  private static final Duration LONGEST = Duration.ofDays(1);

  private final ServerSettings settings;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final InetSocketAddress address;
  private final SelectionKey accepting;
  private final FrameLog log;
  private final MetadataRegistry registry;
  private final LimitedLog warnings;
  private final Tally tally = new Tally();

  private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicInteger connections = new AtomicInteger();
  private final List<Client> listening = new CopyOnWriteArrayList<>();
  private final CompletableFuture<ExportResult> ended = new CompletableFuture<>();
  private volatile boolean over;

  // --- Of the thread alone ---

  private final Set<Client> clients = new LinkedHashSet<>();
  private final List<FlushWait> flushes = new ArrayList<>();
  private final Window window = new Window();
  private final ByteBuffer scratch = ByteBuffer.allocate(SCRATCH_BYTES);
  private @Nullable Long due;
  private @Nullable Long acceptAgain;
  private @Nullable Long closeBy;
  private long pumpedTo;

  private StreamServer(ServerSettings settings) throws IOException {
    this.settings = settings;
    this.log = new FrameLog(settings.maxQueueMessages(), settings.maxQueueBytes());
    this.registry = new MetadataRegistry(settings.maxMetrics());
    this.warnings = new LimitedLog(settings.nanoTime());
    ServerSocketChannel opened = ServerSocketChannel.open();
    @Nullable Selector made = null;
    try {
      opened.bind(settings.listen(), BACKLOG);
      opened.configureBlocking(false);
      made = Selector.open();
      accepting = opened.register(made, SelectionKey.OP_ACCEPT);
      address = (InetSocketAddress) opened.getLocalAddress();
    } catch (IOException | RuntimeException e) {
      Sockets.close(opened);
      if (made != null) {
        Sockets.close(made);
      }
      throw e;
    }
    listener = opened;
    selector = made;
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
    return address;
  }

  boolean hasListeners() {
    return !listening.isEmpty();
  }

  MetadataRegistry registry() {
    return registry;
  }

  Tally tally() {
    return tally;
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
    FlushWait wait =
        new FlushWait(log.end().message(), nanoTime() + settings.flushTimeout().toNanos());
    command(
        () -> {
          flushes.add(wait);
          due(wait.deadlineNanos());
        });
    return wait.promise();
  }

  /** Lets the clients have what they can within the grace, and ends. */
  CompletionStage<ExportResult> shutdown(Duration grace) {
    Duration limited = grace.compareTo(LONGEST) > 0 ? LONGEST : grace;
    command(
        () -> {
          if (closeBy == null) {
            closeBy = nanoTime() + Math.max(0, limited.toNanos());
            Sockets.close(listener);
          }
        });
    return ended;
  }

  TcpStats stats() {
    List<TcpClientStats> each = new ArrayList<>();
    long sentMessages = tally.sentMessages.sum();
    long sentBytes = tally.sentBytes.sum();
    long slow = 0;
    for (Client client : listening) {
      ClientQueue queue = client.queue();
      if (queue != null) {
        TcpClientStats one = queue.stats(client.address(), nanoTime());
        each.add(one);
        sentMessages += one.sentMessages();
        sentBytes += one.sentBytes();
        slow += one.droppedMessages();
      }
    }
    var dropped = tally.dropped();
    if (slow > 0) {
      dropped.merge(TcpDropReason.SLOW_CLIENT, slow, Long::sum);
    }
    return new TcpStats(
        each,
        connections.get(),
        tally.accepted.sum(),
        tally.closed(),
        sentMessages,
        sentBytes,
        dropped,
        registry.metrics());
  }

  /** Has the thread look at its clients and its clock. */
  void wake() {
    if (woken.compareAndSet(false, true)) {
      selector.wakeup();
    }
  }

  /** For tests: what the frames in the stream take. */
  long heldBytes() {
    return log.heldBytes();
  }

  // --- The thread ---

  private void run() {
    ExportResult result = ExportResult.shutdown("the thread of the server died");
    try {
      while (!isDone()) {
        selector.select(this::ready, timeoutMillis());
        woken.set(false);
        step();
      }
      result = leftovers();
    } catch (IOException e) {
      warnings.warn("the server of a TCP exporter failed", e);
      result = ExportResult.shutdown("the server failed: " + e);
    } finally {
      end(result);
    }
  }

  private void step() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    pumpAll();
    checkTimes();
    checkFlushes();
    forget();
  }

  private void ready(SelectionKey key) {
    if (key == accepting) {
      accept();
      return;
    }
    if (!(key.attachment() instanceof Client client)) {
      return;
    }
    guarded(
        client,
        () -> {
          if (!client.read(scratch)) {
            close(client, TcpCloseReason.LEFT);
            return;
          }
          if (client.queue() == null) {
            listen(client);
          }
          client.pump(window, nanoTime());
        });
  }

  /** What is done for one client, whose failure is its own. */
  private interface Work {
    void run() throws IOException;
  }

  private void guarded(Client client, Work work) {
    try {
      work.run();
    } catch (SentTooMuchException e) {
      close(client, TcpCloseReason.SENT_TOO_MUCH);
    } catch (SSLException | Client.WrongHelloException e) {
      close(client, TcpCloseReason.HANDSHAKE);
    } catch (IOException e) {
      close(client, TcpCloseReason.LEFT);
    } catch (RuntimeException e) {
      warnings.warn("a client of a TCP exporter was disconnected", e);
      close(client, TcpCloseReason.LEFT);
    }
  }

  // --- Clients ---

  private void accept() {
    try {
      for (int i = 0; i < ACCEPTS_AT_ONCE; i++) {
        SocketChannel channel = listener.accept();
        if (channel == null) {
          return;
        }
        tally.accepted.increment();
        if (clients.size() >= settings.maxClients()) {
          tally.closed(TcpCloseReason.TOO_MANY_CLIENTS);
          warnings.warn(
              "a client was not let in: there are " + settings.maxClients() + " (maxClients)",
              null);
          Sockets.close(channel);
          continue;
        }
        welcome(channel);
      }
    } catch (IOException e) {
      if (closeBy == null) {
        warnings.warn("no client can be accepted for a moment", e);
        accepting.interestOps(0);
        acceptAgain = nanoTime() + ACCEPT_PAUSE_NANOS;
        due(acceptAgain);
      }
    }
  }

  private void welcome(SocketChannel channel) {
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
      channel.setOption(StandardSocketOptions.SO_SNDBUF, settings.sendBufferBytes());
      InetSocketAddress peer = (InetSocketAddress) channel.getRemoteAddress();
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      Supplier<Hello> hellos = settings.hellos();
      Client client =
          new Client(key, wire(channel), peer, hellos == null ? null : hellos.get(), nanoTime());
      key.attach(client);
      clients.add(client);
      connections.incrementAndGet();
      due(nanoTime() + settings.handshakeTimeout().toNanos());
      guarded(
          client,
          () -> {
            // In the clear and without a secret there is nothing to wait for.
            if (!client.read(scratch)) {
              close(client, TcpCloseReason.LEFT);
              return;
            }
            listen(client);
            client.pump(window, nanoTime());
          });
    } catch (IOException e) {
      // It was gone before it was looked at.
      tally.closed(TcpCloseReason.LEFT);
      Sockets.close(channel);
    }
  }

  private Wire wire(SocketChannel channel) {
    if (settings.tls() == null) {
      return new PlainWire(channel, settings.maxReceived());
    }
    SSLEngine engine = settings.tls().createSSLEngine();
    engine.setUseClientMode(false);
    engine.setNeedClientAuth(settings.requireClientCertificate());
    return new TlsWire(channel, engine, settings.maxReceived());
  }

  private void listen(Client client) {
    if (client.mayListen() && closeBy == null) {
      client.listen(new ClientQueue(log, registry, this::skipped));
      listening.add(client);
    }
  }

  private void close(Client client, TcpCloseReason reason) {
    if (!clients.remove(client)) {
      return;
    }
    listening.remove(client);
    connections.decrementAndGet();
    tally.closed(reason);
    ClientQueue queue = client.queue();
    if (queue != null) {
      long lost = queue.abandon();
      tally.drop(
          reason == TcpCloseReason.SHUTDOWN ? TcpDropReason.SHUTDOWN : TcpDropReason.DISCONNECTED,
          lost);
      tally.drop(TcpDropReason.SLOW_CLIENT, queue.dropped());
      tally.sentMessages.add(queue.sentMessages());
      tally.sentBytes.add(queue.sentBytes());
    }
    client.close();
  }

  private void skipped(long from, long to) {
    for (FlushWait flush : flushes) {
      flush.skipped(from, to);
    }
  }

  /** Those that wait for their socket are told by the selector. */
  private void pumpAll() {
    long end = log.end().message();
    if (end == pumpedTo) {
      return;
    }
    pumpedTo = end;
    long now = nanoTime();
    for (Client client : listening) {
      if (!client.isBlocked()) {
        guarded(client, () -> client.pump(window, now));
      }
    }
  }

  private void forget() {
    Cursor least = log.end();
    for (Client client : listening) {
      ClientQueue queue = client.queue();
      if (queue != null && queue.position().message() < least.message()) {
        least = queue.position();
      }
    }
    log.forgetBefore(least);
  }

  // --- Time ---

  private void due(long nanos) {
    if (due == null || nanos - due < 0) {
      due = nanos;
    }
  }

  private long timeoutMillis() {
    if (closeBy != null) {
      due(closeBy);
    }
    if (!commands.isEmpty()) {
      return 1;
    }
    if (due == null) {
      return 0;
    }
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(due - nanoTime()) + 1);
  }

  private void checkTimes() {
    long now = nanoTime();
    for (Client client : listening) {
      if (client.isBlocked()) {
        due(client.blockedSince(now) + settings.stallTimeout().toNanos());
      }
    }
    if (due == null || due - now > 0) {
      return;
    }
    due = null;
    if (acceptAgain != null) {
      if (acceptAgain - now <= 0 && accepting.isValid()) {
        acceptAgain = null;
        accepting.interestOps(SelectionKey.OP_ACCEPT);
      } else {
        due(acceptAgain);
      }
    }
    flushes.forEach(flush -> due(flush.deadlineNanos()));
    for (Client client : List.copyOf(clients)) {
      checkTime(client, now);
    }
  }

  private void checkTime(Client client, long now) {
    if (client.queue() == null) {
      long end = client.acceptedNanos() + settings.handshakeTimeout().toNanos();
      if (end - now <= 0) {
        close(client, TcpCloseReason.HANDSHAKE);
      } else {
        due(end);
      }
    } else if (client.isBlocked()) {
      long end = client.blockedSince(now) + settings.stallTimeout().toNanos();
      if (end - now <= 0) {
        close(client, TcpCloseReason.STALLED);
      } else {
        due(end);
      }
    }
  }

  private void checkFlushes() {
    if (flushes.isEmpty()) {
      return;
    }
    long now = nanoTime();
    for (Iterator<FlushWait> all = flushes.iterator(); all.hasNext(); ) {
      FlushWait flush = all.next();
      int behind = behind(flush.target());
      if (behind == 0) {
        flush.done();
        all.remove();
      } else if (flush.deadlineNanos() - now <= 0) {
        flush.late(behind, listening.size(), settings.flushTimeout());
        all.remove();
      }
    }
  }

  private int behind(long message) {
    int behind = 0;
    for (Client client : listening) {
      behind += client.wasSent(message) ? 0 : 1;
    }
    return behind;
  }

  // --- The end ---

  /** Runs on the thread of the server, or here if that has ended. */
  private void command(Runnable command) {
    commands.add(command);
    wake();
    if (over) {
      endCommands();
    }
  }

  private boolean isDone() {
    if (closeBy == null || pumpedTo != log.end().message()) {
      return false;
    }
    return behind(pumpedTo) == 0 || closeBy - nanoTime() <= 0;
  }

  private ExportResult leftovers() {
    int behind = behind(pumpedTo);
    long messages = stats().clients().stream().mapToLong(TcpClientStats::queuedMessages).sum();
    return behind == 0
        ? ExportResult.success()
        : ExportResult.shutdown(
            messages + " messages for " + behind + " clients were not sent within the grace");
  }

  private void end(ExportResult result) {
    for (Client client : List.copyOf(clients)) {
      close(client, TcpCloseReason.SHUTDOWN);
    }
    Sockets.close(listener);
    Sockets.close(selector);
    over = true;
    endCommands();
    ended.complete(result);
  }

  private synchronized void endCommands() {
    for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
      command.run();
    }
    flushes.forEach(FlushWait::done);
    flushes.clear();
  }
}
