/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Batches that take the pieces of the batch they derive from. */
class BatchPiecesTest {

  private final AtomicInteger runs = new AtomicInteger();

  /** The number of the run is in each piece: the same item encoded twice gives other bytes. */
  private final Encoding lines =
      new TestEncoding(
          "lines",
          batch -> {
            int run = runs.incrementAndGet();
            return Payload.ofItems(
                names(batch).stream()
                    .map(name -> name + "#" + run + "\n")
                    .map(line -> ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)))
                    .toList());
          });

  private static List<String> names(Batch batch) {
    List<String> names = new ArrayList<>();
    if (batch.signal() == Signal.METRICS) {
      for (MetricData metric : batch.metrics()) {
        for (PointData point : metric.getData().getPoints()) {
          names.add(metric.getResource().getAttributes().asMap().values() + "/" + index(point));
        }
      }
    } else {
      batch.spans().stream().map(SpanData::getName).forEach(names::add);
    }
    return names;
  }

  private static Long index(PointData point) {
    return Objects.requireNonNull(point.getAttributes().get(TestData.INDEX));
  }

  private static BitSet bits(int... indexes) {
    BitSet bits = new BitSet();
    for (int index : indexes) {
      bits.set(index);
    }
    return bits;
  }

  private List<String> encoded(Batch batch) throws InterruptedException {
    return new String(batch.encoded(lines).toByteArray(), StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  void takesThePiecesOfWhatItDerivesFrom() throws Exception {
    Batch batch = TestData.spans(6);
    batch.encoded(lines);

    assertThat(encoded(batch.retain(bits(1, 4)))).containsExactly("span 1#1", "span 4#1");
    assertThat(encoded(batch.retain(bits(1, 3, 4)).retain(bits(0, 2))))
        .containsExactly("span 1#1", "span 4#1");
    assertThat(encoded(batch.split(4).get(1))).containsExactly("span 4#1", "span 5#1");
    assertThat(encoded(batch.retain(new BitSet()))).isEmpty();

    assertThat(runs).hasValue(1);
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
    assertThat(batch.encoded(lines).item(4))
        .as("read-only, and at a position of its own")
        .isNotSameAs(batch.retain(bits(4)).encoded(lines).item(0));
  }

  @Test
  void takesThePiecesOfDataPointsByTheirIndex() throws Exception {
    Resource a = TestData.resource("a");
    Resource b = TestData.resource("b");
    Batch batch =
        Batch.metrics(
            List.of(
                TestData.metric(MetricDataType.LONG_GAUGE, a, 0, 2),
                TestData.metric(MetricDataType.LONG_SUM, b, 2, 3),
                TestData.metric(MetricDataType.DOUBLE_GAUGE, a, 5, 2)));
    List<String> all = encoded(batch);

    List<Batch> groups = batch.byResource();
    assertThat(encoded(groups.get(0)))
        .containsExactly(all.get(0), all.get(1), all.get(5), all.get(6));
    assertThat(encoded(groups.get(1))).containsExactly(all.get(2), all.get(3), all.get(4));
    assertThat(encoded(batch.retain(bits(1, 3)))).containsExactly(all.get(1), all.get(3));
    assertThat(encoded(groups.get(0).split(3).get(1))).containsExactly(all.get(6));
    assertThat(runs).hasValue(1);
  }

  @Test
  void encodesItselfWhereNothingIsThereToTake() throws Exception {
    Batch batch = TestData.spans(3);
    Batch part = batch.retain(bits(1));

    assertThat(encoded(part)).containsExactly("span 1#1");
    assertThat(encoded(batch)).containsExactly("span 0#2", "span 1#2", "span 2#2");
    assertThat(encoded(part)).as("what it has made it keeps").containsExactly("span 1#1");
  }

  @Test
  void encodesAgainWhatHasNoPieces() throws Exception {
    Encoding framed = TestEncoding.ofBytes("framed", 10);
    Batch batch = TestData.spans(1).plus(TestData.spans(2));
    batch.encoded(framed);
    batch.retain(bits(0)).encoded(framed);
    assertThat(batch.encodingStats().encodings()).isEqualTo(2);
  }

  @Test
  void takesThePiecesOfAllParts() throws Exception {
    Batch batch = TestData.spans(6);
    List<Batch> halves = batch.split(3);
    encoded(halves.get(0));
    encoded(halves.get(1));
    Batch left = halves.get(0).retain(bits(2)).plus(halves.get(1).retain(bits(0)));

    assertThat(encoded(left)).containsExactly("span 2#1", "span 3#2");
    assertThat(encoded(left.plus(left.retain(bits(1)))))
        .containsExactly("span 2#1", "span 3#2", "span 3#2");
    assertThat(runs).hasValue(2);
  }

  @Test
  void encodesOnlyThePartsThatLack() throws Exception {
    Batch batch = TestData.spans(6);
    List<Batch> thirds = batch.split(2);
    encoded(thirds.get(0));
    Batch left = thirds.get(0).retain(bits(1)).plus(thirds.get(1)).plus(thirds.get(2));

    // Of a sum that nobody has encoded as a whole, as an exporter does that splits it first.
    assertThat(encoded(left.split(2).get(0))).containsExactly("span 1#1", "span 2#2");
    assertThat(encoded(left))
        .containsExactly("span 1#1", "span 2#2", "span 3#2", "span 4#3", "span 5#3");
    assertThat(runs).hasValue(3);
  }

  @Test
  void takesThePiecesOfASumThatWasEncodedAsAWhole() throws Exception {
    Batch batch = TestData.spans(3);
    List<Batch> single = batch.split(1);
    Batch sum = single.get(0).plus(single.get(1));
    encoded(sum);
    assertThat(encoded(sum.plus(single.get(2))))
        .containsExactly("span 0#1", "span 1#1", "span 2#2");
    assertThat(runs).hasValue(2);
  }

  @Test
  void sumsManyPartsWithoutANest() throws Exception {
    Batch batch = TestData.spans(5_000);
    List<Batch> single = batch.split(1);
    encoded(single.get(0));
    Batch sum = single.get(0);
    for (Batch one : single.subList(1, single.size())) {
      sum = sum.plus(one);
    }
    assertThat(encoded(sum)).hasSize(5_000).endsWith("span 4999#5000");
  }

  @Test
  void countsTheBytesOfSharedPiecesOnce() throws Exception {
    Batch batch = TestData.spans(4);
    long bytes = batch.encoded(lines).size();
    Batch part = batch.retain(bits(0, 1));
    assertThat(part.encoded(lines).size()).isEqualTo(bytes / 2);
    assertThat(part.retainedBytes()).isZero();
    assertThat(batch.retainedBytes()).isEqualTo(bytes);

    long zipped = part.encoded(lines, Gzip.fast()).size();
    assertThat(part.retainedBytes()).isEqualTo(zipped);
  }

  @Test
  void refusesAnotherNumberOfPiecesThanItems() {
    Batch batch = TestData.spans(2);
    Encoding odd = new TestEncoding("odd", b -> Payload.ofItems(List.of(ByteBuffer.allocate(1))));
    assertThatExceptionOfType(EncodingException.class)
        .isThrownBy(() -> batch.encoded(odd))
        .withMessage("odd returned 1 pieces for 2 items: Payload.ofItems wants one for each");
  }
}
