/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;

/** Spans, each followed by its events, which are documents of logs. */
final class SpanDocuments {

  private final Router traces;
  private final Router logs;
  private final DocumentWriter writer;
  private final ActionLines actions = new ActionLines();

  SpanDocuments(ElasticsearchEncoding encoding) {
    this.traces = new Router(DataStream.TRACES, encoding);
    this.logs = new Router(DataStream.LOGS, encoding);
    this.writer = DocumentWriter.of(encoding);
  }

  /** How many documents the piece of a span has. */
  static int count(SpanData span) {
    return 1 + span.getEvents().size();
  }

  Payload encode(List<SpanData> spans) {
    JsonOutput out = new JsonOutput();
    Pieces pieces = new Pieces(spans.size());
    for (int i = 0; i < spans.size(); i++) {
      write(spans.get(i), i, out);
      pieces.end(out);
    }
    return pieces.payload(out);
  }

  private void write(SpanData span, int item, JsonOutput out) {
    Attributes scope = span.getInstrumentationScopeInfo().getAttributes();
    Attributes resource = span.getResource().getAttributes();
    DataStream stream = traces.route(span.getAttributes(), scope, resource);
    actions.write(stream, item, out);
    writer.span(span, stream, out);
    out.raw('\n');
    List<EventData> events = span.getEvents();
    for (int i = 0; i < events.size(); i++) {
      EventData event = events.get(i);
      DataStream log = logs.route(event.getAttributes(), scope, resource);
      actions.write(log, item, i, out);
      writer.event(span, event, log, out);
      out.raw('\n');
    }
  }
}
