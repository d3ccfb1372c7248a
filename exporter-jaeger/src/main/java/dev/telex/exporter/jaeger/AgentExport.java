/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.ExportResult;
import java.io.IOException;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The sending of one batch, from its start to its one result, whichever comes first: the last
 * packet, a failure, the timeout, a cancellation or the end of the exporter. After that no further
 * packet is sent.
 */
final class AgentExport implements Runnable {

  private enum State {
    UNSENT,
    SENDING,
    ENDED
  }

  private final PacketPlan plan;
  private final AgentSocket socket;
  private final int maxPacketBytes;
  private final AtomicReference<State> state = new AtomicReference<>(State.UNSENT);
  private final CompletableFuture<ExportResult> promise = new CompletableFuture<>();
  private final CompletableFuture<Boolean> timer = new CompletableFuture<>();

  AgentExport(PacketPlan plan, AgentSocket socket, int maxPacketBytes) {
    this.plan = plan;
    this.socket = socket;
    this.maxPacketBytes = maxPacketBytes;
  }

  CompletableFuture<ExportResult> promise() {
    return promise;
  }

  /** Gives up when the time is over, counted from now: waiting for the thread takes of it. */
  void limit(Duration time) {
    timer
        .completeOnTimeout(true, TimeUnit.NANOSECONDS.convert(time), TimeUnit.NANOSECONDS)
        .thenAccept(
            over -> {
              if (over) {
                abort(ExportResult.retryable("not sent within " + time.toMillis() + " ms"));
              }
            });
  }

  /** Ends with this result unless it has ended. */
  void abort(ExportResult result) {
    State before = state.getAndSet(State.ENDED);
    if (before != State.ENDED) {
      finish(before == State.SENDING ? result.withOutcomeUnknown() : result);
    }
  }

  @Override
  public void run() {
    try {
      if (state.get() != State.ENDED) {
        send();
      }
    } catch (Throwable e) {
      // Nobody looks at the thread: a bug, or too little memory, must end the export too.
      abort(ExportResult.permanent(e.toString()).withCause(e));
      if (e instanceof VirtualMachineError error) {
        throw error;
      }
    }
  }

  private void send() {
    List<Packet> packets = plan.packets();
    int sent = 0;
    try {
      if (!packets.isEmpty()) {
        socket.prepare();
      }
      if (!state.compareAndSet(State.UNSENT, State.SENDING)) {
        return;
      }
      ByteBuffer bytes = ByteBuffer.allocate(packets.isEmpty() ? 0 : maxPacketBytes);
      for (; sent < packets.size(); sent++) {
        if (state.get() == State.ENDED) {
          return;
        }
        packets.get(sent).writeTo(bytes.clear());
        socket.send(bytes.flip());
      }
      settle(plan.sent());
    } catch (IOException e) {
      settle(plan.sentOnly(sent, "not sent: " + words(e)).withCause(e));
    }
  }

  private static String words(IOException failure) {
    if (failure instanceof UnknownHostException) {
      return "the agent's host is not known: " + failure.getMessage();
    }
    if (failure instanceof PortUnreachableException) {
      return "nobody listens at the agent's port, from where an earlier packet came back";
    }
    return failure.toString();
  }

  /** Ends with a result that knows what was sent. */
  private void settle(ExportResult result) {
    if (state.getAndSet(State.ENDED) != State.ENDED) {
      finish(result);
    }
  }

  private void finish(ExportResult result) {
    // Completed normally, because on older JDKs nothing else takes the timer out of its queue.
    timer.complete(false);
    promise.complete(result);
  }
}
