/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.otlp.Decoded.Home;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint.ValueAtQuantile;
import java.util.HashMap;
import java.util.Map;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/**
 * Our bytes and those that OpenTelemetry's exporters send, decoded by {@code opentelemetry-proto}.
 */
class OtlpProtobufPeerTest {

  @SuppressWarnings("NullAway.Init")
  private static PeerExporters peer;

  @BeforeContainer
  static void start() {
    peer = new PeerExporters();
  }

  @AfterContainer
  static void stop() {
    peer.close();
  }

  @Provide
  Arbitrary<Batch> batches() {
    return TelemetryArbitraries.batches();
  }

  @Property(tries = 300)
  void sameAsThePeer(@ForAll("batches") Batch batch) throws Exception {
    assertSame(batch);
  }

  @Example
  void sameAsThePeerAtEverySize() throws Exception {
    for (int size : new int[] {0, 1, 512, 10_000}) {
      assertSame(Batch.traces(Telemetry.spans(size, size)));
      assertSame(Batch.metrics(Telemetry.metrics(size, size)));
      assertSame(Batch.logs(Telemetry.logs(size, size)));
    }
  }

  private static void assertSame(Batch batch) throws Exception {
    Map<Home, Map<Message, Integer>> ours = Decoded.items(Decoded.ours(batch));
    Map<Home, Map<Message, Integer>> theirs =
        Decoded.items(Decoded.request(batch, peer.sent(batch)));
    assertThat(withoutPeculiarities(ours)).isEqualTo(withoutPeculiarities(theirs));
  }

  /**
   * The two ways in which we differ on purpose: OpenTelemetry's exporters write metrics without
   * points, and they leave out -0 where it is not the default, in the two fields of a summary
   * without presence.
   */
  private static Map<Home, Map<Message, Integer>> withoutPeculiarities(
      Map<Home, Map<Message, Integer>> all) {
    Map<Home, Map<Message, Integer>> plain = new HashMap<>();
    all.forEach(
        (home, items) ->
            items.forEach(
                (item, count) -> {
                  Message same =
                      item instanceof Metric metric ? withoutNegativeZeros(metric) : item;
                  if (!isEmptyMetric(same)) {
                    plain
                        .computeIfAbsent(home, h -> new HashMap<>())
                        .merge(same, count, Integer::sum);
                  }
                }));
    return plain;
  }

  private static boolean isEmptyMetric(Message item) {
    return item instanceof Metric metric
        && metric.getGauge().getDataPointsCount() == 0
        && metric.getSum().getDataPointsCount() == 0
        && metric.getHistogram().getDataPointsCount() == 0
        && metric.getExponentialHistogram().getDataPointsCount() == 0
        && metric.getSummary().getDataPointsCount() == 0;
  }

  private static Metric withoutNegativeZeros(Metric metric) {
    if (!metric.hasSummary()) {
      return metric;
    }
    Metric.Builder plain = metric.toBuilder();
    for (SummaryDataPoint.Builder point : plain.getSummaryBuilder().getDataPointsBuilderList()) {
      // Adding 0 turns -0 into 0, and nothing else into anything else.
      point.setSum(point.getSum() + 0.0);
      for (ValueAtQuantile.Builder value : point.getQuantileValuesBuilderList()) {
        value.setQuantile(value.getQuantile() + 0.0).setValue(value.getValue() + 0.0);
      }
    }
    return plain.build();
  }
}
