/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

/**
 * How metrics are laid out, by the names that the OpenTelemetry Collector and Telegraf have for it
 * (influxdata/influxdb-observability, {@code otel2influx}).
 */
public enum InfluxSchema {

  /**
   * The metric's name is the measurement. Fields are {@code gauge}, {@code counter}, or those of a
   * histogram or summary, all in one line: {@code count}, {@code sum}, {@code min}, {@code max},
   * and one for each bound or quantile.
   */
  TELEGRAF_PROMETHEUS_V1("telegraf-prometheus-v1"),

  /**
   * The measurement is {@code prometheus} and the metric's name is the field. A histogram is a line
   * with {@code <name>_count} and {@code <name>_sum}, and one with {@code <name>_bucket} for each
   * bucket, with a tag {@code le}; so are the quantiles of a summary, with a tag {@code quantile}.
   */
  TELEGRAF_PROMETHEUS_V2("telegraf-prometheus-v2");

  private final String id;

  InfluxSchema(String id) {
    this.id = id;
  }

  /** The name, e.g. {@code telegraf-prometheus-v1}. */
  public String id() {
    return id;
  }
}
