/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The examples of the repository of the protocol. They are parsed twice: by the decoder, and by
 * protobuf's own parser of JSON, to which the ids are given in the Base64 that it wants.
 */
class PublishedExamplesTest {

  /** Messages that we write also when they are empty, which an example may leave out. */
  private static final List<String> OURS_ALWAYS = List.of("status", "positive", "negative");

  @ParameterizedTest
  @CsvSource({"trace, TRACES, 1", "metrics, METRICS, 4", "logs, LOGS, 1", "events, LOGS, 1"})
  void survivesInBothEncodings(String name, Signal signal, int items) throws Exception {
    byte[] example = example(name);
    Message published = Normalized.of(withoutEmpty(ProtobufJson.parse(example, request(signal))));
    assertThat(published.getSerializedSize()).isPositive();

    Batch batch = OtlpJsonDecoder.decode(example);

    assertThat(batch.signal()).isEqualTo(signal);
    assertThat(batch.itemCount()).isEqualTo(items);
    byte[] protobuf = OtlpEncoding.PROTOBUF.encode(batch).toByteArray();
    Message ofProtobuf = Decoded.request(batch, protobuf);
    byte[] json = OtlpEncoding.JSON.encode(batch).toByteArray();
    Message ofJson = Normalized.of(ProtobufJson.parse(json, request(signal)));
    assertThat(ofJson).isEqualTo(ofProtobuf);
    assertThat(withoutEmpty(ofProtobuf)).isEqualTo(published);
    assertThat(withoutEmpty(ofJson)).isEqualTo(published);
  }

  private static byte[] example(String name) throws Exception {
    String resource = "/opentelemetry-proto/examples/" + name + ".json";
    try (InputStream in = PublishedExamplesTest.class.getResourceAsStream(resource)) {
      return Objects.requireNonNull(in, resource).readAllBytes();
    }
  }

  private static Message.Builder request(Signal signal) {
    return switch (signal) {
      case TRACES -> ExportTraceServiceRequest.newBuilder();
      case METRICS -> ExportMetricsServiceRequest.newBuilder();
      case LOGS -> ExportLogsServiceRequest.newBuilder();
    };
  }

  private static Message withoutEmpty(Message message) {
    Message.Builder builder = message.toBuilder();
    for (Map.Entry<FieldDescriptor, Object> field : message.getAllFields().entrySet()) {
      if (field.getValue() instanceof Message nested) {
        if (OURS_ALWAYS.contains(field.getKey().getName()) && nested.getSerializedSize() == 0) {
          builder.clearField(field.getKey());
        } else {
          builder.setField(field.getKey(), withoutEmpty(nested));
        }
      } else if (field.getValue() instanceof List<?> list && list.get(0) instanceof Message) {
        for (int i = 0; i < list.size(); i++) {
          builder.setRepeatedField(field.getKey(), i, withoutEmpty((Message) list.get(i)));
        }
      }
    }
    return builder.build();
  }
}
