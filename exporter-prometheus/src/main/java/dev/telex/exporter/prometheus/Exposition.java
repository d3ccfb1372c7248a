/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Gzip;
import dev.telex.exporter.Payload;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One collection of metrics: collected, converted, written in each format and compressed at most
 * once, each of it when the first scraper asks, whoever else asks at the same time. Safe for use by
 * several threads.
 */
final class Exposition {

  /** What is made once for each of these. */
  private record Key(ExpositionFormat format, boolean utf8) {}

  private final Supplier<Collection<MetricData>> source;
  private final Converter converter;
  private final Tally tally;
  private final LastCollection last;
  private final Warnings warnings;

  private final Memo<Collection<MetricData>> metrics = new Memo<>();
  private final Memos<Boolean, Conversion> conversions = new Memos<>();
  private final Memos<Key, EncodedFamilies> encodings = new Memos<>();
  private final Memos<Key, Payload> compressed = new Memos<>();

  Exposition(
      Supplier<Collection<MetricData>> source,
      Converter converter,
      Tally tally,
      LastCollection last,
      Warnings warnings) {
    this.source = source;
    this.converter = converter;
    this.tally = tally;
    this.last = last;
    this.warnings = warnings;
  }

  /**
   * The bytes for one scraper.
   *
   * @param names of families or samples; empty for all
   */
  Payload bytes(ExpositionFormat format, boolean utf8, boolean gzip, Set<String> names)
      throws InterruptedException {
    // Strategies that escape have the same names for both.
    Key key = new Key(format, utf8 && !converter.strategy().escapes());
    EncodedFamilies all = encoded(key);
    if (!names.isEmpty()) {
      Payload some = all.some(names);
      return gzip ? compress(some) : some;
    }
    Payload whole = all.all();
    return gzip ? compressed.of(key).get(() -> compress(whole)) : whole;
  }

  private EncodedFamilies encoded(Key key) throws InterruptedException {
    Conversion converted = converted(key.utf8());
    return encodings
        .of(key)
        .get(
            () -> {
              tally.encodings.increment();
              EncodedFamilies made =
                  new FamilyBytes(
                          key.format(), key.utf8(), last.expectedBytes(key.format()), warnings)
                      .encode(converted.families());
              last.encoded(key.format(), made.size());
              return made;
            });
  }

  private Conversion converted(boolean utf8) throws InterruptedException {
    long began = System.nanoTime();
    Collection<MetricData> collected =
        metrics.get(
            () -> {
              tally.collections.increment();
              return source.get();
            });
    long gathered = System.nanoTime();
    return conversions
        .of(utf8)
        .get(
            () -> {
              tally.conversions.increment();
              Conversion conversion = converter.convert(collected, utf8);
              last.converted(conversion, gathered - began, System.nanoTime() - gathered);
              return conversion;
            });
  }

  private Payload compress(Payload payload) {
    tally.compressions.increment();
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) (payload.size() / 8) + 64);
    try (OutputStream gzip = Gzip.standard().open(out)) {
      payload.writeTo(gzip);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Payload.of(out.toByteArray());
  }
}
