/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The connections, and the counts of those that are gone. The thread of the server changes them,
 * with the lock, so that no client is counted twice or not at all while it leaves; who exports
 * never takes it.
 */
final class Clients {

  private final Tally tally;
  private final Set<Client> connected = new LinkedHashSet<>();
  private final List<Client> listening = new CopyOnWriteArrayList<>();

  Clients(Tally tally) {
    this.tally = tally;
  }

  /** Whether anybody does; for any thread. */
  boolean anyListens() {
    return !listening.isEmpty();
  }

  /** Those that are sent the stream; a loop over them goes on while one is removed. */
  List<Client> listening() {
    return listening;
  }

  /** All at the moment, also those that have not yet done what comes before they listen. */
  List<Client> connected() {
    return List.copyOf(connected);
  }

  int count() {
    return connected.size();
  }

  synchronized void add(Client client) {
    connected.add(client);
  }

  synchronized void listens(Client client, ClientQueue queue) {
    client.listen(queue);
    listening.add(client);
  }

  /** Closes the connection, if that has not been done. */
  void remove(Client client, TcpCloseReason reason) {
    synchronized (this) {
      if (!connected.remove(client)) {
        return;
      }
      listening.remove(client);
      tally.closed(reason);
      ClientQueue queue = client.queue();
      if (queue != null) {
        long lost = queue.abandon();
        tally.drop(
            reason == TcpCloseReason.SHUTDOWN ? TcpDropReason.SHUTDOWN : TcpDropReason.DISCONNECTED,
            lost);
        tally.drop(TcpDropReason.SLOW_CLIENT, queue.dropped());
        tally.sentMessages.add(queue.sentMessages());
        tally.sentBytes.add(queue.sentBytes());
      }
    }
    client.close();
  }

  /** How many have not been sent all messages up to one. */
  int behind(long message) {
    int behind = 0;
    for (Client client : listening) {
      behind += client.wasSent(message) ? 0 : 1;
    }
    return behind;
  }

  /** The position of the one that is behind all others; the end if there is none. */
  Cursor lastOf(Cursor end) {
    Cursor last = end;
    for (Client client : listening) {
      ClientQueue queue = client.queue();
      if (queue != null) {
        Cursor position = queue.position();
        last = position.message() < last.message() ? position : last;
      }
    }
    return last;
  }

  /** The counts of all; for any thread. */
  synchronized TcpStats stats(int metrics, long now) {
    List<TcpClientStats> each = new ArrayList<>();
    long sentMessages = tally.sentMessages.sum();
    long sentBytes = tally.sentBytes.sum();
    long slow = 0;
    for (Client client : listening) {
      ClientQueue queue = client.queue();
      if (queue != null) {
        TcpClientStats one = queue.stats(client.address(), now);
        each.add(one);
        sentMessages += one.sentMessages();
        sentBytes += one.sentBytes();
        slow += one.droppedMessages();
      }
    }
    var dropped = tally.dropped();
    if (slow > 0) {
      dropped.merge(TcpDropReason.SLOW_CLIENT, slow, Long::sum);
    }
    return new TcpStats(
        each,
        connected.size(),
        tally.accepted.sum(),
        tally.closed(),
        sentMessages,
        sentBytes,
        dropped,
        metrics);
  }
}
