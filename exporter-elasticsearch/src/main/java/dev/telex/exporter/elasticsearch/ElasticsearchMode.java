/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

/**
 * What a document looks like: the mapping modes of the Collector's exporter of the same names
 * (opentelemetry-collector-contrib, {@code exporter/elasticsearchexporter}).
 */
public enum ElasticsearchMode {
  /**
   * The structure of OpenTelemetry: {@code attributes}, {@code resource}, {@code scope}, in data
   * streams whose dataset ends with {@code .otel}. Elasticsearch 8.16 and later has index templates
   * for it; {@link ElasticsearchExporter#installTemplates} has others.
   */
  OTEL,
  /**
   * Elastic Common Schema: the names of ECS where there are some, every other attribute at the top
   * of the document. For dashboards that were made for it.
   */
  ECS
}
