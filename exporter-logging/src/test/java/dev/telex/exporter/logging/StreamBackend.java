/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A stream, whose lines are the messages, that stands still or breaks as it is told. */
final class StreamBackend implements ContractBackend {

  private static final AtomicInteger COUNT = new AtomicInteger();

  private final URI uri = URI.create("stream:" + COUNT.incrementAndGet());
  private final Queue<Boolean> hangs = new ArrayDeque<>();
  private final Semaphore hanging = new Semaphore(0);
  private final Semaphore released = new Semaphore(0);
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private int held;
  private int taken;
  private volatile boolean down;

  private final OutputStream stream =
      new OutputStream() {
        @Override
        public void write(int b) throws IOException {
          write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] b, int off, int len) throws IOException {
          if (down) {
            throw new IOException("the stream is broken");
          }
          boolean hang;
          synchronized (hangs) {
            hang = hangs.poll() != null;
            held += hang ? 1 : 0;
          }
          if (hang) {
            hanging.release();
            released.acquireUninterruptibly();
          }
          bytes.write(b, off, len);
        }
      };

  OutputStream stream() {
    return stream;
  }

  @Override
  public URI uri() {
    return uri;
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return switch (clause) {
      case BACKEND_DOWN_IS_KNOWN ->
          Optional.of("a broken stream does not say how much was written");
      case RETRYABLE_ANSWER, PERMANENT_ANSWER, LOST_ANSWER, HUGE_ANSWER ->
          Optional.of("a stream gives no answers");
      case CANCEL_ABORTS, SHUTDOWN_ABORTS ->
          Optional.of("a write to a stream of somebody else is not aborted");
      case SHUTDOWN_CLOSES_CONNECTIONS -> Optional.of("a stream of somebody else stays open");
      default -> Optional.empty();
    };
  }

  @Override
  public void next(Reaction reaction, String words) {
    if (reaction != Reaction.HANG) {
      throw new UnsupportedOperationException(reaction + " of a stream");
    }
    synchronized (hangs) {
      hangs.add(true);
    }
  }

  /** What was reported as written was written: there is nothing to wait for. */
  @Override
  public List<byte[]> take(int atLeast, Duration limit) {
    List<String> lines = bytes.toString(StandardCharsets.UTF_8).lines().toList();
    List<String> fresh = lines.subList(taken, lines.size());
    if (fresh.size() < atLeast) {
      throw new AssertionError("the stream has got only " + fresh);
    }
    taken = lines.size();
    return fresh.stream().map(line -> line.getBytes(StandardCharsets.UTF_8)).toList();
  }

  @Override
  public void awaitHanging(Duration limit) throws InterruptedException {
    if (!hanging.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
      throw new AssertionError("nothing was written to the stream within " + limit);
    }
  }

  @Override
  public void release() {
    synchronized (hangs) {
      released.release(held);
      held = 0;
    }
  }

  @Override
  public void awaitAborted(Duration limit) {
    throw new UnsupportedOperationException("a write to a stream is not aborted");
  }

  @Override
  public void awaitIdle(Duration limit) {
    throw new UnsupportedOperationException("a stream stays open");
  }

  @Override
  public void goDown() {
    down = true;
  }

  @Override
  public void close() {
    release();
  }
}
