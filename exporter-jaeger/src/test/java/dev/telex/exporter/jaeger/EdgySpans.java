/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generated spans with what is special to Jaeger: ids of 64 bits, names of services, attributes
 * whose keys have a meaning, whole durations. Equal seeds give equal spans.
 */
final class EdgySpans {

  private final SplittableRandom random;

  private EdgySpans(long seed) {
    random = new SplittableRandom(seed);
  }

  static List<SpanData> of(long seed, int count) {
    EdgySpans edges = new EdgySpans(seed);
    return GeneratedBatches.of(Signal.TRACES, seed, count).spans().stream()
        .map(edges::span)
        .toList();
  }

  private SpanData span(SpanData of) {
    Attributes attributes = with(of.getAttributes(), "error", "span.kind", "otel.status_code");
    long start = of.getStartEpochNanos();
    long[] durations = {0, 1, 999, 1000, 1001, 1_999_999, -1, -999, -1000, -1_234_567};
    return TestSpanData.builder()
        .setResource(resource(of.getResource()))
        .setInstrumentationScopeInfo(of.getInstrumentationScopeInfo())
        .setSpanContext(context(of.getSpanContext()))
        .setParentSpanContext(context(of.getParentSpanContext()))
        .setName(of.getName())
        .setKind(of.getKind())
        .setStatus(of.getStatus())
        .setStartEpochNanos(start)
        .setEndEpochNanos(oneIn(3) ? start + pick(durations) : of.getEndEpochNanos())
        .setHasEnded(true)
        .setAttributes(attributes)
        .setTotalAttributeCount(
            of.getTotalAttributeCount() - of.getAttributes().size() + attributes.size())
        .setEvents(of.getEvents().stream().map(this::event).toList())
        .setTotalRecordedEvents(of.getTotalRecordedEvents())
        .setLinks(of.getLinks().stream().map(this::link).toList())
        .setTotalRecordedLinks(of.getTotalRecordedLinks())
        .build();
  }

  private Resource resource(Resource of) {
    String[] names = {"", "shop", "Käse", "a b"};
    // The same for all spans of a resource, or there would be as many resources as spans.
    String name = names[Math.floorMod(of.hashCode(), names.length)];
    return of.getAttributes().size() % 2 == 0
        ? of
        : Resource.create(of.getAttributes().toBuilder().put("service.name", name).build());
  }

  private SpanContext context(SpanContext of) {
    if (!of.isValid() || !oneIn(3)) {
      return of;
    }
    String traceId = "0".repeat(16) + of.getTraceId().substring(16);
    return SpanContext.create(
        traceId.endsWith("0".repeat(16)) ? "0".repeat(31) + "1" : traceId,
        oneIn(2) ? "ffffffffffffffff" : of.getSpanId(),
        of.getTraceFlags(),
        of.getTraceState());
  }

  private EventData event(EventData of) {
    Attributes attributes = with(of.getAttributes(), "event");
    int dropped = of.getTotalAttributeCount() - of.getAttributes().size();
    return EventData.create(
        of.getEpochNanos(), of.getName(), attributes, attributes.size() + dropped);
  }

  private LinkData link(LinkData of) {
    AttributesBuilder attributes = of.getAttributes().toBuilder();
    switch (random.nextInt(5)) {
      case 0 -> attributes.put("opentracing.ref_type", "child_of");
      case 1 -> attributes.put("opentracing.ref_type", "follows_from");
      case 2 -> attributes.put("opentracing.ref_type", 1);
      default -> {}
    }
    return LinkData.create(context(of.getSpanContext()), attributes.build());
  }

  private Attributes with(Attributes of, String... keys) {
    AttributesBuilder attributes = of.toBuilder();
    for (String key : keys) {
      switch (random.nextInt(8)) {
        case 0 -> attributes.put(AttributeKey.stringKey(key), "of mine");
        case 1 -> attributes.put(AttributeKey.booleanKey(key), false);
        case 2 -> {
          List<String> some = new ArrayList<>();
          some.add("a");
          some.add(null);
          attributes.put(AttributeKey.stringArrayKey(key), some);
          attributes.put(AttributeKey.longKey(key), 7L);
        }
        default -> {}
      }
    }
    return attributes.build();
  }

  private boolean oneIn(int times) {
    return random.nextInt(times) == 0;
  }

  private long pick(long[] values) {
    return values[random.nextInt(values.length)];
  }
}
