/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Rejection;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The packets of a batch: for each resource as many spans in each as fit, in their order. A span
 * that does not fit alone is in none, and refused.
 */
final class PacketPlan {

  private final Batch batch;
  private final int maxBytes;
  private final List<Packet> packets = new ArrayList<>();
  private @Nullable Batch refused;

  private PacketPlan(Batch batch, int maxBytes) {
    this.batch = batch;
    this.maxBytes = maxBytes;
  }

  /**
   * Plans the packets, and encodes the batch if nobody did before.
   *
   * @throws InterruptedException if this thread is interrupted
   */
  static PacketPlan of(Batch batch, int maxBytes) throws InterruptedException {
    PacketPlan plan = new PacketPlan(batch, maxBytes);
    for (Batch part : batch.byResource()) {
      plan.add(part);
    }
    return plan;
  }

  /** In the order in which they are to be sent. */
  List<Packet> packets() {
    return packets;
  }

  /** The result when all packets were sent. */
  ExportResult sent() {
    if (refused == null) {
      return ExportResult.success(batch);
    }
    ExportResult result =
        packets.isEmpty()
            ? ExportResult.permanent("not sent: " + tooLarge(refused).reason())
            : ExportResult.partial(batch, List.of(tooLarge(refused)));
    return result.withRefused(refused);
  }

  /**
   * The result when only the first packets were sent.
   *
   * @param count how many; fewer than all
   */
  ExportResult sentOnly(int count, String message) {
    Batch left = null;
    for (Packet packet : packets.subList(count, packets.size())) {
      Batch items = packet.part().retain(packet.items());
      left = left == null ? items : left.plus(items);
    }
    if (left == null) {
      throw new IllegalArgumentException("all " + count + " packets were sent");
    }
    if (left.itemCount() == batch.itemCount()) {
      return ExportResult.retryable(message);
    }
    List<Rejection> rejections = refused == null ? List.of() : List.of(tooLarge(refused));
    return ExportResult.retryable(batch, left, rejections, message).withRefused(refused);
  }

  private void add(Batch part) throws InterruptedException {
    Payload process = part.encoded(JaegerEncoding.AGENT_PROCESS);
    Payload spans = part.encoded(JaegerEncoding.AGENT_SPANS);
    BitSet items = new BitSet();
    BitSet tooLarge = new BitSet();
    int count = 0;
    long bytes = 0;
    for (int i = 0; i < spans.itemCount(); i++) {
      long size = spans.item(i).remaining();
      if (Packet.overhead(process, 1) + size > maxBytes) {
        tooLarge.set(i);
        continue;
      }
      if (Packet.overhead(process, count + 1) + bytes + size > maxBytes) {
        packets.add(new Packet(part, process, spans, items));
        items = new BitSet();
        count = 0;
        bytes = 0;
      }
      items.set(i);
      count++;
      bytes += size;
    }
    if (count > 0) {
      packets.add(new Packet(part, process, spans, items));
    }
    if (!tooLarge.isEmpty()) {
      Batch none = part.retain(tooLarge);
      refused = refused == null ? none : refused.plus(none);
    }
  }

  private Rejection tooLarge(Batch spans) {
    return new Rejection(
        spans.itemCount(),
        "larger than a packet of " + maxBytes + " bytes (maxPacketBytes), with the process");
  }
}
