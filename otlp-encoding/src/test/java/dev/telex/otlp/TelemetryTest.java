/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** That the generators reach every field: a comparison over them could overlook one otherwise. */
class TelemetryTest {

  private static final int SEEDS = 50;
  private static final int ITEMS = 20;

  /** What the SDK cannot produce, or gives no public access to. */
  private static final Set<String> NEVER_SET =
      Set.of(
          "common.v1.AnyValue.string_value_strindex",
          "common.v1.EntityRef.description_keys",
          "common.v1.EntityRef.id_keys",
          "common.v1.EntityRef.schema_url",
          "common.v1.EntityRef.type",
          "common.v1.InstrumentationScope.dropped_attributes_count",
          "common.v1.KeyValue.key_strindex",
          "metrics.v1.ExponentialHistogramDataPoint.flags",
          "metrics.v1.ExponentialHistogramDataPoint.zero_threshold",
          "metrics.v1.HistogramDataPoint.flags",
          "metrics.v1.Metric.metadata",
          "metrics.v1.NumberDataPoint.flags",
          "metrics.v1.SummaryDataPoint.flags",
          "resource.v1.Resource.dropped_attributes_count",
          "resource.v1.Resource.entity_refs");

  @Test
  void reachesEveryFieldOfTheProtocol() throws Exception {
    Set<String> known = new TreeSet<>();
    Set<String> set = new TreeSet<>();
    for (long seed = 0; seed < SEEDS; seed++) {
      for (Batch batch :
          List.of(
              Batch.traces(Telemetry.spans(seed, ITEMS)),
              Batch.metrics(Telemetry.metrics(seed, ITEMS)),
              Batch.logs(Telemetry.logs(seed, ITEMS)))) {
        Message request = Decoded.ours(batch);
        collectKnown(request.getDescriptorForType(), known);
        collectSet(request, set);
      }
    }
    Set<String> wanted = new TreeSet<>(known);
    wanted.removeAll(NEVER_SET);
    assertThat(known).containsAll(NEVER_SET);
    assertThat(set).containsExactlyInAnyOrderElementsOf(wanted);
  }

  @Test
  void givesTheSameItemsForTheSameSeed() {
    assertThat(Telemetry.spans(7, 20)).isEqualTo(Telemetry.spans(7, 20));
    assertThat(Telemetry.logs(7, 20)).isEqualTo(Telemetry.logs(7, 20));
    assertThat(Telemetry.spans(7, 20).subList(0, 5)).isEqualTo(Telemetry.spans(7, 5));
    assertThat(Telemetry.spans(7, 20)).isNotEqualTo(Telemetry.spans(8, 20));
  }

  private static void collectKnown(Descriptor type, Set<String> names) {
    for (FieldDescriptor field : type.getFields()) {
      if (names.add(name(field)) && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        collectKnown(field.getMessageType(), names);
      }
    }
  }

  private static void collectSet(Message message, Set<String> names) {
    message
        .getAllFields()
        .forEach(
            (field, value) -> {
              names.add(name(field));
              if (value instanceof List<?> values) {
                values.forEach(
                    one -> {
                      if (one instanceof Message nested) {
                        collectSet(nested, names);
                      }
                    });
              } else if (value instanceof Message nested) {
                collectSet(nested, names);
              }
            });
  }

  private static String name(FieldDescriptor field) {
    return field.getFullName().replace("opentelemetry.proto.", "");
  }
}
