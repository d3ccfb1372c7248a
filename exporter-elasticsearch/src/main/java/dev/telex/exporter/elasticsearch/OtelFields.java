/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.AttributeType;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.common.ValueType;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The fields that documents of the mode {@link ElasticsearchMode#OTEL} have in common. Those of a
 * resource, a scope and a data stream are written once, and copied. For one run of the encoding.
 */
final class OtelFields {

  /** They have said their word where the document goes (elasticsearchexporter, README). */
  private static final Set<String> ROUTING =
      Set.of(
          "data_stream.type",
          DataStream.DATASET_KEY,
          DataStream.NAMESPACE_KEY,
          "elasticsearch.index",
          "elasticsearch.mapping.hints",
          "elasticsearch.mapping.mode",
          "elasticsearch.document_id",
          "elasticsearch.document_pipeline");

  private static final byte[] ATTRIBUTES = JsonOutput.constant(",\"attributes\":{");
  private static final byte[] FIRST_ATTRIBUTES = JsonOutput.constant("\"attributes\":{");

  private static final String EVENT_NAME = "event.name";
  private static final byte[] NONE = {};

  /** Resources and scopes of a batch, mostly; a small batch should not pay for more. */
  private static final int FEW = 4;

  private final boolean dimensions;
  private final IdentityHashMap<Object, byte[]> fragments = new IdentityHashMap<>(FEW);
  private @Nullable Object lastResource;
  private byte[] resourceFragment = NONE;
  private @Nullable Object lastScope;
  private byte[] scopeFragment = NONE;

  /**
   * For documents of one kind.
   *
   * @param dimensions whether attributes are dimensions of metrics, which cannot be maps: those are
   *     written as texts of JSON
   */
  OtelFields(boolean dimensions) {
    this.dimensions = dimensions;
  }

  void dataStream(DataStream stream, JsonOutput out) {
    out.raw(
        Objects.requireNonNull(
            fragments.computeIfAbsent(
                stream,
                key -> {
                  JsonOutput field = new JsonOutput(256);
                  field.ascii(",\"data_stream\":{\"type\":");
                  field.quoted(stream.type());
                  field.ascii(",\"dataset\":");
                  field.quoted(stream.dataset());
                  field.ascii(",\"namespace\":");
                  field.quoted(stream.namespace());
                  field.raw('}');
                  return field.copyFrom(0);
                })));
  }

  void resource(Resource resource, JsonOutput out) {
    if ((Object) resource != lastResource) {
      resourceFragment =
          Objects.requireNonNull(
              fragments.computeIfAbsent(
                  resource,
                  key -> {
                    JsonOutput field = new JsonOutput(1024);
                    field.ascii(",\"resource\":{");
                    text("schema_url", resource.getSchemaUrl(), field);
                    attributes(resource.getAttributes(), field);
                    field.raw('}');
                    return field.copyFrom(0);
                  }));
      lastResource = resource;
    }
    out.raw(resourceFragment);
  }

  void scope(InstrumentationScopeInfo scope, JsonOutput out) {
    if ((Object) scope != lastScope) {
      scopeFragment =
          Objects.requireNonNull(
              fragments.computeIfAbsent(
                  scope,
                  key -> {
                    JsonOutput field = new JsonOutput(256);
                    field.ascii(",\"scope\":{");
                    text("name", scope.getName(), field);
                    text("version", scope.getVersion(), field);
                    text("schema_url", scope.getSchemaUrl(), field);
                    attributes(scope.getAttributes(), field);
                    field.raw('}');
                    return field.copyFrom(0);
                  }));
      lastScope = scope;
    }
    out.raw(scopeFragment);
  }

  /** The field of the attributes, if there are some. */
  void attributes(Attributes attributes, JsonOutput out) {
    if (attributes.isEmpty()) {
      return;
    }
    begin(out);
    attributes.forEach((key, value) -> attribute(key, value, out));
    out.raw('}');
  }

  /** Those of an event of a span, with its name among them. */
  void eventAttributes(String name, Attributes attributes, JsonOutput out) {
    begin(out);
    attributes.forEach(
        (key, value) -> {
          if (!key.getKey().equals(EVENT_NAME)) {
            attribute(key, value, out);
          }
        });
    out.comma();
    out.quoted(EVENT_NAME);
    out.raw(':');
    out.quoted(name);
    out.raw('}');
  }

  private static void begin(JsonOutput out) {
    out.raw(out.hasBegun() ? ATTRIBUTES : FIRST_ATTRIBUTES);
  }

  private void attribute(AttributeKey<?> key, Object value, JsonOutput out) {
    String name = key.getKey();
    if (isRouting(name)) {
      return;
    }
    out.comma();
    out.quoted(name);
    out.raw(':');
    if (dimensions && key.getType() == AttributeType.VALUE && isComplex((Value<?>) value)) {
      JsonOutput json = new JsonOutput(256);
      json.value(value);
      out.quotedJson(json.copyFrom(0));
    } else {
      out.value(value);
    }
  }

  private static boolean isRouting(String name) {
    // Nearly all names are others.
    return !name.isEmpty()
        && (name.charAt(0) == 'd' || name.charAt(0) == 'e')
        && ROUTING.contains(name);
  }

  private static boolean isComplex(Value<?> value) {
    return value.getType() == ValueType.KEY_VALUE_LIST || value.getType() == ValueType.ARRAY;
  }

  private static void text(String name, @Nullable String text, JsonOutput out) {
    if (text != null && !text.isEmpty()) {
      out.comma();
      out.quoted(name);
      out.raw(':');
      out.quoted(text);
    }
  }
}
