/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DuplicateLabelsException;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.Unit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Makes families of metrics. Whatever cannot be exposed is left out alone, counted and, once for
 * each name, logged: nothing here fails because of what the metrics are. Safe for use by several
 * threads.
 */
final class Converter {

  static final String TARGET = "target";

  private final TranslationStrategy strategy;
  private final boolean targetInfo;
  private final boolean scopeLabels;
  private final Predicate<String> resourceLabels;
  private final Warnings warnings;

  /** Of the last conversions, by whether the names were of any characters. */
  private final Map<Boolean, Last> lasts = new ConcurrentHashMap<>();

  Converter(
      TranslationStrategy strategy,
      boolean targetInfo,
      boolean scopeLabels,
      Predicate<String> resourceLabels,
      Warnings warnings) {
    this.strategy = strategy;
    this.targetInfo = targetInfo;
    this.scopeLabels = scopeLabels;
    this.resourceLabels = resourceLabels;
    this.warnings = warnings;
  }

  TranslationStrategy strategy() {
    return strategy;
  }

  /**
   * Converts all.
   *
   * @param utf8 whether the scraper takes names of any characters
   */
  Conversion convert(Collection<MetricData> metrics, boolean utf8) {
    boolean any = utf8 && !strategy.escapes();
    Last last = lasts.getOrDefault(any, Last.NONE);
    KnownLabels labels = new KnownLabels(last.labels());
    Conversion conversion = new Run(any, labels, last.kinds()).convert(metrics);
    labels.end();
    lasts.put(any, Last.of(labels, conversion));
    return conversion;
  }

  /**
   * What a conversion leaves to the next one.
   *
   * @param kinds of the families, by their names
   */
  private record Last(KnownLabels labels, Map<String, FamilyKind> kinds) {

    static final Last NONE = new Last(new KnownLabels(), Map.of());

    static Last of(KnownLabels labels, Conversion conversion) {
      Map<String, FamilyKind> kinds = new HashMap<>();
      conversion.families().forEach(family -> kinds.put(family.name().base(), family.kind()));
      return new Last(labels, kinds);
    }
  }

  /** A metric that could be in a family. */
  private record Candidate(MetricData metric, FamilyKind kind, FamilyName name) {

    int points() {
      return metric.getData().getPoints().size();
    }
  }

  /** Metrics of one name and kind. */
  private static final class Draft {
    private final FamilyKind kind;
    private final FamilyName name;
    private final List<MetricData> metrics = new ArrayList<>(1);

    Draft(FamilyKind kind, FamilyName name) {
      this.kind = kind;
      this.name = name;
    }

    String help() {
      for (MetricData metric : metrics) {
        if (!metric.getDescription().isEmpty()) {
          return metric.getDescription();
        }
      }
      return "";
    }
  }

  private final class Run {
    private final boolean utf8;
    private final LabelMaker labels;
    private final PointConverter points;
    private final Map<String, FamilyKind> lastKinds;
    private final Map<String, Draft> drafts = new LinkedHashMap<>();

    /** Which family has a name of a sample. */
    private final Map<String, String> owners = new HashMap<>();

    private final Map<String, Integer> dropped = new TreeMap<>();

    Run(boolean utf8, KnownLabels known, Map<String, FamilyKind> lastKinds) {
      this.utf8 = utf8;
      this.lastKinds = lastKinds;
      this.labels = new LabelMaker(!utf8, scopeLabels, resourceLabels, known);
      this.points = new PointConverter(labels);
    }

    Conversion convert(Collection<MetricData> metrics) {
      Resource resource = null;
      if (targetInfo) {
        claim(FamilyKind.INFO, TARGET);
      }
      List<Candidate> later = new ArrayList<>();
      for (MetricData metric : metrics) {
        try {
          if (!metric.getData().getPoints().isEmpty()) {
            resource = resource == null ? metric.getResource() : resource;
            Candidate one = candidate(metric);
            if (one == null) {
              continue;
            }
            // An SDK gives metrics in any order: a family stays what it was in the last scrape.
            if (lastKinds.get(one.name().base()) == one.kind()) {
              draft(one);
            } else {
              later.add(one);
            }
          }
        } catch (RuntimeException e) {
          drop(1, "cannot be read", String.valueOf(metric), String.valueOf(e));
        }
      }
      later.forEach(this::draft);
      List<Family> families = new ArrayList<>(drafts.size() + 1);
      if (targetInfo && resource != null && !resource.getAttributes().isEmpty()) {
        families.add(target(resource));
      }
      int series = families.size();
      for (Draft draft : drafts.values()) {
        Family family = family(draft);
        if (family != null) {
          families.add(family);
          series += family.series();
        }
      }
      families.sort(Comparator.comparing(family -> family.name().base()));
      return new Conversion(List.copyOf(families), series, dropped);
    }

