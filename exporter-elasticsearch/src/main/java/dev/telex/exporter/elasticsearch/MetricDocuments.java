/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Data points, those that can stand together in one document.
 *
 * <p>The pieces of all points of a document are the same bytes. So no subset of the items can lose
 * one: were the document the piece of its first point alone, a batch without that point would have
 * nothing to send for the others.
 */
final class MetricDocuments {

  private static final byte[] DYNAMIC_TEMPLATES = JsonOutput.constant(",\"dynamic_templates\":{");
  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private record Named(MetricGroup.Series series, String name) {}

  private final ElasticsearchEncoding encoding;
  private final Router router;
  private final DocumentWriter writer;
  private final ActionLines actions = new ActionLines();

  private final List<MetricGroup> groups = new ArrayList<>();
  private final Map<MetricGroup.Key, MetricGroup> open = new HashMap<>();

  /** In time series only: the values that are in some document. */
  private final Set<Named> taken = new HashSet<>();

  /** The group of each point; null for one that there is no field for. */
  private final List<@Nullable MetricGroup> groupOfPoint = new ArrayList<>();

  MetricDocuments(ElasticsearchEncoding encoding) {
    this.encoding = encoding;
    this.router = new Router(DataStream.METRICS, encoding);
    this.writer = DocumentWriter.of(encoding);
  }

  Payload encode(List<MetricData> metrics) {
    for (MetricData metric : metrics) {
      for (PointData point : metric.getData().getPoints()) {
        groupOfPoint.add(group(metric, point));
      }
    }
    List<ByteBuffer> documents = write();
    List<ByteBuffer> pieces = new ArrayList<>(groupOfPoint.size());
    for (MetricGroup group : groupOfPoint) {
      pieces.add(group == null ? NONE : documents.get(group.index()));
    }
    return Payload.ofItems(pieces);
  }

  private @Nullable MetricGroup group(MetricData metric, PointData point) {
    if (!MetricValue.isSupported(metric, point)) {
      return null;
    }
    DataStream stream =
        router.route(
            point.getAttributes(),
            metric.getInstrumentationScopeInfo().getAttributes(),
            metric.getResource().getAttributes());
    MetricGroup.Series series =
        new MetricGroup.Series(
            stream,
            metric.getResource(),
            metric.getInstrumentationScopeInfo(),
            point.getAttributes(),
            metric.getUnit(),
            Timestamps.millis(point.getEpochNanos()));
    MetricGroup.Key key =
        new MetricGroup.Key(series, Timestamps.millis(point.getStartEpochNanos()));
    MetricGroup group = open.get(key);
    if (encoding.timeSeries()) {
      if (!taken.add(new Named(series, metric.getName()))) {
        return null;
      }
    } else if (group != null && group.has(metric.getName())) {
      group = null;
    }
    if (group == null) {
      group = new MetricGroup(key, groups.size(), groupOfPoint.size());
      groups.add(group);
      open.put(key, group);
    }
    group.add(metric, point);
    return group;
  }

  private List<ByteBuffer> write() {
    JsonOutput out = new JsonOutput();
    Pieces pieces = new Pieces(groups.size());
    for (MetricGroup group : groups) {
      action(group, out);
      writer.metrics(group, out);
      out.raw('\n');
      pieces.end(out);
    }
    return pieces.take(out);
  }

  private void action(MetricGroup group, JsonOutput out) {
    DataStream stream = group.series().stream();
    if (encoding.timeSeries()) {
      actions.begin(stream, out);
    } else {
      actions.begin(stream, group.firstItem(), out);
    }
    if (encoding.mode() == ElasticsearchMode.OTEL) {
      out.raw(DYNAMIC_TEMPLATES);
      for (int i = 0; i < group.size(); i++) {
        out.comma();
        out.quoted("metrics." + group.metric(i).getName());
        out.raw(':');
        out.quoted(MetricValue.dynamicTemplate(group.metric(i)));
      }
      out.raw('}');
    }
    actions.end(out);
  }
}
