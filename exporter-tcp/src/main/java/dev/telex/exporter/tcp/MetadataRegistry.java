/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.tcp.EventWriter.MetricType;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The metadata of the metrics that were seen, in the order in which they were: each client gets all
 * of it, from the first entry on, and nothing is ever taken out. So there is a bound: as many
 * metrics as were allowed, with 1 KiB each on average; those beyond it are refused. Safe for use by
 * several threads.
 */
final class MetadataRegistry {

  private static final int BYTES_A_METRIC = 1024;

  /** Longer ones are cut off: they are for one line of a screen. */
  private static final int MAX_DESCRIPTION_CHARS = 256;

  private final int maxMetrics;
  private final Set<Key> known = ConcurrentHashMap.newKeySet();
  private final Object lock = new Object();
  private final List<ByteBuffer> entries = new ArrayList<>();
  private long bytes;

  MetadataRegistry(int maxMetrics) {
    this.maxMetrics = maxMetrics;
  }

  /**
   * Registers what is not yet known.
   *
   * @return the indexes of the points of metrics for which there is no room; null if there are none
   */
  @Nullable BitSet register(List<MetricData> metrics) {
    BitSet refused = null;
    int first = 0;
    for (MetricData metric : metrics) {
      int count = metric.getData().getPoints().size();
      if (count > 0 && !register(metric)) {
        refused = refused == null ? new BitSet() : refused;
        refused.set(first, first + count);
      }
      first += count;
    }
    return refused;
  }

  /** How many messages of metadata there are. */
  int entries() {
    synchronized (lock) {
      return entries.size();
    }
  }

  /** How many metrics are known. */
  int metrics() {
    return known.size();
  }

  /**
   * Adds messages to a window, as many as it takes.
   *
   * @param from the first one
   * @return whether all fitted
   */
  boolean fill(int from, Window window) {
    synchronized (lock) {
      for (int i = from; i < entries.size(); i++) {
        if (!window.addMetadata(entries.get(i).duplicate())) {
          return false;
        }
      }
      return true;
    }
  }

  private boolean register(MetricData metric) {
    Key key = new Key(metric.getName(), Shape.of(metric));
    if (known.contains(key)) {
      return true;
    }
    List<byte[]> messages = messages(metric, key);
    long size = messages.stream().mapToLong(message -> message.length).sum();
    synchronized (lock) {
      if (known.contains(key)) {
        return true;
      }
      if (known.size() >= maxMetrics || bytes + size > (long) maxMetrics * BYTES_A_METRIC) {
        return false;
      }
      for (byte[] message : messages) {
        entries.add(ByteBuffer.wrap(message).asReadOnlyBuffer());
      }
      bytes += size;
      // Last: who finds it known relies on its entries.
      known.add(key);
      return true;
    }
  }

  private static List<byte[]> messages(MetricData metric, Key key) {
    String name = key.name;
    String unit = EventUnit.of(metric.getUnit());
    String all = metric.getDescription();
    String text =
        all.length() > MAX_DESCRIPTION_CHARS ? all.substring(0, MAX_DESCRIPTION_CHARS) : all;
    List<byte[]> messages = new ArrayList<>();
    switch (key.shape) {
      case COUNTER -> messages.add(EventWriter.metadata(name, MetricType.COUNTER, unit, text));
      case GAUGE -> messages.add(EventWriter.metadata(name, MetricType.GAUGE, unit, text));
      case HISTOGRAM, SUMMARY -> {
        messages.add(
            EventWriter.metadata(
                name + EventWriter.COUNT, MetricType.COUNTER, EventUnit.COUNT, text));
        messages.add(EventWriter.metadata(name + EventWriter.SUM, MetricType.GAUGE, unit, text));
        if (key.shape == Shape.SUMMARY) {
          messages.add(EventWriter.metadata(name, MetricType.GAUGE, unit, text));
        } else {
          messages.add(EventWriter.metadata(name + EventWriter.MIN, MetricType.GAUGE, unit, text));
          messages.add(EventWriter.metadata(name + EventWriter.MAX, MetricType.GAUGE, unit, text));
        }
      }
    }
    return messages;
  }

  /** What becomes of a metric on the wire. */
  private enum Shape {
    COUNTER,
    GAUGE,
    HISTOGRAM,
    SUMMARY;

    static Shape of(MetricData metric) {
      return switch (metric.getType()) {
        case LONG_SUM -> metric.getLongSumData().isMonotonic() ? COUNTER : GAUGE;
        case DOUBLE_SUM, LONG_GAUGE, DOUBLE_GAUGE -> GAUGE;
        case HISTOGRAM, EXPONENTIAL_HISTOGRAM -> HISTOGRAM;
        case SUMMARY -> SUMMARY;
      };
    }
  }

  /** Clients tell metadata apart by name and type. */
  private record Key(String name, Shape shape) {}
}
