/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.IntSupplier;

/** The page at {@code /}: the figures of the last collection, and where to go. */
final class LandingPage {

  private static final String TEMPLATE = read("landing.html");

  private final InstantSource clock;
  private final LastCollection last;
  private final Tally tally;
  private final SeriesStore store;
  private final TranslationStrategy strategy;
  private final Instant started;
  private volatile IntSupplier connections = () -> 0;

  LandingPage(
      InstantSource clock,
      LastCollection last,
      Tally tally,
      SeriesStore store,
      TranslationStrategy strategy) {
    this.clock = clock;
    this.last = last;
    this.tally = tally;
    this.store = store;
    this.strategy = strategy;
    this.started = clock.instant();
  }

  void connections(IntSupplier source) {
    connections = source;
  }

  String html() {
    ScrapeStats stats = tally.stats();
    Instant now = clock.instant();
    LastCollection.Figures figures = last.figures();
    return TEMPLATE
        .replace(
            "{{state}}", figures == null ? "waiting for the first scrape" : collected(figures, now))
        .replace("{{series}}", figures == null ? "–" : count(figures.series()))
        .replace("{{families}}", figures == null ? "–" : count(figures.families()))
        .replace("{{collect}}", figures == null ? "–" : millis(figures.collectNanos()))
        .replace("{{convert}}", figures == null ? "–" : millis(figures.convertNanos()))
        .replace("{{formats}}", formats(figures == null ? Map.of() : figures.bytes()))
        .replace("{{left-out}}", leftOut(figures == null ? Map.of() : figures.dropped()))
        .replace("{{scrapes}}", count(stats.scrapes()))
        .replace("{{collections}}", count(stats.collections()))
        .replace("{{conversions}}", count(stats.conversions()))
        .replace("{{encodings}}", count(stats.encodings()))
        .replace("{{compressions}}", count(stats.compressions()))
        .replace("{{failures}}", count(stats.failures()))
        .replace("{{stored}}", count(store.series()))
        .replace("{{connections}}", count(connections.getAsInt()))
        .replace("{{strategy}}", words(strategy))
        .replace("{{uptime}}", ago(Duration.between(started, now)));
  }

  private static String words(TranslationStrategy strategy) {
    return switch (strategy) {
      case UNDERSCORE_ESCAPING_WITH_SUFFIXES -> "underscores, suffixes";
      case UNDERSCORE_ESCAPING_WITHOUT_SUFFIXES -> "underscores, no suffixes";
      case NO_UTF8_ESCAPING_WITH_SUFFIXES -> "UTF-8, suffixes";
      case NO_TRANSLATION -> "as they are";
    };
  }

  private static String collected(LastCollection.Figures figures, Instant now) {
    return "collected <time datetime=\""
        + figures.at().truncatedTo(ChronoUnit.SECONDS)
        + "\">"
        + ago(Duration.between(figures.at(), now))
        + " ago</time>";
  }

  private static String formats(Map<ExpositionFormat, Integer> bytes) {
    StringBuilder rows = new StringBuilder();
    for (ExpositionFormat format : ExpositionFormat.values()) {
      Integer size = bytes.get(format);
      rows.append("<tr><th scope=\"row\">")
          .append(title(format))
          .append("</th><td>")
          .append(size == null ? "not asked for" : bytes(size))
          .append("</td></tr>");
    }
    return rows.toString();
  }

  private static String title(ExpositionFormat format) {
    return switch (format) {
      case TEXT -> "Text 0.0.4";
      case OPEN_METRICS -> "OpenMetrics 1.0";
      case PROTOBUF -> "Protobuf";
    };
  }

  private static String leftOut(Map<String, Integer> dropped) {
    if (dropped.isEmpty()) {
      return "<p class=\"good\">Nothing was left out.</p>";
    }
    StringBuilder rows = new StringBuilder("<table class=\"bad\">");
    new TreeMap<>(dropped)
        .forEach(
            (reason, points) ->
                rows.append("<tr><th scope=\"row\">")
                    .append(reason)
                    .append("</th><td>")
                    .append(count(points))
                    .append("</td></tr>"));
    return rows.append(
            "</table><p class=\"note\">Data points, by the reason. The log names them.</p>")
        .toString();
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202F');
  }

  private static String millis(long nanos) {
    double millis = nanos / 1e6;
    return String.format(Locale.ROOT, millis < 10 ? "%.2f" : "%.0f", millis) + "<small>ms</small>";
  }

  private static String bytes(int size) {
    if (size < 10_000) {
      return count(size) + " B";
    }
    return size < 10_000_000
        ? count(Math.round(size / 1000.0)) + " kB"
        : String.format(Locale.ROOT, "%.1f MB", size / 1e6);
  }

  private static String ago(Duration time) {
    long seconds = Math.max(0, time.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    return seconds < 7200
        ? seconds / 60 + " min"
        : seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " days";
  }

  private static String read(String name) {
    try (InputStream in = LandingPage.class.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
