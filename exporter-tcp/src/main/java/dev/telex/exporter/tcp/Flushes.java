/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Those who wait for the clients. Of the thread of the server alone, but for their futures. */
final class Flushes implements ClientQueue.Skips {

  private final List<FlushWait> waiting = new ArrayList<>();

  void add(FlushWait wait) {
    waiting.add(wait);
  }

  @Override
  public void skipped(long from, long to) {
    for (FlushWait wait : waiting) {
      wait.skipped(from, to);
    }
  }

  /** Answers those whose clients have everything, or whose time is over. */
  void check(Clients clients, long now) {
    for (Iterator<FlushWait> all = waiting.iterator(); all.hasNext(); ) {
      FlushWait wait = all.next();
      int behind = clients.behind(wait.target());
      if (behind == 0) {
        wait.done();
        all.remove();
      } else if (wait.deadlineNanos() - now <= 0) {
        wait.late(behind, clients.listening().size());
        all.remove();
      }
    }
  }

  void setAlarm(Alarm alarm) {
    waiting.forEach(wait -> alarm.at(wait.deadlineNanos()));
  }

  /** There are no clients any more. */
  void end() {
    waiting.forEach(FlushWait::done);
    waiting.clear();
  }
}
