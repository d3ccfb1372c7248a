/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import org.jspecify.annotations.Nullable;

/**
 * The stream: the latest messages, which all clients read, each from its own position. So a message
 * is held once, however many clients there are; a queue of a client is nothing but the distance of
 * its position from the end; and to append takes as long for a thousand clients as for one.
 *
 * <p>It is as long as the queue of one client may be, in messages and in bytes. What is beyond that
 * is forgotten, message by message, oldest first; a client whose position it was goes on behind it,
 * and knows by the numbers of the messages how many it missed. Safe for use by several threads.
 */
final class FrameLog {

  private static final int INITIAL_FRAMES = 16;

  private final int maxMessages;
  private final long maxBytes;
  private final Object lock = new Object();

  /** A ring. */
  private @Nullable Frame[] frames = new Frame[INITIAL_FRAMES];

  private int first;
  private int count;

  /** Numbers of the oldest message that is there, and of the next to come; and of their bytes. */
  private long headMessage;

  private long headByte;
  private long endMessage;
  private long endByte;

  FrameLog(int maxMessages, long maxBytes) {
    this.maxMessages = maxMessages;
    this.maxBytes = maxBytes;
  }

  /** Adds the messages of a frame, and forgets what is too much then. */
  void append(Frame frame) {
    synchronized (lock) {
      if (count == frames.length) {
        grow();
      }
      frame.firstMessage = endMessage;
      frame.firstByte = endByte;
      frames[(first + count) % frames.length] = frame;
      count++;
      endMessage += frame.messages();
      endByte += frame.bytes();
      while (endMessage - headMessage > maxMessages || endByte - headByte > maxBytes) {
        Frame oldest = frame(0);
        headByte += oldest.size((int) (headMessage - oldest.firstMessage));
        headMessage++;
        forgetRead();
      }
    }
  }

  /** Where a client begins that comes now. */
  Cursor end() {
    synchronized (lock) {
      return new Cursor(endMessage, endByte);
    }
  }

  /** The oldest position that can be read. */
  Cursor head() {
    synchronized (lock) {
      return new Cursor(headMessage, headByte);
    }
  }

  /**
   * Adds messages to a window, as many as it takes.
   *
   * @param from the position of a client, at the head or behind it: see {@link #head()}
   * @param metadata how many messages of metadata the client has been sent when it gets these
   * @return where they begin: {@code from}, or the head if that has moved on
   */
  Cursor fill(Cursor from, Window window, int metadata) {
    synchronized (lock) {
      Cursor begin = from.message() < headMessage ? new Cursor(headMessage, headByte) : from;
      if (begin.message() == endMessage) {
        return begin;
      }
      int message = (int) (begin.message() - frame(indexOf(begin.message())).firstMessage);
      for (int i = indexOf(begin.message()); i < count; i++, message = 0) {
        Frame frame = frame(i);
        if (frame.metadata() > metadata || !window.addMessages(frame, message)) {
          break;
        }
      }
      return begin;
    }
  }

  /** When the message at a position came; the present if there is none. */
  long nanosOf(Cursor position, long now) {
    synchronized (lock) {
      long message = Math.max(position.message(), headMessage);
      return message == endMessage ? now : frame(indexOf(message)).nanos();
    }
  }

  /** Forgets what every client has read. */
  void forgetBefore(Cursor position) {
    synchronized (lock) {
      if (position.message() > headMessage) {
        headMessage = position.message();
        headByte = position.bytes();
        forgetRead();
      }
    }
  }

  /** For tests: what the frames that are held take. */
  long heldBytes() {
    synchronized (lock) {
      return count == 0 ? 0 : endByte - frame(0).firstByte;
    }
  }

  private void forgetRead() {
    while (count > 0 && headMessage >= frame(0).firstMessage + frame(0).messages()) {
      frames[first] = null;
      first = (first + 1) % frames.length;
      count--;
    }
  }

  /** The frame that holds a message, which must be there. */
  private int indexOf(long message) {
    int low = 0;
    int high = count - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (frame(middle).firstMessage <= message) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private Frame frame(int index) {
    Frame frame = frames[(first + index) % frames.length];
    if (frame == null) {
      throw new AssertionError("no frame at " + index + " of " + count);
    }
    return frame;
  }

  private void grow() {
    @Nullable Frame[] larger = new Frame[2 * frames.length];
    for (int i = 0; i < count; i++) {
      larger[i] = frame(i);
    }
    frames = larger;
    first = 0;
  }
}
