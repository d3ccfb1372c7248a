/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BatchTest {

  @Test
  void keepsACopyOfWhatItIsGiven() {
    List<SpanData> given = new ArrayList<>(List.of(TestData.span(0), TestData.span(1)));

    Batch batch = Batch.traces(given);
    given.clear();

    assertThat(batch.itemCount()).isEqualTo(2);
    assertThat(batch.spans()).containsExactly(TestData.span(0), TestData.span(1));
    assertThatThrownBy(() -> batch.spans().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void refusesNullItems() {
    assertThatThrownBy(() -> Batch.traces(Arrays.asList(TestData.span(0), null)))
        .isInstanceOf(NullPointerException.class);
  }

  @Test
  void givesOnlyTheItemsOfItsSignal() {
    Batch traces = TestData.spans(1);
    Batch metrics = Batch.metrics(List.of());
    Batch logs = TestData.logs(1);

    assertThat(traces.signal()).isEqualTo(Signal.TRACES);
    assertThat(metrics.signal()).isEqualTo(Signal.METRICS);
    assertThat(logs.signal()).isEqualTo(Signal.LOGS);
    assertThat(logs.logs()).hasSize(1);
    assertThatIllegalStateException()
        .isThrownBy(traces::metrics)
        .withMessage("this batch holds traces, not metrics");
    assertThatIllegalStateException().isThrownBy(traces::logs);
    assertThatIllegalStateException().isThrownBy(metrics::spans);
    assertThatIllegalStateException().isThrownBy(metrics::logs);
    assertThatIllegalStateException().isThrownBy(logs::spans);
    assertThatIllegalStateException().isThrownBy(logs::metrics);
  }

  @Test
  void countsTheDataPointsOfMetrics() {
    List<MetricData> metrics = new ArrayList<>();
    for (MetricDataType type : MetricDataType.values()) {
      metrics.add(TestData.metric(type, Resource.empty(), 0, metrics.size()));
    }

    assertThat(Batch.metrics(metrics).itemCount()).isEqualTo(0 + 1 + 2 + 3 + 4 + 5 + 6);
    assertThat(Batch.metrics(List.of()).itemCount()).isZero();
  }

  @Test
  void showsItsSizeAndSignal() {
    assertThat(TestData.spans(3)).hasToString("Batch[3 traces]");
  }

  @Test
  void encodesOnceForEqualEncodings() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    TestEncoding.Body body =
        batch -> {
          runs.incrementAndGet();
          return Payload.of(new byte[batch.itemCount()]);
        };
    Batch batch = TestData.spans(5);

    Payload first = batch.encoded(new TestEncoding("a", body));
    Payload second = batch.encoded(new TestEncoding("a", body));
    Payload other = batch.encoded(new TestEncoding("b", body));

    assertThat(first).isSameAs(second).isNotSameAs(other);
    assertThat(first.size()).isEqualTo(5);
    assertThat(runs).hasValue(2);
  }

  @Test
  void encodesAnEmptyBatchToo() throws Exception {
    Payload payload = Batch.logs(List.of()).encoded(TestEncoding.ofBytes("a", 0));

    assertThat(payload.size()).isZero();
  }

  @Test
  void refusesAnEncodingOfOtherSignalsWithoutARun() {
    Batch batch = TestData.spans(1);
    Encoding logsOnly =
        new TestEncoding(
            "lines",
            EnumSet.of(Signal.LOGS),
            b -> {
              throw new AssertionError("must not run");
            });

    assertThatThrownBy(() -> batch.encoded(logsOnly))
        .isInstanceOf(EncodingException.class)
        .hasMessage("lines carries [LOGS], not TRACES");
    assertThat(batch.encodingStats().encodings()).isZero();
  }

  @Test
  void saysWhichEncodingReturnedNothing() {
    @SuppressWarnings("NullAway") // What somebody else's encoding may do.
    Encoding broken = new TestEncoding("broken", batch -> null);

    assertThatThrownBy(() -> TestData.spans(1).encoded(broken))
        .isInstanceOf(EncodingException.class)
        .hasMessage("broken returned no payload");
  }

  @Test
  void compressesOnceWhatItEncodesOnce() throws Exception {
    Batch batch = TestData.spans(1);
    Encoding encoding = TestEncoding.ofBytes("zeros", 10_000);

    Payload level1 = batch.encoded(encoding, Gzip.fast());
    Payload again = batch.encoded(TestEncoding.ofBytes("zeros", 10_000), new Gzip(1));
    Payload level6 = batch.encoded(encoding, Gzip.standard());

    assertThat(again).isSameAs(level1);
    assertThat(level6).isNotSameAs(level1);
    assertThat(batch.encoded(encoding).size()).isEqualTo(10_000);
    assertThat(batch.encodingStats())
        .isEqualTo(new EncodingStats(1, 10_000, 2, level1.size() + level6.size()));
  }

  @Test
  void remembersAFailedEncodingForItsCompressionsToo() {
    AtomicInteger runs = new AtomicInteger();
    Encoding failing =
        new TestEncoding(
            "bad",
            batch -> {
              runs.incrementAndGet();
              throw new IllegalArgumentException("cannot");
            });
    Batch batch = TestData.spans(1);

    assertThatThrownBy(() -> batch.encoded(failing, Gzip.fast()))
        .isInstanceOf(EncodingException.class)
        .hasMessageContaining("bad")
        .hasMessageContaining("cannot")
        .hasRootCauseInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> batch.encoded(failing, Gzip.standard()))
        .isInstanceOf(EncodingException.class);
    assertThatThrownBy(() -> batch.encoded(failing)).isInstanceOf(EncodingException.class);
    assertThat(runs).hasValue(1);
    assertThat(batch.encodingStats()).isEqualTo(new EncodingStats(1, 0, 0, 0));
  }

  @Test
  void remembersAFailedCompression() throws Exception {
    AtomicInteger runs = new AtomicInteger();
    Compression failing =
        new Compression() {
          @Override
          public String contentEncoding() {
            return "x-failing";
          }

          @Override
          public OutputStream open(OutputStream out) throws IOException {
            runs.incrementAndGet();
            throw new IOException("no memory for a window");
          }

          @Override
          public String toString() {
            return "failing";
          }
        };
    Batch batch = TestData.spans(1);
    Encoding encoding = TestEncoding.ofBytes("zeros", 7);

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(() -> batch.encoded(encoding, failing))
          .isInstanceOf(EncodingException.class)
          .hasMessage("cannot make zeros+failing: java.io.IOException: no memory for a window");
    }

    assertThat(runs).hasValue(1);
    assertThat(batch.encoded(encoding).size()).isEqualTo(7);
    assertThat(batch.encodingStats()).isEqualTo(new EncodingStats(1, 7, 1, 0));
  }

  @Test
  void knowsTheBytesThatItAndItsPartsHold() throws Exception {
    Batch batch = TestData.spans(4);
    Encoding encoding = TestEncoding.ofBytes("zeros", 1000);
    assertThat(batch.retainedBytes()).isZero();

    batch.encoded(encoding);
    assertThat(batch.retainedBytes()).isEqualTo(1000);

    long compressed = batch.encoded(encoding, Gzip.fast()).size();
    assertThat(batch.retainedBytes()).isEqualTo(1000 + compressed);

    Batch half = batch.split(2).get(1);
    half.encoded(encoding);
    half.split(1).get(0).encoded(encoding);
    assertThat(half.retainedBytes()).isEqualTo(2000);
    assertThat(batch.retainedBytes()).isEqualTo(3000 + compressed);
  }
}
