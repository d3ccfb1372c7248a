/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What is written to one client by one gathering write: views of shared memory, as many as a write
 * should take. One is used for all clients, one after the other.
 */
final class Window {

  /** The JDK copies what is in the heap into a buffer of this size that it keeps for the thread. */
  private static final int MAX_BYTES = 256 << 10;

  /** Some systems take no more at once, and the JDK keeps as many buffers. */
  private static final int MAX_BUFFERS = 64;

  private final ByteBuffer[] buffers = new ByteBuffer[MAX_BUFFERS];
  private int count;
  private int bytes;

  /** Of each message of metadata that is in it. */
  private final List<ByteBuffer> metadata = new ArrayList<>();

  private final List<Run> runs = new ArrayList<>();

  /** Messages of one frame, from one to the frame's end, or where the window was full. */
  record Run(Frame frame, int firstMessage) {}

  void clear() {
    for (int i = 0; i < count; i++) {
      buffers[i] = NOTHING;
    }
    count = 0;
    bytes = 0;
    metadata.clear();
    runs.clear();
  }

  /** Adds what is left of a message that was begun; it is cut off where the window is full. */
  void addRest(List<ByteBuffer> rest) {
    for (ByteBuffer part : rest) {
      if (isFull()) {
        return;
      }
      add(part.duplicate());
    }
  }

  /** Adds a message of metadata. Whether that was possible. */
  boolean addMetadata(ByteBuffer message) {
    if (isFull()) {
      return false;
    }
    metadata.add(message.duplicate());
    add(message);
    return true;
  }

  /** Adds messages of a frame, at least a part of the first. Whether the whole frame fitted. */
  boolean addMessages(Frame frame, int firstMessage) {
    if (isFull()) {
      return false;
    }
    int from = frame.begin(firstMessage);
    int to = (int) Math.min(frame.bytes(), (long) from + MAX_BYTES - bytes);
    runs.add(new Run(frame, firstMessage));
    for (ByteBuffer view : frame.views(from, to)) {
      if (isFull()) {
        return false;
      }
      add(view);
    }
    return to == frame.bytes();
  }

  private void add(ByteBuffer view) {
    if (view.remaining() > MAX_BYTES - bytes) {
      view.limit(view.position() + MAX_BYTES - bytes);
    }
    buffers[count++] = view;
    bytes += view.remaining();
  }

  private boolean isFull() {
    return count == MAX_BUFFERS || bytes == MAX_BYTES;
  }

  ByteBuffer[] buffers() {
    return buffers;
  }

  /** How many buffers. */
  int count() {
    return count;
  }

  /** How many bytes in all. */
  int bytes() {
    return bytes;
  }

  List<ByteBuffer> metadata() {
    return metadata;
  }

  List<Run> runs() {
    return runs;
  }

  /** So that the last client's frames are not held. */
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
}
