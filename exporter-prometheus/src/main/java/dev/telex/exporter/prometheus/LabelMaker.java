/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.AttributeText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** Makes labels of attributes, for one conversion; used by one thread. */
final class LabelMaker {

  /** Of names and values together, in characters (OpenMetrics 1.0, "Exemplars"). */
  private static final int EXEMPLAR_LIMIT = 128;

  private static final String SCOPE = "otel_scope_";
  private static final Set<String> OF_SCOPES =
      Set.of(SCOPE + "name", SCOPE + "version", SCOPE + "schema_url");
  private static final LabelName TRACE_ID = LabelName.of("trace_id");
  private static final LabelName SPAN_ID = LabelName.of("span_id");

  /** A label and where it comes from. */
  private record Entry(LabelName name, String key, String value) {}

  private final boolean classic;
  private final boolean scopeLabels;
  private final Predicate<String> resourceLabels;
  private final KnownLabels known;
  private final Map<String, LabelName> names = new HashMap<>();
  private final LabelSet set = new LabelSet();

  /**
   * Makes one.
   *
   * @param classic whether the names must be classic ones
   * @param scopeLabels whether each series tells its scope
   * @param resourceLabels the keys of the resource that each series carries
   * @param known labels that were made by another with the same arguments
   */
  LabelMaker(
      boolean classic, boolean scopeLabels, Predicate<String> resourceLabels, KnownLabels known) {
    this.known = known;
    this.classic = classic;
    this.scopeLabels = scopeLabels;
    this.resourceLabels = resourceLabels;
  }

  /** Makes the labels of the series of one metric. */
  final class OfMetric {
    private final String reserved;
    private final KnownLabels.Of series;
    private final List<Entry> scope = new ArrayList<>();
    private final List<Entry> resource = new ArrayList<>();

    private OfMetric(FamilyKind kind, InstrumentationScopeInfo scope, Resource resource) {
      this.reserved =
          switch (kind) {
            case HISTOGRAM -> "le";
            case SUMMARY -> "quantile";
            case GAUGE, COUNTER, INFO -> "";
          };
      this.series = known.of(new KnownLabels.Origin(reserved, scope, resource));
      if (scopeLabels) {
        addScope(scope);
      }
      resource
          .getAttributes()
          .forEach(
              (key, value) -> {
                if (resourceLabels.test(key.getKey())) {
                  this.resource.add(entry(key, value));
                }
              });
    }

    /** The labels of a series. */
    Labels of(Attributes attributes) {
      return series.get(attributes, this::made);
    }

    private Labels made(Attributes attributes) {
      set.clear();
      attributes.forEach(this::add);
      for (Entry entry : resource) {
        if (!set.has(entry.name())) {
          set.add(entry.name(), entry.key(), entry.value());
        }
      }
      for (Entry entry : scope) {
        set.add(entry.name(), entry.key(), entry.value());
      }
      return set.toLabels();
    }

    private void add(AttributeKey<?> key, Object value) {
      LabelName name = nameOf(key.getKey());
      if (name.isEmpty()) {
        return;
      }
      if (name.classic().equals(reserved) || (scopeLabels && name.classic().startsWith(SCOPE))) {
        name = name.exported();
      }
      set.add(name, key.getKey(), Names.wellFormed(AttributeText.of(key, value)));
    }

    private void addScope(InstrumentationScopeInfo info) {
      fixed("name", info.getName());
      String version = info.getVersion();
      if (version != null) {
        fixed("version", version);
      }
      String schemaUrl = info.getSchemaUrl();
      if (schemaUrl != null) {
        fixed("schema_url", schemaUrl);
      }
      info.getAttributes()
          .forEach(
              (key, value) -> {
                LabelName name = nameOf(SCOPE + key.getKey());
                if (!OF_SCOPES.contains(name.classic())) {
                  scope.add(
                      new Entry(
                          name, key.getKey(), Names.wellFormed(AttributeText.of(key, value))));
                }
              });
    }

    private void fixed(String name, String value) {
      scope.add(new Entry(LabelName.of(SCOPE + name), name, Names.wellFormed(value)));
    }
  }

  /** For the series of one metric. */
  OfMetric forMetric(FamilyKind kind, InstrumentationScopeInfo scope, Resource resource) {
    return new OfMetric(kind, scope, resource);
  }

  /** All attributes, and nothing else. */
  Labels ofAll(Attributes attributes) {
    set.clear();
    addAll(attributes);
    return set.toLabels();
  }

  /**
   * Labels of an exemplar: its ids, which win, and what was filtered out of the series, unless that
   * is too much.
   */
  Labels ofExemplar(Attributes filtered, SpanContext context) {
    set.clear();
    addAll(filtered);
    putIds(context);
    if (set.length() > EXEMPLAR_LIMIT) {
      set.clear();
      putIds(context);
    }
    return set.toLabels();
  }

  private void putIds(SpanContext context) {
    if (context.isValid()) {
      set.put(TRACE_ID, context.getTraceId());
      set.put(SPAN_ID, context.getSpanId());
    }
  }

  private void addAll(Attributes attributes) {
    attributes.forEach(
        (key, value) -> {
          Entry entry = entry(key, value);
          if (!entry.name().isEmpty()) {
            set.add(entry.name(), entry.key(), entry.value());
          }
        });
  }

  private Entry entry(AttributeKey<?> key, Object value) {
    return new Entry(
        nameOf(key.getKey()), key.getKey(), Names.wellFormed(AttributeText.of(key, value)));
  }

  private LabelName nameOf(String key) {
    LabelName name = names.get(key);
    if (name == null) {
      name = LabelName.of(classic ? Names.label(key) : Names.utf8Label(key));
      names.put(key, name);
    }
    return name;
  }
}
