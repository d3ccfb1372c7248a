/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP proxy: opens tunnels and passes requests on, always to one port of this machine whatever
 * host they name, and only to clients with the right credentials, if it wants any.
 */
public final class TestProxy implements AutoCloseable {

  private final ServerSocket listener;
  private final int target;
  private final @Nullable String credentials;
  private final List<String> heads = new ArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private TestProxy(int target, @Nullable String credentials) throws IOException {
    this.target = target;
    this.credentials = credentials;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /**
   * Starts one.
   *
   * @param target the port to which all goes
   * @param credentials that it wants as the whole value of Proxy-Authorization; null for none
   */
  public static TestProxy start(int target, @Nullable String credentials) {
    try {
      TestProxy proxy = new TestProxy(target, credentials);
      TestThreads.daemon("test-proxy", proxy::accept);
      return proxy;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  public Proxy asProxy() {
    return new Proxy(
        Proxy.Type.HTTP,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.getLocalPort()));
  }

  public String address() {
    return "127.0.0.1:" + listener.getLocalPort();
  }

  /** The heads of all requests that it read itself, tunnels not. */
  public List<String> heads() {
    synchronized (heads) {
      return List.copyOf(heads);
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = listener.accept();
      sockets.add(client);
      TestThreads.daemon("test-proxy", () -> serve(client));
    }
  }

  private void serve(Socket client) throws IOException {
    try (client) {
      String head = readHead(client.getInputStream());
      if (head.isEmpty()) {
        return;
      }
      synchronized (heads) {
        heads.add(head);
      }
      if (credentials != null
          && !head.contains("\r\nProxy-Authorization: " + credentials + "\r\n")) {
        answer(
            client,
            "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"x\"\r\n"
                + "Content-Length: 0\r\nConnection: close");
        return;
      }
      try (Socket server = new Socket(InetAddress.getLoopbackAddress(), target)) {
        sockets.add(server);
        if (head.startsWith("CONNECT ")) {
          answer(client, "200 Connected");
        } else {
          server.getOutputStream().write(forwarded(head).getBytes(StandardCharsets.ISO_8859_1));
        }
        TestThreads.daemon(
            "test-proxy", () -> pump(client.getInputStream(), server.getOutputStream()));
        pump(server.getInputStream(), client.getOutputStream());
      }
    }
  }

  private static String forwarded(String head) {
    StringBuilder kept = new StringBuilder();
    for (String line : head.split("\r\n", -1)) {
      if (!line.toLowerCase(Locale.ROOT).startsWith("proxy-")) {
        kept.append(line).append("\r\n");
      }
    }
    return kept.substring(0, kept.length() - 2);
  }

  private static void answer(Socket client, String statusAndHeaders) throws IOException {
    client
        .getOutputStream()
        .write(("HTTP/1.1 " + statusAndHeaders + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  private static void pump(InputStream from, OutputStream to) throws IOException {
    from.transferTo(to);
  }

  private static String readHead(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int next = in.read();
      if (next < 0) {
        return "";
      }
      head.write(next);
    }
    return head.toString(StandardCharsets.ISO_8859_1);
  }
}
