/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A server of HTTP/2 without TLS that answers with whatever frames a test gives it, also such as no
 * library would send (RFC 9113). It reads a request to its end and then plays the next script.
 */
final class RawHttp2Server implements Closeable {

  private static final int DATA = 0;
  private static final int HEADERS = 1;
  private static final int RST_STREAM = 3;
  private static final int SETTINGS = 4;
  private static final int GOAWAY = 7;
  private static final int WINDOW_UPDATE = 8;
  private static final int END_STREAM = 1;
  private static final int END_HEADERS = 4;

  /** What is done about one request. */
  private interface Script {
    /** Whether the connection stays open. */
    boolean play(int stream, OutputStream out) throws IOException;
  }

  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final LinkedBlockingQueue<Script> scripts = new LinkedBlockingQueue<>();
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger requests = new AtomicInteger();
  private final LinkedBlockingQueue<Integer> resets = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Boolean> readable = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();

  private final boolean atOnce;

  /** A server that reads each request to its end before it answers. */
  RawHttp2Server() throws IOException {
    this(false);
  }

  /** A server that answers when it has the headers of a request. */
  static RawHttp2Server answeringAtOnce() throws IOException {
    return new RawHttp2Server(true);
  }

  private RawHttp2Server(boolean atOnce) throws IOException {
    this.atOnce = atOnce;
    TestThreads.daemon(
        "raw-http2",
        () -> {
          while (true) {
            Socket socket = listener.accept();
            sockets.add(socket);
            TestThreads.daemon("raw-http2", () -> serve(socket));
          }
        });
  }

  /** Answers the next request with these frames. */
  void enqueue(byte[]... frames) {
    scripts.add(
        (stream, out) -> {
          out.write(join(frames));
          return true;
        });
  }

  /** Answers the next request with OK and an empty message, whatever its stream. */
  void enqueueSuccess() {
    scripts.add(
        (stream, out) -> {
          out.write(success(stream));
          return true;
        });
  }

  /** As {@link #enqueue}, and closes the connection. */
  void enqueueAndClose(byte[]... frames) {
    scripts.add(
        (stream, out) -> {
          out.write(join(frames));
          return false;
        });
  }

  String url(String path) {
    return "http://127.0.0.1:" + listener.getLocalPort() + path;
  }

  int connections() {
    return sockets.size();
  }

  /** The requests whose headers came. */
  int requests() {
    return requests.get();
  }

  /** Waits until a request has come as far as it is read before its answer. */
  void awaitRequest() throws InterruptedException {
    if (readable.poll(30, TimeUnit.SECONDS) == null) {
      throw new AssertionError("no request came");
    }
  }

  /** Waits until the client has closed a connection. */
  void awaitClosedByClient() throws InterruptedException {
    if (closed.poll(30, TimeUnit.SECONDS) == null) {
      throw new AssertionError("no connection was closed");
    }
  }

  /** The codes of the RST_STREAM frames that came. */
  LinkedBlockingQueue<Integer> resets() {
    return resets;
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  // --- Frames ---

  static byte[] settings() {
    return frame(SETTINGS, 0, 0, new byte[0]);
  }

  /** Headers: a name and a value in turn. */
  static byte[] headers(int stream, boolean last, String... namesAndValues) {
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      // HPACK (RFC 7541, 6.2.2): a literal without indexing, with a new name.
      block.write(0);
      literal(block, namesAndValues[i]);
      literal(block, namesAndValues[i + 1]);
    }
    return frame(HEADERS, END_HEADERS | (last ? END_STREAM : 0), stream, block.toByteArray());
  }

  static byte[] data(int stream, boolean last, byte... bytes) {
    return frame(DATA, last ? END_STREAM : 0, stream, bytes);
  }

  /** OK and an empty message. */
  static byte[] success(int stream) {
    return join(
        headers(stream, false, ":status", "200", "content-type", "application/grpc"),
        data(stream, false, new byte[5]),
        headers(stream, true, "grpc-status", "0"));
  }

  static byte[] reset(int stream, int code) {
    return frame(RST_STREAM, 0, stream, ByteBuffer.allocate(4).putInt(code).array());
  }

  static byte[] goAway(int lastStream, int code) {
    return frame(GOAWAY, 0, 0, ByteBuffer.allocate(8).putInt(lastStream).putInt(code).array());
  }

  /** Lets the client send that much more on all streams together. */
  static byte[] windowOfConnection(int bytes) {
    return frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(bytes).array());
  }

  static byte[] join(byte[]... parts) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      all.writeBytes(part);
    }
    return all.toByteArray();
  }

  private static void literal(ByteArrayOutputStream out, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // HPACK (RFC 7541, 5.1): an integer with a prefix of 7 bits.
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      for (; rest >= 128; rest >>>= 7) {
        out.write((rest & 0x7f) | 0x80);
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  private static byte[] frame(int type, int flags, int stream, byte[] payload) {
    return ByteBuffer.allocate(9 + payload.length)
        .put((byte) (payload.length >>> 16))
        .put((byte) (payload.length >>> 8))
        .put((byte) payload.length)
        .put((byte) type)
        .put((byte) flags)
        .putInt(stream)
        .put(payload)
        .array();
  }

  private void serve(Socket socket) throws InterruptedException {
    try (socket) {
      serveFrames(new DataInputStream(socket.getInputStream()), socket);
    } catch (IOException e) {
      // The client may close between two frames, in the middle of one, or while it is answered.
      closed.add(true);
    }
  }

  private void serveFrames(DataInputStream in, Socket socket)
      throws IOException, InterruptedException {
    OutputStream out = socket.getOutputStream();
    in.readFully(new byte["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".length()]);
    out.write(settings());
    while (true) {
      int length = (in.readUnsignedShort() << 8) | in.readUnsignedByte();
      int type = in.readUnsignedByte();
      int flags = in.readUnsignedByte();
      int stream = in.readInt();
      byte[] payload = new byte[length];
      in.readFully(payload);
      if (type == RST_STREAM) {
        resets.add(ByteBuffer.wrap(payload).getInt());
      }
      if (type == HEADERS) {
        requests.incrementAndGet();
      }
      boolean last = (type == HEADERS || type == DATA) && (flags & END_STREAM) != 0;
      if (atOnce ? type == HEADERS : last) {
        readable.add(true);
        if (!scripts.take().play(stream, out)) {
          // Not close(), which would reset the connection if it has unread bytes.
          socket.shutdownOutput();
        }
      }
    }
  }
}
