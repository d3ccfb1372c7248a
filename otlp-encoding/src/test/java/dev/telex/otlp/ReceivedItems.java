/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.common.v1.AnyValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backend has, item by item, however it groups and writes it: for the tests of other
 * modules. Each item is the text of its message of {@code opentelemetry-proto}, together with those
 * of its resource and scope.
 *
 * <p>Three things are the same here that are not the same bytes: an id of zeros and none, which are
 * both invalid; a body without a value and none, between which a Collector does not tell; and -0
 * and 0, because protobuf's parser of JSON knows no -0.
 *
 * @param counts how often each is there
 */
public record ReceivedItems(Map<String, Integer> counts) {

  /** The items of a batch. */
  public static ReceivedItems of(Batch batch) throws IOException, InterruptedException {
    byte[] protobuf = batch.encoded(OtlpEncoding.PROTOBUF).toByteArray();
    return of(Decoded.request(batch, protobuf));
  }

  /**
   * The items of OTLP JSON that somebody else wrote. It is read by protobuf's own parser, which
   * allows all that a sender may write.
   */
  public static ReceivedItems ofJson(Signal signal, String json) throws IOException {
    Message.Builder request =
        switch (signal) {
          case TRACES -> ExportTraceServiceRequest.newBuilder();
          case METRICS -> ExportMetricsServiceRequest.newBuilder();
          case LOGS -> ExportLogsServiceRequest.newBuilder();
        };
    Message read = ProtobufJson.parse(json.getBytes(StandardCharsets.UTF_8), request);
    return of(Normalized.of(read));
  }

  private static Message plain(Message message) {
    Message.Builder plain = message.toBuilder();
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              plain.clearField(field);
              if (value instanceof List<?> list) {
                list.forEach(element -> plain.addRepeatedField(field, plainValue(element)));
              } else if (field.hasPresence() ? !isNothing(field, value) : !isDefault(value)) {
                plain.setField(field, plainValue(value));
              }
            });
    return plain.build();
  }

  private static Object plainValue(Object value) {
    if (value instanceof Message nested) {
      return plain(nested);
    }
    // Adding 0 turns -0 into 0, and nothing else into anything else.
    return value instanceof Double number ? (Object) (number + 0.0) : value;
  }

  private static boolean isNothing(FieldDescriptor field, Object value) {
    return field.getFullName().equals("opentelemetry.proto.logs.v1.LogRecord.body")
        && value.equals(AnyValue.getDefaultInstance());
  }

  private static boolean isDefault(Object value) {
    return value instanceof Double number
        ? number == 0
        : value instanceof ByteString id && id.equals(ByteString.copyFrom(new byte[id.size()]));
  }

  private static ReceivedItems of(Message request) {
    Map<String, Integer> counts = new TreeMap<>();
    Decoded.items(request)
        .forEach(
            (home, items) -> {
              String where =
                  plain(home.resource())
                      + home.resourceSchema()
                      + "\n"
                      + plain(home.scope())
                      + home.scopeSchema()
                      + "\n";
              items.forEach(
                  (item, count) -> counts.merge(where + plain(item), count, Integer::sum));
            });
    return new ReceivedItems(counts);
  }

  /**
   * Asserts that these are the same items, each as often.
   *
   * @throws AssertionError with the first one that is not there as often, and the first one that is
   *     too much
   */
  public void assertSame(ReceivedItems sent) {
    List<String> missing = sent.without(this);
    List<String> foreign = this.without(sent);
    assertThat(missing.size() + foreign.size())
        .as(
            "%d items are missing, first: %s%n%d are foreign, first: %s",
            missing.size(), first(missing), foreign.size(), first(foreign))
        .isZero();
  }

  private List<String> without(ReceivedItems other) {
    return counts.entrySet().stream()
        .filter(item -> !item.getValue().equals(other.counts.get(item.getKey())))
        .map(Map.Entry::getKey)
        .toList();
  }

  private static String first(List<String> items) {
    return items.isEmpty() ? "none" : items.get(0);
  }
}
