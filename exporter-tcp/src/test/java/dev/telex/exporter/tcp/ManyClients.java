/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Many clients that read as fast as they can, with one thread; what they read is compared at once.
 */
final class ManyClients implements AutoCloseable {

  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final Selector selector = Selector.open();
  private final List<Reader> readers = new ArrayList<>();
  private final Thread thread = new Thread(this::run, "many-clients");
  private final Object lock = new Object();
  private volatile boolean closed;
  private @Nullable Throwable failure;

  /** What one client has read: bytes, of which only the first client's are kept. */
  private static final class Reader {
    private final SocketChannel channel;
    private byte[] bytes = new byte[1 << 16];
    private int size;
    private boolean ended;

    Reader(SocketChannel channel) {
      this.channel = channel;
    }
  }

  ManyClients(InetSocketAddress server, int count) throws IOException {
    for (int i = 0; i < count; i++) {
      SocketChannel channel = SocketChannel.open(server);
      channel.configureBlocking(false);
      Reader reader = new Reader(channel);
      channel.register(selector, SelectionKey.OP_READ, reader);
      readers.add(reader);
    }
    thread.setDaemon(true);
    thread.start();
  }

  /** Waits until each has read so many bytes. */
  void await(long bytes) throws InterruptedException {
    long end = System.nanoTime() + LIMIT_NANOS;
    synchronized (lock) {
      while (failure == null && !readers.stream().allMatch(r -> r.size >= bytes)) {
        long left = end - System.nanoTime();
        if (left <= 0 || readers.stream().anyMatch(r -> r.ended && r.size < bytes)) {
          throw new AssertionError(
              "not every client got "
                  + bytes
                  + " bytes, but at least "
                  + readers.stream().mapToInt(r -> r.size).min().orElse(0));
        }
        lock.wait(Math.max(1, left / 1_000_000));
      }
      if (failure != null) {
        throw new AssertionError(failure);
      }
    }
  }

  /** What the first client read. */
  byte[] first() {
    synchronized (lock) {
      return Arrays.copyOf(readers.get(0).bytes, readers.get(0).size);
    }
  }

  /**
   * How many were sent the values that the first one was, in the same order, and the metadata of
   * each metric before its first value. Where between the values metadata stands may differ.
   */
  long whoGotTheValuesOfTheFirst() {
    synchronized (lock) {
      byte[] first = values(readers.get(0));
      return readers.stream().filter(r -> Arrays.equals(values(r), first)).count();
    }
  }

  /** The messages that are no metadata. Of a message only its kind and its name are looked at. */
  private static byte[] values(Reader reader) {
    ByteBuffer in = ByteBuffer.wrap(reader.bytes, 0, reader.size);
    ByteBuffer values = ByteBuffer.allocate(reader.size);
    Set<ByteBuffer> described = new HashSet<>();
    while (in.hasRemaining()) {
      int start = in.position();
      int length = varint(in);
      int end = in.position() + length;
      byte kind = in.get();
      varint(in);
      if (in.get() != 0x0a) {
        throw new AssertionError("the name is not the first field");
      }
      int nameLength = varint(in);
      ByteBuffer name = in.slice(in.position(), nameLength);
      if (kind == 0x0a) {
        if (!described.add(name)) {
          throw new AssertionError("metadata came twice");
        }
      } else if (!described.contains(name)) {
        throw new AssertionError("a value came before its metadata");
      } else {
        values.put(in.slice(start, end - start));
      }
      in.position(end);
    }
    return Arrays.copyOf(values.array(), values.position());
  }

  private static int varint(ByteBuffer in) {
    int value = 0;
    int shift = 0;
    byte next;
    do {
      next = in.get();
      value |= (next & 0x7f) << shift;
      shift += 7;
    } while (next < 0);
    return value;
  }

  @Override
  public void close() throws IOException {
    closed = true;
    selector.close();
    for (Reader reader : readers) {
      reader.channel.close();
    }
  }

  private void run() {
    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
    try {
      while (!closed) {
        selector.select(key -> read((Reader) key.attachment(), key, buffer));
      }
    } catch (Exception | AssertionError e) {
      if (!closed) {
        synchronized (lock) {
          failure = e;
          lock.notifyAll();
        }
      }
    }
  }

  private void read(Reader reader, SelectionKey key, ByteBuffer buffer) {
    buffer.clear();
    int read;
    try {
      read = reader.channel.read(buffer);
    } catch (IOException e) {
      read = -1;
    }
    synchronized (lock) {
      if (read < 0) {
        reader.ended = true;
        key.cancel();
      } else {
        buffer.flip();
        int size = reader.size + buffer.remaining();
        if (size > reader.bytes.length) {
          reader.bytes = Arrays.copyOf(reader.bytes, 2 * size);
        }
        buffer.get(reader.bytes, reader.size, buffer.remaining());
        reader.size = size;
      }
      lock.notifyAll();
    }
  }
}
