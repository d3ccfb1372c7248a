/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.CollectionRegistration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which {@link Exposition} a scrape gets. What SDKs are asked for is shared by the scrapes that
 * begin before the first of them has its bytes (and, if so told, for some time longer); what was
 * pushed is shared until it changes. Safe for use by several threads.
 */
final class Scrapes {

  private final SeriesStore store;
  private final Converter converter;
  private final Tally tally;
  private final LastCollection last;
  private final Warnings warnings;
  private final long freshNanos;
  private final LongSupplier nanoTime;
  private final List<CollectionRegistration> sources = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private @Nullable Exposition current;
  private long begunNanos;
  private long version;
  private boolean ready;

  Scrapes(
      SeriesStore store,
      Converter converter,
      Tally tally,
      LastCollection last,
      Warnings warnings,
      Duration fresh,
      LongSupplier nanoTime) {
    this.store = store;
    this.converter = converter;
    this.tally = tally;
    this.last = last;
    this.warnings = warnings;
    this.freshNanos = fresh.toNanos();
    this.nanoTime = nanoTime;
  }

  void add(CollectionRegistration source) {
    sources.add(source);
  }

  void remove(CollectionRegistration source) {
    sources.remove(source);
    forget();
  }

  void forget() {
    synchronized (lock) {
      current = null;
    }
  }

  /** For a scrape that begins now. Does no work yet. */
  Exposition begin() {
    long stored = store.version();
    synchronized (lock) {
      Exposition known = current;
      if (known != null && version == stored && isShared()) {
        return known;
      }
      Exposition made = new Exposition(this::collect, converter, tally, last, warnings);
      current = made;
      begunNanos = nanoTime.getAsLong();
      version = stored;
      ready = false;
      return made;
    }
  }

  /** A scrape has its bytes: what is collected for the next ones is to be newer. */
  void ready(Exposition exposition) {
    synchronized (lock) {
      if (exposition == current) {
        ready = true;
        if (freshNanos == 0 && !sources.isEmpty()) {
          // Nobody else will ask for it, and it may be large.
          current = null;
        }
      }
    }
  }

  private boolean isShared() {
    return sources.isEmpty() || !ready || nanoTime.getAsLong() - begunNanos < freshNanos;
  }

  private Collection<MetricData> collect() {
    List<MetricData> all = new ArrayList<>(store.metrics());
    for (CollectionRegistration source : sources) {
      try {
        all.addAll(source.collectAllMetrics());
      } catch (RuntimeException e) {
        warnings.about("<collection>", "metrics of an SDK could not be collected: " + e);
      }
    }
    return all;
  }
}
