/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Payload;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import okhttp3.MediaType;
import okhttp3.RequestBody;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * The body of one call: a frame around the shared buffers of a payload.
 *
 * <p>A server may answer in the middle of a body, for instance that the message is too large, and
 * read no more of it. So a body that needs the server's consent to be sent whole is written by a
 * thread of its own, while the thread of the call waits for the answer.
 */
final class GrpcBody extends RequestBody {

  /** What HTTP/2 lets through at first, if the server has not said otherwise (RFC 9113, 6.9.2). */
  private static final int INITIAL_WINDOW_BYTES = 65_535;

  private final boolean compressed;
  private final Payload message;
  private final PayloadBody.Begin begin;
  private final Consumer<Throwable> broken;
  private final LongAdder bytesSent;
  private final Executor senders;
  private volatile boolean whole;

  /**
   * For one call.
   *
   * @param broken told when the writing fails otherwise than by the connection
   * @param senders runs the writing of a large body
   */
  GrpcBody(
      boolean compressed,
      Payload message,
      PayloadBody.Begin begin,
      Consumer<Throwable> broken,
      LongAdder bytesSent,
      Executor senders) {
    this.compressed = compressed;
    this.message = message;
    this.begin = begin;
    this.broken = broken;
    this.bytesSent = bytesSent;
    this.senders = senders;
  }

  /** None: the request has the header. */
  @Override
  public @Nullable MediaType contentType() {
    return null;
  }

  /** Not stated: the frame says it, and a call may end before its body does. */
  @Override
  public long contentLength() {
    return -1;
  }

  /** Only that keeps OkHttp from sending it again after some statuses. */
  @Override
  public boolean isOneShot() {
    return true;
  }

  @Override
  public boolean isDuplex() {
    return true;
  }

  /** Whether all of it was handed over, so that nobody is writing any more. */
  boolean isWhole() {
    return whole;
  }

  @Override
  public void writeTo(BufferedSink sink) throws IOException {
    begin.writing();
    if (GrpcFrame.PREFIX_BYTES + message.size() <= INITIAL_WINDOW_BYTES) {
      write(sink);
      return;
    }
    try {
      senders.execute(() -> send(sink));
    } catch (RejectedExecutionException e) {
      throw new IOException("the transport is closed", e);
    }
  }

  private void send(BufferedSink sink) {
    try {
      write(sink);
    } catch (IOException e) {
      // Who waits for the answer meets it too, or has got the answer and wants no more to be sent.
    } catch (Throwable e) {
      broken.accept(e);
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
    }
  }

  private void write(BufferedSink sink) throws IOException {
    try (sink) {
      byte[] prefix = GrpcFrame.prefix(compressed, message.size());
      sink.write(prefix);
      bytesSent.add(prefix.length);
      PayloadBody.write(message, sink, bytesSent);
    }
    whole = true;
  }
}
