/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.metrics.data.MetricData;
import java.util.Set;

/**
 * The values of a batch of metrics as length-delimited {@code Event} messages, in the order of the
 * points; see {@link TcpFormat#METRICS}. Metadata is not among them, because whether a client needs
 * it depends on the client.
 *
 * @param resourceLabels the attributes of the resource that become labels
 */
record EventEncoding(Set<String> resourceLabels) implements Encoding {

  private static final int EXPECTED_BYTES = 320;
  private static final int MOST_EXPECTED_BYTES = 4 << 20;

  EventEncoding {
    resourceLabels = Set.copyOf(resourceLabels);
  }

  @Override
  public String contentType() {
    return "application/x-protobuf; messageType=\"event.proto.Event\"; delimited=true";
  }

  @Override
  public Set<Signal> signals() {
    return TcpFormat.METRICS.signals();
  }

  @Override
  public Payload encode(Batch batch) {
    long expected = 0;
    for (MetricData metric : batch.metrics()) {
      expected += EXPECTED_BYTES * messages(metric);
    }
    expected = Math.min(MOST_EXPECTED_BYTES, expected);
    EventWriter writer = new EventWriter(resourceLabels, (int) expected);
    writer.values(batch.metrics());
    return Payload.of(writer.take());
  }

  /** About how many; to guess too few only costs a copy. */
  private static long messages(MetricData metric) {
    long points = metric.getData().getPoints().size();
    return switch (metric.getType()) {
      case HISTOGRAM, EXPONENTIAL_HISTOGRAM, SUMMARY -> 4 * points;
      case LONG_SUM, DOUBLE_SUM, LONG_GAUGE, DOUBLE_GAUGE -> points;
    };
  }
}