    private @Nullable Candidate candidate(MetricData metric) {
      FamilyKind kind = FamilyKind.of(metric);
      int size = metric.getData().getPoints().size();
      if (FamilyKind.isDelta(metric)) {
        drop(size, "delta temporality", metric.getName(), "Prometheus needs cumulative metrics");
        return null;
      }
      FamilyName name = FamilyName.of(metric.getName(), metric.getUnit(), kind, strategy, utf8);
      if (name == null) {
        drop(size, "no name", metric.getName(), "no character of its name is left");
        return null;
      }
      return new Candidate(metric, kind, name);
    }

    private void draft(Candidate one) {
      String base = one.name().base();
      Draft known = drafts.get(base);
      if (known == null && claim(one.kind(), base)) {
        known = new Draft(one.kind(), one.name());
        drafts.put(base, known);
      }
      if (known != null && known.kind == one.kind()) {
        known.metrics.add(one.metric());
        return;
      }
      drop(
          one.points(),
          "type conflict",
          one.metric().getName(),
          "as a "
              + one.kind().name().toLowerCase(Locale.ROOT)
              + " it would have names of samples that another metric has, as "
              + base);
    }

    /** Takes the names of the samples, if all are free. */
    private boolean claim(FamilyKind kind, String base) {
      for (String suffix : kind.suffixes()) {
        if (owners.containsKey(base + suffix)) {
          return false;
        }
      }
      for (String suffix : kind.suffixes()) {
        owners.put(base + suffix, base);
      }
      return true;
    }

    private Family target(Resource resource) {
      return new Family(
          FamilyKind.INFO,
          new FamilyName(TARGET, null, false),
          new InfoSnapshot(
              new MetricMetadata(TARGET, "Target metadata", null),
              List.of(new InfoDataPointSnapshot(labels.ofAll(resource.getAttributes())))));
    }

    private @Nullable Family family(Draft draft) {
      boolean withCreated = !owners.containsKey(draft.name.base() + "_created");
      List<DataPointSnapshot> all = new ArrayList<>();
      for (MetricData metric : draft.metrics) {
        LabelMaker.OfMetric maker =
            labels.forMetric(
                draft.kind, metric.getInstrumentationScopeInfo(), metric.getResource());
        for (PointData point : metric.getData().getPoints()) {
          try {
            all.add(points.convert(draft.kind, point, maker, withCreated));
          } catch (RuntimeException e) {
            drop(1, "not of this format", metric.getName(), String.valueOf(e.getMessage()));
          }
        }
      }
      if (all.isEmpty()) {
        return null;
      }
      String help = Names.wellFormed(draft.help());
      try {
        MetricMetadata metadata =
            new MetricMetadata(draft.name.base(), help, unit(draft.name.unit()));
        return new Family(draft.kind, draft.name, snapshot(draft, metadata, all));
      } catch (RuntimeException e) {
        drop(all.size(), "not of this format", draft.name.base(), String.valueOf(e.getMessage()));
        return null;
      }
    }

    private MetricSnapshot snapshot(
        Draft draft, MetricMetadata metadata, List<DataPointSnapshot> all) {
      try {
        return snapshot(draft.kind, metadata, all);
      } catch (DuplicateLabelsException e) {
        Set<Labels> seen = new HashSet<>();
        List<DataPointSnapshot> distinct =
            all.stream().filter(point -> seen.add(point.getLabels())).toList();
        drop(
            all.size() - distinct.size(),
            "same labels",
            draft.name.base(),
            "several series have the labels " + e.getLabels());
        return snapshot(draft.kind, metadata, distinct);
      }
    }

    private MetricSnapshot snapshot(
        FamilyKind kind, MetricMetadata metadata, List<DataPointSnapshot> all) {
      return switch (kind) {
        case GAUGE -> new GaugeSnapshot(metadata, cast(all));
        case COUNTER -> new CounterSnapshot(metadata, cast(all));
        case HISTOGRAM -> new HistogramSnapshot(metadata, cast(all));
        case SUMMARY -> new SummarySnapshot(metadata, cast(all));
        case INFO -> throw new IllegalArgumentException("info is no metric of the SDK");
      };
    }

    private void drop(int count, String reason, String name, String why) {
      dropped.merge(reason, count, Integer::sum);
      warnings.about(name, "metric '" + name + "' is left out (" + reason + "): " + why);
    }
  }

  private static @Nullable Unit unit(@Nullable String word) {
    return word == null ? null : new Unit(word);
  }

  /** Points of one family are of one class, because {@link FamilyKind} says which. */
  @SuppressWarnings("unchecked")
  private static <T extends DataPointSnapshot> List<T> cast(List<DataPointSnapshot> all) {
    return (List<T>) (List<?>) all;
  }
}
