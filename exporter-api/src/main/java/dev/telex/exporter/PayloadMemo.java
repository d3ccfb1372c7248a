/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Runs each encoding of a batch at most once, also when many threads ask at the same time.
 *
 * <p>Not a {@code computeIfAbsent}, which would hold a lock while it encodes, nor a {@code
 * FutureTask}, which would remember the interrupt of one caller for all others.
 */
final class PayloadMemo {

  /**
   * Encodings and compressions that one batch remembers. A chain uses a handful; past this bound a
   * run is not remembered, so that a batch cannot hold any number of payloads.
   */
  static final int MAX_REMEMBERED = 16;

  /** Causes can be a ring. */
  private static final int MAX_CAUSES = 32;

  private final Map<Object, Run> runs = new HashMap<>();

  Payload get(Object key, Callable<Payload> encode) throws InterruptedException {
    while (true) {
      Run run;
      boolean mine = false;
      synchronized (runs) {
        Run known = runs.get(key);
        if (known == null) {
          mine = true;
          run = new Run();
          if (runs.size() < MAX_REMEMBERED) {
            runs.put(key, run);
          }
        } else {
          run = known;
        }
      }
      if (mine) {
        return perform(key, run, encode);
      }
      if (run.awaitAndIsKept()) {
        return run.payload();
      }
      // The thread that ran it was interrupted or met an Error: take over.
    }
  }

  /** Whether nobody has asked for a payload yet. */
  boolean isEmpty() {
    synchronized (runs) {
      return runs.isEmpty();
    }
  }

  /** The payload under a key if it is there, without waiting for one that is being made. */
  @Nullable Payload known(Object key) {
    synchronized (runs) {
      Run run = runs.get(key);
      return run == null ? null : run.payload;
    }
  }

  long retainedBytes() {
    synchronized (runs) {
      return runs.values().stream().mapToLong(Run::size).sum();
    }
  }

  private Payload perform(Object key, Run run, Callable<Payload> encode)
      throws InterruptedException {
    boolean kept = false;
    try {
      Payload payload = encode.call();
      run.payload = payload;
      kept = true;
      return payload;
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      // Also clears the flag, as whoever throws an InterruptedException does.
      if (Thread.interrupted() || isInterrupt(e)) {
        throw (InterruptedException) new InterruptedException(e.toString()).initCause(e);
      }
      EncodingException failure =
          e instanceof EncodingException known
              ? known
              : new EncodingException("cannot make " + key + ": " + e, e);
      run.failure = failure;
      kept = true;
      throw failure;
    } finally {
      if (!kept) {
        synchronized (runs) {
          runs.remove(key, run);
        }
      }
      run.kept = kept;
      run.done.countDown();
    }
  }

  /** Whether an interrupt is behind it: code that may not throw one often wraps it. */
  private static boolean isInterrupt(Throwable failure) {
    int depth = 0;
    for (Throwable e = failure; e != null && depth < MAX_CAUSES; e = e.getCause()) {
      if (e instanceof InterruptedException
          || e instanceof InterruptedIOException
          || e instanceof ClosedByInterruptException) {
        return true;
      }
      depth++;
    }
    return false;
  }

  private static final class Run {
    private final Thread owner = Thread.currentThread();
    private final CountDownLatch done = new CountDownLatch(1);
    private volatile @Nullable Payload payload;
    private volatile @Nullable EncodingException failure;
    private volatile boolean kept;

    boolean awaitAndIsKept() throws InterruptedException {
      if (owner == Thread.currentThread() && done.getCount() > 0) {
        throw new IllegalStateException("an encoding asks its batch for its own payload");
      }
      done.await();
      return kept;
    }

    Payload payload() {
      Payload made = payload;
      if (made != null) {
        return made;
      }
      EncodingException remembered = Objects.requireNonNull(failure);
      // A copy each time: a shared exception would collect the suppressed ones of all exports.
      throw new EncodingException(String.valueOf(remembered.getMessage()), remembered);
    }

    long size() {
      Payload made = payload;
      return made == null ? 0 : made.ownBytes();
    }
  }
}
