/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;

/**
 * What waits for one client: its position in the stream, and the rest of a message that was begun.
 *
 * <p>A message that was begun does not belong to the stream any more, so that it is sent to its end
 * whatever the stream forgets; nothing else can be torn. The thread of the server moves it, any
 * thread may look at it.
 */
final class ClientQueue {

  /** Is told of messages that the client will not get. */
  interface Skips {
    void skipped(long from, long to);
  }

  /** A longer rest is a message of its own, and its memory held rather than copied. */
  private static final int MAX_COPIED_BYTES = 16 << 10;

  private final FrameLog log;
  private final MetadataRegistry registry;
  private final Skips skips;

  private Cursor position;
  private int metadataSent;
  private List<ByteBuffer> rest = List.of();

  /** Whether the rest is that of a message of the stream, and not of metadata. */
  private boolean restCounts;

  private long restNanos;
  private long sentMessages;
  private long sentBytes;
  private long dropped;

  ClientQueue(FrameLog log, MetadataRegistry registry, Skips skips) {
    this.log = log;
    this.registry = registry;
    this.skips = skips;
    this.position = log.end();
  }

  /** Fills a window with what comes next: the rest, all metadata that is new, and messages. */
  synchronized void fill(Window window) {
    window.clear();
    window.addRest(rest);
    if (registry.fill(metadataSent, window)) {
      Cursor begin = log.fill(position, window, metadataSent + window.metadata().size());
      skipTo(begin);
    }
  }

  /** So many bytes of that window were written. */
  synchronized void written(Window window, long bytes) {
    sentBytes += bytes;
    long left = advanceRest(bytes);
    if (!rest.isEmpty()) {
      return;
    }
    for (ByteBuffer message : window.metadata()) {
      if (left == 0) {
        return;
      }
      metadataSent++;
      int size = message.remaining();
      if (left < size) {
        rest = List.of(message.slice((int) left, size - (int) left));
        return;
      }
      left -= size;
    }
    for (Window.Run run : window.runs()) {
      if (left == 0) {
        return;
      }
      left -= written(run, left);
    }
  }

  /** Whether all is written, up to a message. */
  synchronized boolean isWrittenTo(long message) {
    return position.message() > message || (position.message() == message && rest.isEmpty());
  }

  synchronized Cursor position() {
    return position;
  }

  /** The client is gone: how many messages it did not get. */
  synchronized long abandon() {
    Cursor end = log.end();
    skipTo(log.head());
    long lost = end.message() - position.message() + restMessages();
    skips.skipped(position.message() - restMessages(), end.message());
    position = end;
    rest = List.of();
    restCounts = false;
    return lost;
  }

  synchronized TcpClientStats stats(InetSocketAddress address, long now) {
    Cursor head = log.head();
    Cursor end = log.end();
    Cursor next = head.message() > position.message() ? head : position;
    long queued = end.message() - next.message() + restMessages();
    long since = restCounts ? restNanos : log.nanosOf(next, now);
    return new TcpClientStats(
        address,
        sentMessages,
        sentBytes,
        dropped + next.message() - position.message(),
        queued,
        end.bytes() - next.bytes() + (restCounts ? restBytes() : 0),
        queued == 0 ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - since)));
  }

  synchronized long sentMessages() {
    return sentMessages;
  }

  synchronized long sentBytes() {
    return sentBytes;
  }

  synchronized long dropped() {
    return dropped;
  }

  private void skipTo(Cursor next) {
    if (next.message() > position.message()) {
      dropped += next.message() - position.message();
      skips.skipped(position.message(), next.message());
      position = next;
    }
  }

  /** How many bytes were of something else. */
  private long advanceRest(long bytes) {
    long left = bytes;
    if (rest.isEmpty()) {
      return left;
    }
    for (ByteBuffer part : rest) {
      int length = (int) Math.min(left, part.remaining());
      part.position(part.position() + length);
      left -= length;
    }
    if (restBytes() == 0) {
      sentMessages += restMessages();
      rest = List.of();
      restCounts = false;
    }
    return left;
  }

  /** How many bytes were of this run. */
  private long written(Window.Run run, long bytes) {
    Frame frame = run.frame();
    int begin = frame.begin(run.firstMessage());
    int end = begin + (int) Math.min(bytes, frame.bytes() - begin);
    int next = frame.messagesWithin(end);
    sentMessages += next - run.firstMessage();
    if (end > frame.begin(next)) {
      rest = kept(frame.views(end, frame.begin(next + 1)));
      restCounts = true;
      restNanos = frame.nanos();
      next++;
    }
    position = new Cursor(frame.firstMessage + next, frame.firstByte + frame.begin(next));
    return (long) end - begin;
  }

  /** A copy of what is short, so that it does not hold the memory of its neighbours. */
  private static List<ByteBuffer> kept(List<ByteBuffer> views) {
    int bytes = views.stream().mapToInt(ByteBuffer::remaining).sum();
    if (bytes > MAX_COPIED_BYTES) {
      return views;
    }
    ByteBuffer copy = ByteBuffer.allocate(bytes);
    views.forEach(copy::put);
    return List.of(copy.flip());
  }

  private int restMessages() {
    return restCounts ? 1 : 0;
  }

  private long restBytes() {
    return rest.stream().mapToLong(ByteBuffer::remaining).sum();
  }
}
