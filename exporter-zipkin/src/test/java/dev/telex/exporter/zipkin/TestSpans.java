/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.DelegatingSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Generated spans of every kind of field and text, with the attributes besides that mean something
 * to Zipkin.
 */
final class TestSpans {

  private static final List<String> TEXT_KEYS =
      List.of(
          "peer.service",
          "server.address",
          "net.peer.name",
          "network.peer.address",
          "server.socket.domain",
          "server.socket.address",
          "net.sock.peer.name",
          "net.sock.peer.addr",
          "peer.hostname",
          "peer.address",
          "db.name",
          "network.local.address",
          "error",
          "otel.status_code",
          "otel.scope.name",
          "service.namespace");

  private static final List<String> PORT_KEYS =
      List.of(
          "network.peer.port",
          "server.socket.port",
          "net.sock.peer.port",
          "net.peer.port",
          "net.host.port");

  private static final List<String> TEXTS =
      List.of(
          "",
          "Shop-DB",
          "10.0.0.7",
          "2001:DB8::7",
          "::ffff:10.1.1.1",
          "fe80::1%eth0",
          "/run/db.sock",
          "300.1.1.1",
          "1.2.3",
          "db:5432",
          "false",
          "true",
          "Ünïcode",
          "a\"b\\c\n");

  private static final long[] PORTS = {-1, 0, 1, 80, 65_535, 65_536, 70_000, Long.MAX_VALUE};

  private static final List<String> RESOURCE_KEYS =
      List.of(
          "service.name",
          "service.namespace",
          "faas.name",
          "k8s.deployment.name",
          "process.executable.name");

  private TestSpans() {}

  /** Spans that a seed determines, all with valid ids. */
  static List<SpanData> of(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    List<SpanData> spans = new ArrayList<>();
    for (SpanData span : GeneratedBatches.of(Signal.TRACES, seed, count).spans()) {
      if (span.getSpanContext().isValid()) {
        spans.add(new Decorated(span, random));
      }
    }
    return spans;
  }

  private static final class Decorated extends DelegatingSpanData {
    private final Attributes attributes;
    private final Resource resource;
    private final SpanContext context;
    private final long[] times;
    private final int added;

    Decorated(SpanData span, SplittableRandom random) {
      super(span);
      AttributesBuilder more = span.getAttributes().toBuilder();
      for (int i = random.nextInt(5); i > 0; i--) {
        more.put(pick(TEXT_KEYS, random), pick(TEXTS, random));
      }
      for (int i = random.nextInt(3); i > 0; i--) {
        more.put(pick(PORT_KEYS, random), PORTS[random.nextInt(PORTS.length)]);
      }
      if (random.nextInt(8) == 0) {
        more.put("error", random.nextBoolean());
      }
      attributes = more.build();
      added = attributes.size() - span.getAttributes().size();
      resource = resource(span.getResource(), random);
      context = context(span.getSpanContext(), random);
      times = times(span, random);
    }

    private static Resource resource(Resource resource, SplittableRandom random) {
      AttributesBuilder more = resource.getAttributes().toBuilder();
      for (int i = random.nextInt(3); i > 0; i--) {
        more.put(pick(RESOURCE_KEYS, random), pick(TEXTS, random));
      }
      if (random.nextInt(10) == 0) {
        more.put(AttributeKey.longKey("service.name"), 7L);
      }
      return Resource.create(more.build());
    }

    private static SpanContext context(SpanContext context, SplittableRandom random) {
      String traceId = context.getTraceId();
      if (random.nextInt(3) == 0) {
        traceId = "0".repeat(16) + "1" + traceId.substring(17);
      }
      return SpanContext.create(
          traceId, context.getSpanId(), context.getTraceFlags(), context.getTraceState());
    }

    private static long[] times(SpanData span, SplittableRandom random) {
      if (random.nextInt(3) == 0) {
        return new long[] {span.getStartEpochNanos(), span.getEndEpochNanos()};
      }
      long start = 1_700_000_000_123_456_789L + random.nextInt(100_000);
      long[] durations = {0, 1, 999, 1_000, 1_234, 1_999, 2_000, -1, -5_000, 3_600_000_000_000L};
      return new long[] {start, start + durations[random.nextInt(durations.length)]};
    }

    private static <T> T pick(List<T> values, SplittableRandom random) {
      return values.get(random.nextInt(values.size()));
    }

    @Override
    public Attributes getAttributes() {
      return attributes;
    }

    @Override
    public int getTotalAttributeCount() {
      return super.getTotalAttributeCount() + added;
    }

    @Override
    public Resource getResource() {
      return resource;
    }

    @Override
    public SpanContext getSpanContext() {
      return context;
    }

    @Override
    public long getStartEpochNanos() {
      return times[0];
    }

    @Override
    public long getEndEpochNanos() {
      return times[1];
    }
  }
}
