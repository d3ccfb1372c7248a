/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Rejection;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The last point of each series that was pushed. A series that nobody pushes any more vanishes when
 * its time is over. Of points that come in another order the newest stays. Safe for use by several
 * threads.
 */
final class SeriesStore {

  /** What makes points belong together. */
  private record MetricKey(
      Resource resource,
      InstrumentationScopeInfo scope,
      String name,
      String unit,
      MetricDataType type,
      boolean monotonic) {}

  /** A metric of a batch, read as far as may fail; the description is without its points. */
  private record Pushed(
      MetricKey key, MetricData description, List<PointData> points, boolean delta) {

    static Pushed of(MetricData metric) {
      boolean monotonic = FamilyKind.of(metric) == FamilyKind.COUNTER;
      return new Pushed(
          new MetricKey(
              metric.getResource(),
              metric.getInstrumentationScopeInfo(),
              metric.getName(),
              metric.getUnit(),
              metric.getType(),
              monotonic),
          StoredMetric.of(metric, monotonic, List.of()),
          List.copyOf(metric.getData().getPoints()),
          FamilyKind.isDelta(metric));
    }
  }

  private record Last(PointData point, long storedNanos) {}

  private static final class Entry {
    /** Of the first one. */
    private final MetricData description;

    private final Map<Attributes, Last> points = new LinkedHashMap<>();

    Entry(MetricData description) {
      this.description = description;
    }
  }

  private final long expiryNanos;
  private final int maxSeries;
  private final LongSupplier nanoTime;
  private final Warnings warnings;

  private final Map<MetricKey, Entry> entries = new LinkedHashMap<>();
  private int size;
  private long version;

  /** When the oldest point is too old, as far as is known; the truth is not before it. */
  private long nextExpiry;

  SeriesStore(Duration expiry, int maxSeries, LongSupplier nanoTime, Warnings warnings) {
    this.expiryNanos = expiry.toNanos();
    this.maxSeries = maxSeries;
    this.nanoTime = nanoTime;
    this.warnings = warnings;
    this.nextExpiry = nanoTime.getAsLong() + expiryNanos;
  }

  /** Takes all that can be taken, and says what cannot; nothing if it throws. */
  ExportResult add(Batch batch) {
    List<Pushed> all = batch.metrics().stream().map(Pushed::of).toList();
    int delta = 0;
    int tooMany = 0;
    synchronized (entries) {
      long now = nanoTime.getAsLong();
      expire(now);
      for (Pushed pushed : all) {
        if (pushed.delta()) {
          delta += pushed.points().size();
          String name = pushed.key().name();
          warnings.about(name, "metric '" + name + "' is refused: it is delta, not cumulative");
        } else {
          tooMany += add(pushed, now);
        }
      }
      version++;
    }
    List<Rejection> rejections = new ArrayList<>();
    reject(delta, "delta temporality: Prometheus needs cumulative metrics", rejections);
    reject(tooMany, "more than " + maxSeries + " series", rejections);
    return rejections.isEmpty()
        ? ExportResult.success(batch)
        : ExportResult.partial(batch, rejections);
  }

  /** What is stored; the same as before as long as the version is. */
  Collection<MetricData> metrics() {
    synchronized (entries) {
      expire(nanoTime.getAsLong());
      List<MetricData> metrics = new ArrayList<>(entries.size());
      entries.forEach(
          (key, entry) ->
              metrics.add(
                  StoredMetric.of(
                      entry.description,
                      key.monotonic(),
                      entry.points.values().stream().map(Last::point).toList())));
      return metrics;
    }
  }

  /** Changes whenever what is stored does. */
  long version() {
    synchronized (entries) {
      expire(nanoTime.getAsLong());
      return version;
    }
  }

  int series() {
    synchronized (entries) {
      return size;
    }
  }

  private int add(Pushed pushed, long now) {
    Entry entry = entries.get(pushed.key());
    if (entry == null) {
      if (size >= maxSeries || pushed.points().isEmpty()) {
        return pushed.points().size();
      }
      entry = new Entry(pushed.description());
      entries.put(pushed.key(), entry);
    }
    int tooMany = 0;
    for (PointData point : pushed.points()) {
      Last known = entry.points.get(point.getAttributes());
      if (known == null && size >= maxSeries) {
        tooMany++;
      } else if (known == null || known.point().getEpochNanos() <= point.getEpochNanos()) {
        entry.points.put(point.getAttributes(), new Last(point, now));
        size += known == null ? 1 : 0;
      }
    }
    return tooMany;
  }

  private void expire(long now) {
    if (now - nextExpiry < 0) {
      return;
    }
    long oldest = now;
    int before = size;
    for (Iterator<Entry> all = entries.values().iterator(); all.hasNext(); ) {
      Entry entry = all.next();
      int had = entry.points.size();
      entry.points.values().removeIf(last -> now - last.storedNanos() >= expiryNanos);
      size -= had - entry.points.size();
      for (Last last : entry.points.values()) {
        oldest = last.storedNanos() - oldest < 0 ? last.storedNanos() : oldest;
      }
      if (entry.points.isEmpty()) {
        all.remove();
      }
    }
    nextExpiry = oldest + expiryNanos;
    version += size == before ? 0 : 1;
  }

  private static void reject(int count, String reason, List<Rejection> rejections) {
    if (count > 0) {
      rejections.add(new Rejection(count, reason));
    }
  }
}
