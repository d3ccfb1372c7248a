/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Exporter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What the exporter of an {@link ExporterContract} delivers to: it takes messages, and misbehaves
 * as it is told. {@link HttpBackend} is one for protocols over HTTP; write one for another protocol
 * (a gRPC server, a socket for datagrams, a client that reads a stream, a scraper).
 *
 * <p>A message is what can be told apart of what arrives: the body of a request, a datagram, a
 * frame, a line. A new backend accepts everything. What its kind cannot do it says in {@link
 * #cannotShow}, and the methods for it are then never called: they need not be written. Methods
 * that wait throw an {@link AssertionError} when their limit is over. Each test makes backends of
 * its own and calls them from one thread.
 */
public interface ContractBackend extends AutoCloseable {

  /** What a backend can do to a message instead of accepting it. */
  enum Reaction {
    /** Answers that it takes nothing now, and may later. Asks for no delay. */
    RETRYABLE,
    /** Answers that it will never take this. */
    PERMANENT,
    /** Reads all of the message and breaks off without an answer. */
    LOST,
    /**
     * Begins an answer that accepts the message, and never ends it: after more bytes than any
     * exporter should keep it stands still.
     */
    HUGE,
    /** Reads all of the message, and accepts it when it is {@linkplain #release() released}. */
    HANG
  }

  /**
   * A backend that nobody can look into, such as a logger: for exporters whose delivery is
   * BEST_EFFORT.
   *
   * @param because why nothing can be seen; part of the report
   */
  static ContractBackend none(String because) {
    return new NoBackend(because);
  }

  /** Where it is; what {@link ExporterContract#newExporter} is given. */
  URI uri();

  /**
   * Called with each exporter that was made for this backend, before it is used: for a backend that
   * connects to the exporter, and not the other way round. Does nothing by default.
   */
  default void attach(Exporter exporter) throws Exception {}

  /**
   * Why a clause cannot be checked with a backend of this kind, if so; empty by default. Only
   * clauses about what a backend does or shows may be excluded, and {@link Clause#BACKEND_DOWN} not
   * for an exporter whose delivery is ACKNOWLEDGED.
   */
  default Optional<String> cannotShow(Clause clause) {
    return Optional.empty();
  }

  /** Whether it sees messages: {@link #take} gives what arrived. True by default. */
  default boolean showsMessages() {
    return true;
  }

  /**
   * Sets how it reacts to the next message. Several calls are for several messages, in order; those
   * after them are accepted.
   *
   * @param words a text that an answer of kind RETRYABLE or PERMANENT carries, where it can
   */
  default void next(Reaction reaction, String words) {
    throw new UnsupportedOperationException(
        "next() is not written, and cannotShow() does not say so");
  }

  /**
   * The messages, as they were on the wire, that arrived since the last call.
   *
   * @param atLeast waits until there are that many; 0 does not wait
   */
  List<byte[]> take(int atLeast, Duration limit) throws InterruptedException;

  /** Waits until a message {@linkplain Reaction#HANG hangs}; each call waits for another one. */
  default void awaitHanging(Duration limit) throws InterruptedException {
    throw new UnsupportedOperationException(
        "awaitHanging() is not written, and cannotShow() does not say so");
  }

  /** Accepts the messages that hang. */
  default void release() {
    throw new UnsupportedOperationException(
        "release() is not written, and cannotShow() does not say so");
  }

  /**
   * Waits until the exporter has given up a message that hung: its connection is closed, its stream
   * reset. Each call waits for another one.
   */
  default void awaitAborted(Duration limit) throws InterruptedException {
    throw new UnsupportedOperationException(
        "awaitAborted() is not written, and cannotShow() does not say so");
  }

  /** Waits until no connection of an exporter is open. */
  default void awaitIdle(Duration limit) throws InterruptedException {
    throw new UnsupportedOperationException(
        "awaitIdle() is not written, and cannotShow() does not say so");
  }

  /** Goes away: whoever wants to deliver to {@link #uri()} from now on finds nobody. */
  default void goDown() throws IOException {
    throw new UnsupportedOperationException(
        "goDown() is not written, and cannotShow() does not say so");
  }

  /** Frees everything; after {@link #goDown()} too. Idempotent. */
  @Override
  void close() throws IOException;
}
