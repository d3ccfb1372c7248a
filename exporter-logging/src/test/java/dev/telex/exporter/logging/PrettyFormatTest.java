/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.PARENT_ID;
import static dev.telex.exporter.logging.Samples.SPAN_ID;
import static dev.telex.exporter.logging.Samples.TIME;
import static dev.telex.exporter.logging.Samples.TRACE_ID;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.DoubleExemplarData;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import io.opentelemetry.sdk.metrics.data.SumData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PrettyFormatTest {

  @Test
  void span() {
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span()
                    .setName("GET /users")
                    .setSpanContext(
                        SpanContext.create(
                            TRACE_ID,
                            SPAN_ID,
                            TraceFlags.getSampled(),
                            TraceState.builder().put("k", "v w").build()))
                    .setParentSpanContext(
                        SpanContext.createFromRemoteParent(
                            TRACE_ID, PARENT_ID, TraceFlags.getSampled(), TraceState.getDefault()))
                    .setStatus(StatusData.create(StatusCode.ERROR, "no luck"))
                    .setAttributes(Attributes.of(AttributeKey.stringKey("http.route"), "/users"))
                    .setTotalAttributeCount(3)
                    .setEvents(
                        List.of(
                            EventData.create(
                                TIME + 1_500_000,
                                "exception",
                                Attributes.of(
                                    AttributeKey.stringKey("exception.stacktrace"),
                                    "java.io.IOException: x\n\tat a.B.c(B.java:1)\u001b[31m\n"))))
                    .setTotalRecordedEvents(1)
                    .setLinks(
                        List.of(
                            LinkData.create(
                                Samples.context(PARENT_ID),
                                Attributes.of(AttributeKey.longKey("n"), 1L))))
                    .setTotalRecordedLinks(2)
                    .build()));

    assertThat(text(batch))
        .isEqualTo(
            """
            SPAN "GET /users"
              status      ERROR "no luck"
              kind        SERVER
              start       2018-12-13T14:51:00.123456789Z
              duration    12.345ms
              trace       5b8efff798038103d269b633813fc60c flags=01 state={k="v w"}
              span        eee19b7ec3c1b174
              parent      eee19b7ec3c1b173 remote
              attributes
                http.route = /users
                (2 dropped by the SDK)
              events
                exception after 1.500ms
                  exception.stacktrace =
                    | java.io.IOException: x
                    | \\tat a.B.c(B.java:1)\\u001b[31m
                    |
              links
                trace=5b8efff798038103d269b633813fc60c span=eee19b7ec3c1b173
                  n = 1
                (1 dropped by the SDK)
              scope       io.http 1.2
              resource
                host.name = "web 1"
                service.name = checkout""");
  }

  @Test
  void metric() {
    Batch batch =
        Samples.metric(
            "queue.size",
            "By",
            MetricDataType.DOUBLE_SUM,
            SumData.createDoubleSumData(
                true,
                AggregationTemporality.DELTA,
                List.of(
                    DoublePointData.create(
                        TIME - 1,
                        TIME,
                        Attributes.of(AttributeKey.stringKey("queue"), "in"),
                        1.5,
                        List.of(
                            DoubleExemplarData.create(
                                Attributes.of(AttributeKey.booleanKey("b"), true),
                                TIME,
                                Samples.context(SPAN_ID),
                                0.5))))));

    assertThat(text(batch))
        .isEqualTo(
            """
            METRIC queue.size
              type        sum/delta/monotonic
              unit        By
              description "what it is"
              start       2018-12-13T14:51:00.123456788Z
              time        2018-12-13T14:51:00.123456789Z
              value       1.5
              attributes
                queue = in
              exemplars
                0.5 at 2018-12-13T14:51:00.123456789Z trace=5b8efff798038103d269b633813fc60c\
             span=eee19b7ec3c1b174 {b=true}
              scope       io.http 1.2
              resource
                host.name = "web 1"
                service.name = checkout""");
  }

  @Test
  void log() {
    Batch batch =
        Batch.logs(
            List.of(
                Samples.log()
                    .setSeverityText("Information")
                    .setEventName("order.placed")
                    .setBodyValue(Value.of("first\nsecond"))
                    .setObservedTimestamp(TIME + 1, TimeUnit.NANOSECONDS)
                    .build()));

    assertThat(text(batch))
        .isEqualTo(
            """
            LOG INFO Information
              event       order.placed
              body
                | first
                | second
              time        2018-12-13T14:51:00.123456789Z
              observed    2018-12-13T14:51:00.123456790Z
              scope       io.http 1.2
              resource
                host.name = "web 1"
                service.name = checkout""");
    assertThat(text(Samples.logs("one line"))).contains("\n  body        \"one line\"\n");
  }

  @Test
  void listsAndTextsAreBounded() {
    AttributesBuilder many = Attributes.builder();
    for (int i = 0; i < 70; i++) {
      many.put("key" + i, i);
    }
    String text =
        text(
            Batch.traces(
                List.of(
                    Samples.span()
                        .setAttributes(many.build())
                        .setTotalAttributeCount(70)
                        .build())));
    assertThat(text.lines().filter(line -> line.startsWith("    key"))).hasSize(64);
    assertThat(text).contains("\n    ... and 6 more\n");

    String body = text(Samples.logs("x\n".repeat(1_000)));
    assertThat(body.lines().filter(line -> line.startsWith("    | "))).hasSize(65);
    assertThat(body).contains("\n    | ...\n");
  }

  private static String text(Batch batch) {
    return UTF_8.decode(new ReadableEncoding(Layout.PRETTY, 2000).encode(batch).item(0)).toString();
  }
}
