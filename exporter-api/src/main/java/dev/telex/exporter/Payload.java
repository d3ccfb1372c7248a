/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The immutable bytes of an encoded batch, shared by every exporter and every attempt that sends
 * them.
 *
 * <p>Only read-only views leave a payload, each with a position and a limit of its own, so that
 * nobody can change the bytes or move somebody else's position. Safe for use by several threads.
 */
public final class Payload {

  private static final int COPY_BYTES = 8192;

  private final List<ByteBuffer> items;
  private final boolean ofItems;
  private final boolean shared;
  private final long size;

  private Payload(List<ByteBuffer> items, boolean ofItems, boolean shared) {
    this.items = items;
    this.ofItems = ofItems;
    this.shared = shared;
    this.size = items.stream().mapToLong(ByteBuffer::remaining).sum();
  }

  /**
   * A payload of one piece.
   *
   * @param handedOver is not copied: the caller must not touch it any more
   */
  public static Payload of(byte[] handedOver) {
    return new Payload(List.of(ByteBuffer.wrap(handedOver).asReadOnlyBuffer()), false, false);
  }

  /**
   * A payload of one piece for each item of the batch, in their order, for formats whose items are
   * independent (lines, frames): batches that derive from this one then take their pieces, and
   * encode nothing again. A piece may be empty.
   *
   * @param handedOver from each buffer's position to its limit; not copied: the caller must not
   *     touch the memory behind them any more. Several may be slices of one array
   */
  public static Payload ofItems(List<ByteBuffer> handedOver) {
    List<ByteBuffer> views = new ArrayList<>(handedOver.size());
    for (ByteBuffer buffer : handedOver) {
      views.add(buffer.slice().asReadOnlyBuffer());
    }
    return new Payload(List.copyOf(views), true, false);
  }

  /** A payload of pieces whose memory other payloads hold. */
  static Payload ofSharedItems(List<ByteBuffer> views) {
    return new Payload(List.copyOf(views), true, true);
  }

  /** Whether there is a piece for each item. */
  boolean isOfItems() {
    return ofItems;
  }

  /** The bytes that are held for this payload alone. */
  long ownBytes() {
    return shared ? 0 : size;
  }

  /** Fresh read-only views of all pieces in order; moving their positions affects nobody else. */
  public List<ByteBuffer> buffers() {
    List<ByteBuffer> views = new ArrayList<>(items.size());
    for (ByteBuffer item : items) {
      views.add(item.duplicate());
    }
    return views;
  }

  /** How many pieces the payload has: 1, or one for each item. */
  public int itemCount() {
    return items.size();
  }

  /**
   * A fresh read-only view of one piece.
   *
   * @param index from 0 to {@link #itemCount()} - 1
   * @throws IndexOutOfBoundsException if there is no such piece
   */
  public ByteBuffer item(int index) {
    return items.get(index).duplicate();
  }

  /** The length of all pieces together, in bytes. */
  public long size() {
    return size;
  }

  /** Writes all pieces in order. Prefer {@link #buffers()} where a channel can take them. */
  public void writeTo(OutputStream out) throws IOException {
    // Through a scratch array: a stream that got ours could change it.
    byte[] scratch = new byte[(int) Math.min(COPY_BYTES, Math.max(1, size))];
    for (ByteBuffer view : buffers()) {
      while (view.hasRemaining()) {
        int length = Math.min(scratch.length, view.remaining());
        view.get(scratch, 0, length);
        out.write(scratch, 0, length);
      }
    }
  }

  /** A copy of the bytes, for tests and for libraries that take nothing better. */
  public byte[] toByteArray() {
    byte[] copy = new byte[Math.toIntExact(size)];
    ByteBuffer target = ByteBuffer.wrap(copy);
    buffers().forEach(target::put);
    return copy;
  }

  @Override
  public String toString() {
    return "Payload["
        + size
        + " bytes, "
        + items.size()
        + (items.size() == 1 ? " item]" : " items]");
  }
}
