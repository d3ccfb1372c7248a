/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Payload;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Jaeger's own classes read the spans that the specification wants of any telemetry. */
class JaegerEncodingPropertyTest {

  /** Seeds of a few spans each, so that a failing batch shrinks to those that make it fail. */
  @Provide
  Arbitrary<List<SpanData>> spans() {
    return Arbitraries.longs()
        .withoutEdgeCases()
        .list()
        .ofMaxSize(8)
        .map(
            seeds -> {
              List<SpanData> all = new ArrayList<>();
              seeds.forEach(seed -> all.addAll(EdgySpans.of(seed, 3)));
              return all;
            });
  }

  @Property(tries = 300)
  void aCollectorReadsThem(@ForAll("spans") List<SpanData> spans) throws Exception {
    for (Batch part : Batch.traces(spans).byResource()) {
      byte[] body = part.encoded(JaegerEncoding.COLLECTOR).toByteArray();
      ExpectedBatch.assertSame(JaegerReader.collector(body), part.spans());
    }
  }

  @Property(tries = 300)
  void anAgentReadsThem(@ForAll("spans") List<SpanData> spans) throws Exception {
    int maxBytes = 65_000;
    PacketPlan plan = PacketPlan.of(Batch.traces(spans), maxBytes);
    int sent = 0;
    for (Packet packet : plan.packets()) {
      byte[] bytes = bytes(packet);
      assertThat(bytes).hasSizeLessThanOrEqualTo(maxBytes);
      List<SpanData> packed = packet.part().retain(packet.items()).spans();
      ExpectedBatch.assertSame(JaegerReader.agent(bytes), packed);
      sent += packed.size();
    }
    int refused = plan.sent().refused().map(Batch::itemCount).orElse(0);
    assertThat(sent + refused).isEqualTo(spans.size());
  }

  @Example
  void readsManyAtOnce() throws Exception {
    for (Batch part : Batch.traces(EdgySpans.of(7, 2_000)).byResource()) {
      ExpectedBatch.assertSame(
          JaegerReader.collector(part.encoded(JaegerEncoding.COLLECTOR).toByteArray()),
          part.spans());
    }
  }

  @Example
  void anEmptyBatchIsAProcessWithoutSpans() throws Exception {
    Payload payload = Batch.traces(List.of()).encoded(JaegerEncoding.COLLECTOR);
    assertThat(JaegerReader.collector(payload.toByteArray()))
        .isEqualTo(ExpectedBatch.of(List.of()));
    assertThat(Batch.traces(List.of()).encoded(JaegerEncoding.AGENT_SPANS).itemCount()).isZero();
  }

  static byte[] bytes(Packet packet) {
    ByteBuffer out = ByteBuffer.allocate(70_000);
    packet.writeTo(out);
    byte[] bytes = new byte[out.flip().remaining()];
    out.get(bytes);
    return bytes;
  }
}
