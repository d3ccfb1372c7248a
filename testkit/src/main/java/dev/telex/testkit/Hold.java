/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Holds an answer of a {@link FaultServer} back until the test releases it, so that a server can be
 * slow without anybody sleeping.
 *
 * <pre>{@code
 * Hold hold = new Hold();
 * server.enqueue(Answer.ok().holdBeforeAnswer(hold));
 * var result = exporter.export(batch, context);
 * hold.awaitRequest(LIMIT);          // the request is there, and has no answer
 * context.cancel();
 * hold.awaitClientClosed(LIMIT);     // the exporter closed the connection
 * }</pre>
 *
 * <p>One hold may hold several requests; releasing it releases all of them, and those that come
 * later are not held. Safe for use by several threads.
 */
public final class Hold {

  private final BlockingQueue<ReceivedRequest> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<Boolean> clientClosed = new LinkedBlockingQueue<>();
  private final List<Runnable> waiting = new CopyOnWriteArrayList<>();
  private volatile boolean released;

  /** A hold that is not released. */
  public Hold() {}

  /** Lets the held requests go on, and those that come later pass. */
  public void release() {
    released = true;
    waiting.forEach(Runnable::run);
  }

  /** Whether {@link #release()} was called. */
  public boolean isReleased() {
    return released;
  }

  /**
   * Waits until a request is held; each call gives the next one.
   *
   * @return what was read of the request until then; all of it if the hold stands before the answer
   * @throws AssertionError if none is held within the limit
   * @throws InterruptedException if this thread is interrupted
   */
  public ReceivedRequest awaitRequest(Duration limit) throws InterruptedException {
    ReceivedRequest request = held.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (request == null) {
      throw new AssertionError("no request was held within " + limit);
    }
    return request;
  }

  /**
   * Waits until the client of a held request has closed its connection; each call waits for the
   * next one.
   *
   * <p>A client that goes away while its request is held in the middle of the body is seen only
   * after {@link #release()}, when the server reads on.
   *
   * @throws AssertionError if that does not happen within the limit, or if a held request was
   *     released and answered whole instead
   * @throws InterruptedException if this thread is interrupted
   */
  public void awaitClientClosed(Duration limit) throws InterruptedException {
    Boolean closed = clientClosed.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (closed == null) {
      throw new AssertionError("no client closed the connection of a held request within " + limit);
    }
    if (!closed) {
      throw new AssertionError(
          "a held request ended otherwise: answered, or by close() of the server");
    }
  }

  @Override
  public String toString() {
    return released ? "Hold[released]" : "Hold[" + held.size() + " requests not awaited]";
  }

  /** Called by the connection before it waits; {@code wake} runs on the releasing thread. */
  void began(ReceivedRequest request, Runnable wake) {
    waiting.add(wake);
    held.add(request);
  }

  void ended(Runnable wake) {
    waiting.remove(wake);
  }

  /** What became of a request that was held here. */
  void outcome(boolean closedByClient) {
    clientClosed.add(closedByClient);
  }
}
