/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Makes an {@link InfluxExporter} from settings, by the name {@code influx}. */
public final class InfluxExporterProvider implements ExporterProvider {

  private static final Setting<String> ENDPOINT =
      Setting.string("endpoint", "URL of the server; http://localhost:8086 without it");
  private static final Setting<String> ORG =
      Setting.string("org", "organization, by name or id (InfluxDB 2)");
  private static final Setting<String> BUCKET =
      Setting.string("bucket", "bucket, by name or id (InfluxDB 2 and 3); otel without it");
  private static final Setting<String> TOKEN =
      Setting.secret("token", "sent as Authorization: Token (InfluxDB 2 and 3)");
  private static final Setting<String> DATABASE =
      Setting.string("database", "database, instead of a bucket (InfluxDB 1)");
  private static final Setting<String> RETENTION_POLICY =
      Setting.string("retention-policy", "of the database; its default one without it");
  private static final Setting<InfluxSchema> SCHEMA =
      Setting.choice("schema", "how metrics are laid out", InfluxSchema.class)
          .withDefault(InfluxSchema.TELEGRAF_PROMETHEUS_V1);
  private static final Setting<InfluxDialect> DIALECT =
      Setting.choice(
          "dialect",
          "whose line protocol it is; influxdb without it, with a database influxdb-1",
          InfluxDialect.class);
  private static final Setting<String> SPAN_DIMENSIONS =
      Setting.string("span-dimensions", "attributes of spans that are tags, with commas; or none")
          .withDefault("service.name,span.name");
  private static final Setting<String> LOG_DIMENSIONS =
      Setting.string(
              "log-dimensions", "attributes of log records that are tags, with commas; or none")
          .withDefault("service.name");

  /** For the service loader. */
  public InfluxExporterProvider() {}

  @Override
  public String name() {
    return "influx";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all =
        new ArrayList<>(
            List.of(
                ENDPOINT,
                ORG,
                BUCKET,
                TOKEN,
                DATABASE,
                RETENTION_POLICY,
                SCHEMA,
                DIALECT,
                SPAN_DIMENSIONS,
                LOG_DIMENSIONS));
    all.addAll(HttpSettings.all());
    return all;
  }

  @Override
  public Exporter create(ExporterConfig config) {
    InfluxExporter.Builder builder = InfluxExporter.builder();
    config.apply(ENDPOINT, builder::endpoint);
    config.apply(ORG, builder::org);
    config.apply(BUCKET, builder::bucket);
    config.apply(TOKEN, builder::token);
    config.apply(DATABASE, builder::database);
    config.apply(RETENTION_POLICY, builder::retentionPolicy);
    config.apply(SCHEMA, builder::schema);
    config.apply(DIALECT, builder::dialect);
    config.apply(SPAN_DIMENSIONS, text -> builder.spanDimensions(keys(text)));
    config.apply(LOG_DIMENSIONS, text -> builder.logDimensions(keys(text)));
    HttpSettings.apply(config, builder);
    return builder.build();
  }

  private static List<String> keys(String text) {
    return text.equals("none")
        ? List.of()
        : Arrays.stream(text.split(",")).map(String::strip).toList();
  }
}
