/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Immutable telemetry of one signal, and the bytes that were made of it.
 *
 * <p>A batch is what a chain passes to all of its legs: each {@link Encoding} of it, and each
 * {@link Compression} of that, runs at most once however many legs, attempts and fallbacks ask,
 * also when they ask at the same time. The batch holds those bytes as long as it lives ({@link
 * #retainedBytes()}). It remembers 16 encodings and compressions, and the batches of 16 different
 * calls that derive some; what is beyond these bounds is made anew each time.
 *
 * <p>Items are spans, log records, or the data points of metrics. All counts and indexes here and
 * in {@link ExportResult} are of items; the index of a data point runs through the metrics in their
 * order.
 *
 * <p>Safe for use by several threads. The items given must be immutable: a metric reader has to use
 * {@link io.opentelemetry.sdk.common.export.MemoryMode#IMMUTABLE_DATA}.
 */
public final class Batch {

  /** Derived batches that are remembered; past this bound one is made anew each time. */
  private static final int MAX_DERIVED = 16;

  private final Signal signal;
  private final List<?> data;
  private final int itemCount;
  private final EncodingTally tally;
  private final @Nullable Origin origin;
  private final PayloadMemo payloads = new PayloadMemo();
  private final Map<Object, List<Batch>> derived = new HashMap<>();

  private Batch(
      Signal signal, List<?> data, int itemCount, EncodingTally tally, @Nullable Origin origin) {
    this.signal = signal;
    this.data = data;
    this.itemCount = itemCount;
    this.tally = tally;
    this.origin = origin;
  }

  private static Batch given(Signal signal, List<?> data, int itemCount) {
    return new Batch(signal, data, itemCount, EncodingTally.ofFamily(), null);
  }

  /** A batch of a copy of the spans, which must not hold null. */
  public static Batch traces(Collection<? extends SpanData> spans) {
    List<SpanData> copy = List.copyOf(spans);
    return given(Signal.TRACES, copy, copy.size());
  }

  /** A batch of a copy of the metrics, which must not hold null. */
  public static Batch metrics(Collection<? extends MetricData> metrics) {
    List<MetricData> copy = List.copyOf(metrics);
    return given(Signal.METRICS, copy, MetricPoints.count(copy));
  }

  /** A batch of a copy of the log records, which must not hold null. */
  public static Batch logs(Collection<? extends LogRecordData> logs) {
    List<LogRecordData> copy = List.copyOf(logs);
    return given(Signal.LOGS, copy, copy.size());
  }

  /** The signal of all items. */
  public Signal signal() {
    return signal;
  }

  /** How many spans, log records or data points there are; 0 or more. */
  public int itemCount() {
    return itemCount;
  }

  /**
   * The spans, unmodifiable.
   *
   * @throws IllegalStateException if this is a batch of another signal
   */
  public List<SpanData> spans() {
    return data(Signal.TRACES);
  }

  /**
   * The metrics, unmodifiable.
   *
   * @throws IllegalStateException if this is a batch of another signal
   */
  public List<MetricData> metrics() {
    return data(Signal.METRICS);
  }

  /**
   * The log records, unmodifiable.
   *
   * @throws IllegalStateException if this is a batch of another signal
   */
  public List<LogRecordData> logs() {
    return data(Signal.LOGS);
  }

  /**
   * The payload of this batch in an encoding, encoded on this thread if nobody asked before; waits
   * if another thread is just encoding it. A batch that derives from another whose payload is there
   * takes its pieces from that one, if the format has a piece for each item ({@link
   * Payload#ofItems}), and encodes nothing.
   *
   * @throws EncodingException if the encoding fails, does not carry this signal, returns pieces for
   *     another number of items, or failed before
   * @throws InterruptedException if this thread is interrupted while it waits or encodes; a later
   *     call then encodes again
   */
  public Payload encoded(Encoding encoding) throws InterruptedException {
    return payloads.get(
        encoding,
        () ->
            origin != null && origin.hasPieces(encoding)
                ? checked(encoding, Payload.ofSharedItems(origin.pieces(encoding)))
                : encode(encoding));
  }

  /**
   * The payload of this batch in an encoding, compressed. The uncompressed one is made, and kept,
   * on the way.
   *
   * @throws EncodingException if the encoding or the compression fails, or failed before
   * @throws InterruptedException as {@link #encoded(Encoding)}
   */
  public Payload encoded(Encoding encoding, Compression compression) throws InterruptedException {
    return payloads.get(
        new Compressed(encoding, compression), () -> compress(encoded(encoding), compression));
  }

  /**
   * The items of each resource as a batch of their own, in the order in which the resources first
   * appear. A batch of at most one resource gives itself. Equal calls give the same batches, within
   * the bound of the class.
   */
  public List<Batch> byResource() {
    return derive("by resource", this::groupByResource);
  }

  /**
   * The items in batches of at most {@code maxItems}, in order. A batch that is small enough gives
   * itself. Equal calls give the same batches, within the bound of the class. A metric without data
   * points is in none of several parts.
   *
   * @param maxItems 1 or more
   * @throws IllegalArgumentException if it is less than 1
   */
  public List<Batch> split(int maxItems) {
    if (maxItems < 1) {
      throw new IllegalArgumentException("maxItems is " + maxItems + ": want 1 or more");
    }
    if (itemCount <= maxItems) {
      return List.of(this);
    }
    return derive(
        maxItems,
        () -> {
          List<Batch> parts = new ArrayList<>();
          for (int from = 0; from < itemCount; from += maxItems) {
            BitSet items = new BitSet(itemCount);
            items.set(from, Math.min(from + maxItems, itemCount));
            parts.add(subset(items));
          }
          return List.copyOf(parts);
        });
  }

  /**
   * Only the items whose index is set. All of them gives this batch. Equal calls give the same
   * batch, within the bound of the class. A metric of which no data point is kept is left out.
   *
   * @param items is copied
   * @throws IndexOutOfBoundsException if an index is beyond the last item
   */
  public Batch retain(BitSet items) {
    if (items.length() > itemCount) {
      throw new IndexOutOfBoundsException(
          "item " + (items.length() - 1) + " of a batch of " + itemCount);
    }
    if (items.cardinality() == itemCount) {
      return this;
    }
    BitSet copy = (BitSet) items.clone();
    return derive(copy, () -> List.of(subset(copy))).get(0);
  }

  /**
   * The items of this batch and then those of another.
   *
   * @throws IllegalArgumentException if the other is of another signal
   */
  public Batch plus(Batch more) {
    if (more.signal != signal) {
      throw new IllegalArgumentException(more + " cannot be added to " + this);
    }
    List<Object> all = new ArrayList<>(data);
    all.addAll(more.data);
    List<Batch> parts = new ArrayList<>(summands());
    parts.addAll(more.summands());
    return new Batch(
        signal,
        List.copyOf(all),
        itemCount + more.itemCount,
        tally,
        new Origin.Sum(List.copyOf(parts)));
  }

  /**
   * Whether every item of this batch is one of another's: the very same object, as in batches that
   * derive from it, and not one that is merely equal.
   */
  public boolean isPartOf(Batch whole) {
    if (this == whole) {
      return true;
    }
    if (signal != whole.signal || itemCount > whole.itemCount) {
      return false;
    }
    Set<Object> items = Collections.newSetFromMap(new IdentityHashMap<>());
    items.addAll(whole.items());
    return items().stream().allMatch(items::remove);
  }

  /**
   * Bytes of the payloads that this batch, and the derived batches that it remembers, hold at the
   * moment. A batch that derives from another keeps that one alive; pieces that it has from there
   * are counted there.
   */
  public long retainedBytes() {
    long bytes = payloads.retainedBytes();
    synchronized (derived) {
      for (List<Batch> batches : derived.values()) {
        for (Batch batch : batches) {
          bytes += batch == this ? 0 : batch.retainedBytes();
        }
      }
    }
    return bytes;
  }

  /**
   * The runs of encodings and compressions for this batch's family: the batch that was made of the
   * items given, and all that derive from it. Every member of the family gives the same sums.
   */
  public EncodingStats encodingStats() {
    return tally.snapshot();
  }

  @Override
  public String toString() {
    return "Batch[" + itemCount + " " + signal.id() + "]";
  }

  // The constructors put lists of the signal's type there, and nobody else does.
  @SuppressWarnings("unchecked")
  private <T> List<T> data(Signal wanted) {
    if (signal != wanted) {
      throw new IllegalStateException("this batch holds " + signal.id() + ", not " + wanted.id());
    }
    return (List<T>) data;
  }

  /** Whether pieces of at least some items have been made, here or where they come from. */
  boolean hasPieces(Encoding encoding) {
    Payload mine = payloads.known(encoding);
    return mine != null ? mine.isOfItems() : origin != null && origin.hasPieces(encoding);
  }

  /** Flat while it has no bytes of its own, so that a long row of sums is no deep nest. */
  private List<Batch> summands() {
    return origin instanceof Origin.Sum sum && payloads.isEmpty() ? sum.parts() : List.of(this);
  }

  private Payload encode(Encoding encoding) throws Exception {
    if (!encoding.signals().contains(signal)) {
      throw new EncodingException(encoding + " carries " + encoding.signals() + ", not " + signal);
    }
    tally.run(false);
    Payload payload = encoding.encode(this);
    if (payload == null) {
      throw new EncodingException(encoding + " returned no payload");
    }
    checked(encoding, payload);
    tally.made(false, payload.size());
    return payload;
  }

  private Payload checked(Encoding encoding, Payload payload) {
    if (payload.isOfItems() && payload.itemCount() != itemCount) {
      throw new EncodingException(
          encoding
              + " returned "
              + payload.itemCount()
              + " pieces for "
              + itemCount
              + " items: Payload.ofItems wants one for each");
    }
    return payload;
  }

  private Payload compress(Payload plain, Compression compression) throws IOException {
    tally.run(true);
    ByteArrayOutputStream bytes =
        new ByteArrayOutputStream((int) Math.min(1 << 20, plain.size() / 4 + 64));
    try (OutputStream out = compression.open(bytes)) {
      plain.writeTo(out);
    }
    Payload payload = Payload.of(bytes.toByteArray());
    tally.made(true, payload.size());
    return payload;
  }

  private List<Batch> derive(Object key, Supplier<List<Batch>> make) {
    synchronized (derived) {
      List<Batch> known = derived.get(key);
      if (known == null) {
        known = make.get();
        if (derived.size() < MAX_DERIVED) {
          derived.put(key, known);
        }
      }
      return known;
    }
  }

  /** Spans, log records or data points, in the order of their indexes. */
  private List<?> items() {
    return signal == Signal.METRICS ? MetricPoints.of(metrics()) : data;
  }

  private Batch subset(BitSet items) {
    if (signal == Signal.METRICS) {
      return derived(MetricPoints.retain(metrics(), items), items);
    }
    List<Object> kept = new ArrayList<>(items.cardinality());
    items.stream().forEach(index -> kept.add(data.get(index)));
    return derived(List.copyOf(kept), items);
  }

  private Batch derived(List<?> some, BitSet items) {
    Origin from = new Origin.Subset(this, items);
    return new Batch(signal, some, items.cardinality(), tally, from);
  }

  private List<Batch> groupByResource() {
    return switch (signal) {
      case TRACES -> group(spans(), SpanData::getResource, span -> 1);
      case METRICS ->
          group(metrics(), MetricData::getResource, metric -> metric.getData().getPoints().size());
      case LOGS -> group(logs(), LogRecordData::getResource, log -> 1);
    };
  }

  private <T> List<Batch> group(
      List<T> all, Function<T, Resource> resource, ToIntFunction<T> itemCount) {
    Map<Resource, Group<T>> groups = new LinkedHashMap<>();
    int index = 0;
    for (T one : all) {
      Group<T> group =
          groups.computeIfAbsent(
              resource.apply(one), r -> new Group<>(new ArrayList<>(), new BitSet()));
      group.members.add(one);
      int next = index + itemCount.applyAsInt(one);
      group.items.set(index, next);
      index = next;
    }
    if (groups.size() <= 1) {
      return List.of(this);
    }
    return groups.values().stream()
        .map(group -> derived(List.copyOf(group.members), group.items))
        .toList();
  }

  private record Group<T>(List<T> members, BitSet items) {}

  private record Compressed(Encoding encoding, Compression compression) {
    @Override
    public String toString() {
      return encoding + "+" + compression;
    }
  }
}
