/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which data stream a document goes to: by {@code data_stream.dataset} and {@code
 * data_stream.namespace} of the record, its scope or its resource, whichever comes first, or else
 * the exporter's. For one run of the encoding; not safe for use by several threads.
 */
final class Router {

  private static final AttributeKey<String> DATASET =
      AttributeKey.stringKey(DataStream.DATASET_KEY);
  private static final AttributeKey<String> NAMESPACE =
      AttributeKey.stringKey(DataStream.NAMESPACE_KEY);

  private final String type;
  private final String suffix;
  private final DataStream usual;
  private final Map<Choice, DataStream> others = new HashMap<>();

  /** What attributes say; null where they say nothing. */
  private record Choice(@Nullable String dataset, @Nullable String namespace) {}

  Router(String type, ElasticsearchEncoding encoding) {
    this.type = type;
    this.suffix = encoding.datasetSuffix();
    this.usual =
        new DataStream(
            type,
            DataStream.dataset(encoding.dataset(), suffix),
            DataStream.namespace(encoding.namespace()));
  }

  DataStream route(Attributes record, Attributes scope, Attributes resource) {
    String dataset = first(DATASET, record, scope, resource);
    String namespace = first(NAMESPACE, record, scope, resource);
    if (dataset == null && namespace == null) {
      return usual;
    }
    return others.computeIfAbsent(
        new Choice(dataset, namespace),
        key ->
            new DataStream(
                type,
                dataset == null ? usual.dataset() : DataStream.dataset(dataset, suffix),
                namespace == null ? usual.namespace() : DataStream.namespace(namespace)));
  }

  private static @Nullable String first(
      AttributeKey<String> key, Attributes record, Attributes scope, Attributes resource) {
    String value = record.get(key);
    if (isNone(value)) {
      value = scope.get(key);
    }
    if (isNone(value)) {
      value = resource.get(key);
    }
    return isNone(value) ? null : value;
  }

  private static boolean isNone(@Nullable String value) {
    return value == null || value.isBlank();
  }
}
