/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Requests as {@code opentelemetry-proto} reads them. */
final class Decoded {

  private Decoded() {}

  /** Where an item belongs. */
  record Home(Message resource, String resourceSchema, Message scope, String scopeSchema) {}

  /** The request of a batch's signal, with the attributes in one order. */
  static Message request(Batch batch, byte[] bytes) throws InvalidProtocolBufferException {
    return Normalized.of(
        switch (batch.signal()) {
          case TRACES -> ExportTraceServiceRequest.parseFrom(bytes);
          case METRICS -> ExportMetricsServiceRequest.parseFrom(bytes);
          case LOGS -> ExportLogsServiceRequest.parseFrom(bytes);
        });
  }

  static ExportTraceServiceRequest traces(SpanData... spans) throws InvalidProtocolBufferException {
    return (ExportTraceServiceRequest) ours(Batch.traces(List.of(spans)));
  }

  static ExportMetricsServiceRequest metrics(MetricData... metrics)
      throws InvalidProtocolBufferException {
    return (ExportMetricsServiceRequest) ours(Batch.metrics(List.of(metrics)));
  }

  static ExportLogsServiceRequest logs(LogRecordData... logs)
      throws InvalidProtocolBufferException {
    return (ExportLogsServiceRequest) ours(Batch.logs(List.of(logs)));
  }

  /** What we write. */
  static Message ours(Batch batch) throws InvalidProtocolBufferException {
    return request(batch, OtlpEncoding.PROTOBUF.encode(batch).toByteArray());
  }

  /** How often each item is there for each resource and scope, however they are grouped. */
  static Map<Home, Map<Message, Integer>> items(Message request) {
    Map<Home, Map<Message, Integer>> items = new HashMap<>();
    for (Message byResource : messages(request, 1)) {
      for (Message byScope : messages(byResource, 2)) {
        Home home =
            new Home(
                message(byResource), schemaUrl(byResource), message(byScope), schemaUrl(byScope));
        for (Message item : messages(byScope, 2)) {
          items.computeIfAbsent(home, h -> new HashMap<>()).merge(item, 1, Integer::sum);
        }
      }
    }
    return items;
  }

  /** The messages of a repeated field; all three signals have the same numbers here. */
  static List<Message> messages(Message envelope, int field) {
    List<Message> messages = new ArrayList<>();
    for (Object message :
        (List<?>) envelope.getField(envelope.getDescriptorForType().findFieldByNumber(field))) {
      messages.add((Message) message);
    }
    return messages;
  }

  /** The resource or the scope. */
  static Message message(Message envelope) {
    return (Message) envelope.getField(envelope.getDescriptorForType().findFieldByNumber(1));
  }

  private static String schemaUrl(Message envelope) {
    return (String) envelope.getField(envelope.getDescriptorForType().findFieldByNumber(3));
  }
}
