/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.data.PointData;
import io.opentelemetry.sdk.trace.data.SpanData;

/** How an item reads: in one line, or in several with all that it holds. */
enum Layout {
  LINE {
    @Override
    void span(TextWriter to, SpanData span) {
      LineLayout.span(to, span);
    }

    @Override
    void point(TextWriter to, MetricData metric, PointData point) {
      LineLayout.point(to, metric, point);
    }

    @Override
    void log(TextWriter to, LogRecordData log) {
      LineLayout.log(to, log);
    }
  },
  PRETTY {
    @Override
    void span(TextWriter to, SpanData span) {
      PrettyLayout.span(to, span);
    }

    @Override
    void point(TextWriter to, MetricData metric, PointData point) {
      PrettyLayout.point(to, metric, point);
    }

    @Override
    void log(TextWriter to, LogRecordData log) {
      PrettyLayout.log(to, log);
    }
  };

  abstract void span(TextWriter to, SpanData span);

  abstract void point(TextWriter to, MetricData metric, PointData point);

  abstract void log(TextWriter to, LogRecordData log);
}
