/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.logs.Severity;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.Data;
import io.opentelemetry.sdk.metrics.data.ExponentialHistogramData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.HistogramData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.metrics.data.SummaryData;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Random telemetry that reaches every field the SDK can produce, with several resources and scopes.
 * Equal seeds give equal items; fewer items of a seed are the first ones of more.
 */
final class Telemetry {

  private final RandomSource random;
  private final RandomText text;
  private final RandomAttributes attributes;
  private final RandomContexts contexts;
  private final RandomPoints points;

  Telemetry(long seed) {
    this.random = new RandomSource(seed);
    this.text = new RandomText(random);
    this.attributes = new RandomAttributes(random, text);
    this.contexts = new RandomContexts(random, text, attributes);
    this.points = new RandomPoints(random, attributes, contexts);
  }

  static List<SpanData> spans(long seed, int count) {
    Telemetry telemetry = new Telemetry(seed);
    return telemetry.random.listOf(count, telemetry::span);
  }

  static List<MetricData> metrics(long seed, int count) {
    Telemetry telemetry = new Telemetry(seed);
    return telemetry.random.listOf(count, telemetry::metric);
  }

  static List<LogRecordData> logs(long seed, int count) {
    Telemetry telemetry = new Telemetry(seed);
    return telemetry.random.listOf(count, telemetry::log);
  }

  SpanData span() {
    Attributes of = attributes.any();
    List<EventData> events = random.list(4, this::event);
    List<LinkData> links = random.list(3, this::link);
    return TestSpanData.builder()
        .setResource(contexts.resource())
        .setInstrumentationScopeInfo(contexts.scope())
        .setSpanContext(random.oneIn(20) ? SpanContext.getInvalid() : contexts.valid())
        .setParentSpanContext(contexts.validOrNone())
        .setName(text.any())
        .setKind(random.pick(SpanKind.values()))
        .setStartEpochNanos(random.number())
        .setEndEpochNanos(random.number())
        .setHasEnded(true)
        .setStatus(StatusData.create(random.pick(StatusCode.values()), text.any()))
        .setAttributes(of)
        .setTotalAttributeCount(of.size() + dropped())
        .setEvents(events)
        .setTotalRecordedEvents(events.size() + dropped())
        .setLinks(links)
        .setTotalRecordedLinks(links.size() + dropped())
        .build();
  }

  LogRecordData log() {
    Attributes of = attributes.any();
    TestLogRecordData.Builder log =
        TestLogRecordData.builder()
            .setResource(contexts.resource())
            .setInstrumentationScopeInfo(contexts.scope())
            .setTimestamp(random.number(), TimeUnit.NANOSECONDS)
            .setObservedTimestamp(random.number(), TimeUnit.NANOSECONDS)
            .setSpanContext(contexts.validOrNone())
            .setSeverity(random.pick(Severity.values()))
            .setAttributes(of)
            .setTotalAttributeCount(of.size() + dropped());
    if (random.flip()) {
      log.setSeverityText(text.any());
    }
    if (random.flip()) {
      log.setEventName(text.any());
    }
    if (!random.oneIn(6)) {
      log.setBodyValue(attributes.value());
    }
    return log.build();
  }

  MetricData metric() {
    return metric(random.pick(MetricDataType.values()));
  }

  MetricData metric(MetricDataType type) {
    return new TestMetric(
        contexts.resource(),
        contexts.scope(),
        text.any(),
        text.any(),
        text.any(),
        type,
        data(type));
  }

  private Data<?> data(MetricDataType type) {
    // No points at all is rare, or most metrics of a batch would be left out.
    int count = random.oneIn(10) ? 0 : 1 + random.below(4);
    AggregationTemporality temporality = random.pick(AggregationTemporality.values());
    return switch (type) {
      case LONG_GAUGE -> GaugeData.createLongGaugeData(random.listOf(count, points::ofLong));
      case DOUBLE_GAUGE -> GaugeData.createDoubleGaugeData(random.listOf(count, points::ofDouble));
      case LONG_SUM ->
          SumData.createLongSumData(
              random.flip(), temporality, random.listOf(count, points::ofLong));
      case DOUBLE_SUM ->
          SumData.createDoubleSumData(
              random.flip(), temporality, random.listOf(count, points::ofDouble));
      case SUMMARY -> SummaryData.create(random.listOf(count, points::ofSummary));
      case HISTOGRAM ->
          HistogramData.create(temporality, random.listOf(count, points::ofHistogram));
      case EXPONENTIAL_HISTOGRAM ->
          ExponentialHistogramData.create(
              temporality, random.listOf(count, points::ofExponentialHistogram));
    };
  }

  private EventData event() {
    Attributes of = attributes.any();
    return EventData.create(random.number(), text.any(), of, of.size() + dropped());
  }

  private LinkData link() {
    Attributes of = attributes.any();
    return LinkData.create(contexts.validOrNone(), of, of.size() + dropped());
  }

  private int dropped() {
    return random.flip() ? 0 : random.below(1 << random.below(31));
  }
}
