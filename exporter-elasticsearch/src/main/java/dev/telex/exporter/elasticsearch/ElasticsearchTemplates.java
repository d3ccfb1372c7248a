/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.ConfigurationException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Index templates for the data streams of traces, logs and metrics, for {@link
 * ElasticsearchExporter#installTemplates}: for versions of Elasticsearch that have none of their
 * own for OpenTelemetry (before 8.16), and for builds without X-Pack. They are named {@code
 * telex-otel-traces} and so on, or {@code telex-ecs-generic-traces} with the dataset. Immutable.
 *
 * <p>In the mode {@link ElasticsearchMode#OTEL} they are for {@code *-*.otel-*}: attributes keep
 * their types and are found with and without their prefix, times have nanoseconds, and metrics are
 * a time series unless the exporter says otherwise. In the mode {@link ElasticsearchMode#ECS} they
 * are for the data streams of the exporter's dataset.
 */
public final class ElasticsearchTemplates {

  private static final int DEFAULT_PRIORITY = 200;

  private final int priority;
  private final int replicas;
  private final boolean histograms;

  private ElasticsearchTemplates(int priority, int replicas, boolean histograms) {
    this.priority = priority;
    this.replicas = replicas;
    this.histograms = histograms;
  }

  /**
   * Priority 200, which is above Elasticsearch's own; one replica; histograms as such. In the mode
   * {@link ElasticsearchMode#ECS} the priority is one more, because Elasticsearch refuses two
   * templates of one priority that some name could fit both.
   */
  public static ElasticsearchTemplates standard() {
    return new ElasticsearchTemplates(DEFAULT_PRIORITY, 1, true);
  }

  /**
   * With another priority: of the templates that fit a data stream Elasticsearch takes the highest.
   *
   * @param value zero or more
   */
  public ElasticsearchTemplates priority(int value) {
    return new ElasticsearchTemplates(notNegative("priority", value), replicas, histograms);
  }

  /**
   * With another number of replicas.
   *
   * @param value zero or more
   */
  public ElasticsearchTemplates replicas(int value) {
    return new ElasticsearchTemplates(priority, notNegative("replicas", value), histograms);
  }

  /**
   * With histograms and summaries kept in the documents only, and not as fields that can be
   * searched: for builds of Elasticsearch without X-Pack, which lack the types {@code histogram}
   * and {@code aggregate_metric_double}.
   */
  public ElasticsearchTemplates withoutHistogramFields() {
    return new ElasticsearchTemplates(priority, replicas, false);
  }

  /** The bodies of the templates, by their names. */
  Map<String, String> bodies(ElasticsearchEncoding encoding) {
    boolean otel = encoding.mode() == ElasticsearchMode.OTEL;
    String name = otel ? "telex-otel-" : "telex-ecs-" + DataStream.dataset(encoding.dataset(), "-");
    String series = otel ? OTEL_TIME_SERIES : ECS_TIME_SERIES;
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put(
        name + DataStream.TRACES,
        template(DataStream.TRACES, encoding, "", otel ? traces() : ecs()));
    bodies.put(
        name + DataStream.LOGS, template(DataStream.LOGS, encoding, "", otel ? logs() : ecs()));
    bodies.put(
        name + DataStream.METRICS,
        template(
            DataStream.METRICS,
            encoding,
            encoding.timeSeries() ? series : "",
            otel ? metrics(encoding.timeSeries()) : ecs()));
    return bodies;
  }

  private static final String OTEL_TIME_SERIES =
      """
      ,"mode":"time_series","routing_path":["_metric_names_hash","unit","scope.name",\
      "attributes.*","resource.attributes.*","scope.attributes.*"]""";

  private static final String ECS_TIME_SERIES =
      """
      ,"mode":"time_series","routing_path":["service.name"]""";

  private String template(
      String type, ElasticsearchEncoding encoding, String settings, String mappings) {
    boolean otel = encoding.mode() == ElasticsearchMode.OTEL;
    String pattern =
        otel ? type + "-*.otel-*" : type + "-" + DataStream.dataset(encoding.dataset(), "") + "-*";
    JsonOutput out = new JsonOutput(4096);
    out.ascii("{\"index_patterns\":[");
    out.quoted(pattern);
    out.ascii("],\"data_stream\":{},\"priority\":" + (otel ? priority : priority + 1L));
    out.ascii(
        ",\"_meta\":{\"description\":\"OpenTelemetry data that Telex exports\"},"
            + "\"template\":{\"settings\":{\"index\":{\"number_of_replicas\":"
            + replicas
            + settings
            + "}},\"mappings\":{"
            + mappings
            + "}}}");
    return new String(out.copyFrom(0), java.nio.charset.StandardCharsets.UTF_8);
  }

  private static String traces() {
    return """
    "dynamic":true,"date_detection":false,"properties":{"@timestamp":%s,"name":%s,"kind":%s,\
    "duration":{"type":"long","meta":{"unit":"nanos"}},"parent_span_id":%s,\
    "trace_state":%s,"dropped_events_count":{"type":"long"},\
    "dropped_links_count":{"type":"long"},\
    "status":{"properties":{"code":%s,"message":%s}},\
    "links":{"properties":{"trace_id":%s,"span_id":%s,"trace_state":%s,\
    "attributes":{"type":"object","subobjects":false}}},%s},%s"""
        .formatted(
            DATE_NANOS,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            KEYWORD,
            common(false),
            STRINGS);
  }

  private static String logs() {
    return """
    "dynamic":true,"date_detection":false,"properties":{"@timestamp":%s,"observed_timestamp":%s,\
    "severity_text":%s,"severity_number":{"type":"byte"},"event_name":%s,\
    "body":{"properties":{"text":{"type":"text"},\
    "structured":{"type":"object","subobjects":false}}},%s},%s"""
        .formatted(DATE_NANOS, DATE_NANOS, KEYWORD, KEYWORD, common(false), STRINGS);
  }

  private String metrics(boolean timeSeries) {
    String dimension =
        timeSeries ? "{\"type\":\"keyword\",\"time_series_dimension\":true}" : KEYWORD;
    return """
    "dynamic":true,"date_detection":false,"properties":{"@timestamp":{"type":"date"},\
    "start_timestamp":{"type":"date"},"unit":%s,"_metric_names_hash":%s,\
    "metrics":{"type":"passthrough","dynamic":true,"priority":1},%s},\
    "dynamic_templates":[%s,%s]"""
        .formatted(
            dimension,
            dimension,
            common(timeSeries),
            metricTemplates(timeSeries),
            // Floating point numbers can be no dimension.
            """
            {"dimension_doubles":{"match_mapping_type":"double","path_match":["attributes.*",\
            "resource.attributes.*","scope.attributes.*"],"mapping":{"type":"keyword"}}},"""
                + ALL_STRINGS);
  }

  private String metricTemplates(boolean timeSeries) {
    String templates =
        Stream.of("counter_long", "gauge_long", "counter_double", "gauge_double")
            .map(
                name -> {
                  String[] parts = name.split("_", -1);
                  return "{\"%s\":{\"mapping\":{\"type\":\"%s\"%s}}}"
                      .formatted(
                          name,
                          parts[1],
                          timeSeries ? ",\"time_series_metric\":\"" + parts[0] + "\"" : "");
                })
            .collect(Collectors.joining(","));
    return templates
        + (histograms
            ? """
            ,{"histogram":{"mapping":{"type":"histogram"%s}}},\
            {"summary":{"mapping":{"type":"aggregate_metric_double",\
            "metrics":["sum","value_count"],"default_metric":"value_count"%s}}}"""
                .formatted("", timeSeries ? ",\"time_series_metric\":\"gauge\"" : "")
            : """
            ,{"histogram":{"mapping":{"type":"object","enabled":false}}},\
            {"summary":{"mapping":{"type":"object","enabled":false}}}""");
  }

  private static String common(boolean dimensions) {
    String also = dimensions ? ",\"time_series_dimension\":true" : "";
    return """
    "data_stream":{"properties":{"type":%1$s,"dataset":%1$s,"namespace":%1$s}},\
    "trace_id":%1$s,"span_id":%1$s,"dropped_attributes_count":{"type":"long"},\
    "attributes":{"type":"passthrough","dynamic":true,"priority":20%2$s},\
    "resource":{"properties":{"schema_url":%1$s,\
    "attributes":{"type":"passthrough","dynamic":true,"priority":10%2$s}}},\
    "scope":{"properties":{"name":%3$s,"version":%1$s,"schema_url":%1$s,\
    "attributes":{"type":"passthrough","dynamic":true,"priority":5%2$s}}}"""
        .formatted(
            KEYWORD,
            also,
            dimensions ? "{\"type\":\"keyword\",\"time_series_dimension\":true}" : KEYWORD);
  }

  private static String ecs() {
    return """
    "dynamic":true,"date_detection":false,"properties":{"@timestamp":%s,\
    "message":{"type":"text"}},%s"""
        .formatted(DATE_NANOS, STRINGS);
  }

  private static final String KEYWORD = "{\"type\":\"keyword\",\"ignore_above\":1024}";
  private static final String DATE_NANOS =
      "{\"type\":\"date_nanos\",\"format\":\"epoch_millis||strict_date_optional_time_nanos\"}";
  private static final String ALL_STRINGS =
      "{\"all_strings\":{\"match_mapping_type\":\"string\",\"mapping\":" + KEYWORD + "}}";
  private static final String STRINGS = "\"dynamic_templates\":[" + ALL_STRINGS + "]";

  private static int notNegative(String name, int value) {
    if (value < 0) {
      throw new ConfigurationException(name + " is " + value + ": want 0 or more");
    }
    return value;
  }

  /** What differs from one to another. */
  @Override
  public String toString() {
    return "ElasticsearchTemplates[priority="
        + priority
        + ", replicas="
        + replicas
        + (histograms ? "]" : ", without histogram fields]");
  }
}
