/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

/** Threads of servers of tests, which end with their sockets. */
final class TestThreads {

  /** What such a thread does. */
  interface Body {
    void run() throws Exception;
  }

  private TestThreads() {}

  static void daemon(String name, Body body) {
    Thread thread =
        new Thread(
            () -> {
              try {
                body.run();
              } catch (RuntimeException e) {
                throw e;
              } catch (Exception e) {
                // The client or the test has closed the socket, which is the end of this thread.
              }
            },
            name);
    thread.setDaemon(true);
    thread.start();
  }
}
