/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Points of the same tags and time would be one: the second goes a nanosecond later. */
class FreeTimesTest {

  @Test
  void aTimeIsGivenOnceForTheSameTags() {
    FreeTimes times = new FreeTimes();
    assertThat(times.next(1, 100)).isEqualTo(100);
    assertThat(times.next(1, 100)).isEqualTo(101);
    assertThat(times.next(2, 100)).as("of other tags").isEqualTo(100);
    assertThat(times.next(1, 101)).as("taken by the second").isEqualTo(102);
    assertThat(times.next(1, 99)).isEqualTo(99);
    assertThat(times.next(0, 0)).isZero();
    assertThat(times.next(0, 0)).isEqualTo(1);
  }

  @Test
  void manyTimesStayApart() {
    FreeTimes times = new FreeTimes();
    SplittableRandom random = new SplittableRandom(7);
    Set<List<Long>> given = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      long tags = random.nextLong(5);
      long time = 1_000_000 + random.nextLong(2_000);
      long free = times.next(tags, time);
      assertThat(free).isBetween(time, time + 10_000);
      assertThat(given.add(List.of(tags, free))).isTrue();
    }
  }

  @Test
  void noLogRecordReplacesAnother() {
    List<LogRecordData> logs = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      logs.add(TestItems.log("body " + i).build());
    }
    assertThat(InfluxFixture.points(Batch.logs(logs)).stream().map(Point::time))
        .containsExactlyElementsOf(
            LongStream.range(TestItems.TIME, TestItems.TIME + 200).boxed().toList());
  }

  @Test
  void noEventAndNoLinkOfASpanReplacesAnother() {
    EventData event = EventData.create(5, "event", Attributes.empty());
    LinkData link = LinkData.create(TestItems.context(TestItems.TRACE, "00000000000000aa"));
    LinkData other = LinkData.create(TestItems.context(TestItems.TRACE, "00000000000000bb"));
    List<Point> points =
        InfluxFixture.points(
            Batch.traces(
                List.of(
                    TestItems.span("s")
                        .setEvents(List.of(event, event))
                        .setLinks(List.of(link, other, link))
                        .build())));
    long start = points.get(0).time();
    assertThat(points)
        .extracting(Point::time)
        .containsExactly(start, start, start, start + 1, 5L, 6L);
  }
}
