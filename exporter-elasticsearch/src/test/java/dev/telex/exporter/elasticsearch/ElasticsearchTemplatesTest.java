/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bodies of index templates; a real Elasticsearch takes them in the integration tests. */
class ElasticsearchTemplatesTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static JsonNode body(
      ElasticsearchTemplates templates, ElasticsearchEncoding encoding, String name)
      throws Exception {
    Map<String, String> bodies = templates.bodies(encoding);
    assertThat(bodies).hasSize(3).containsKey(name);
    return JSON.reader()
        .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .readTree(bodies.get(name));
  }

  @Test
  void theModeOtelHasOneForEachSignal() throws Exception {
    ElasticsearchEncoding encoding = ElasticsearchEncoding.otel();
    ElasticsearchTemplates templates = ElasticsearchTemplates.standard();

    assertThat(templates.bodies(encoding).keySet())
        .containsExactly("telex-otel-traces", "telex-otel-logs", "telex-otel-metrics");
    JsonNode traces = body(templates, encoding, "telex-otel-traces");
    assertThat(traces.path("index_patterns").path(0).asText()).isEqualTo("traces-*.otel-*");
    assertThat(traces.path("data_stream").isObject()).isTrue();
    assertThat(traces.path("priority").asInt()).isEqualTo(200);
    assertThat(traces.at("/template/settings/index/number_of_replicas").asInt()).isEqualTo(1);
    assertThat(traces.at("/template/settings/index").has("mode")).isFalse();
    assertThat(traces.at("/template/mappings/properties/@timestamp/type").asText())
        .isEqualTo("date_nanos");
    JsonNode metrics = body(templates, encoding, "telex-otel-metrics");
    assertThat(metrics.at("/template/settings/index/mode").asText()).isEqualTo("time_series");
    assertThat(metrics.at("/template/mappings/dynamic_templates").findValuesAsText("type"))
        .contains("histogram", "aggregate_metric_double");
  }

  @Test
  void theModeEcsHasThemForItsDataset() throws Exception {
    ElasticsearchEncoding encoding =
        new ElasticsearchEncoding(ElasticsearchMode.ECS, "My App\"}", "default", false);
    JsonNode logs = body(ElasticsearchTemplates.standard(), encoding, "telex-ecs-my_app_}-logs");

    assertThat(logs.path("index_patterns").path(0).asText()).isEqualTo("logs-my_app_}-*");
    assertThat(logs.path("priority").asInt()).isEqualTo(201);
  }

  @Test
  void theyCanBeChanged() throws Exception {
    ElasticsearchTemplates templates =
        ElasticsearchTemplates.standard().priority(7).replicas(0).withoutHistogramFields();
    ElasticsearchEncoding plain =
        new ElasticsearchEncoding(ElasticsearchMode.OTEL, "generic", "default", false);
    JsonNode metrics = body(templates, plain, "telex-otel-metrics");

    assertThat(metrics.path("priority").asInt()).isEqualTo(7);
    assertThat(metrics.at("/template/settings/index/number_of_replicas").asInt(-1)).isZero();
    assertThat(metrics.at("/template/settings/index").has("mode")).isFalse();
    assertThat(metrics.toString())
        .doesNotContain("time_series")
        .doesNotContain("\"type\":\"histogram\"");
    assertThat(templates)
        .hasToString("ElasticsearchTemplates[priority=7, replicas=0, without histogram fields]");
    assertThat(ElasticsearchTemplates.standard())
        .hasToString("ElasticsearchTemplates[priority=200, replicas=1]");
  }
}
