/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.SerializableString;
import dev.telex.exporter.Batch;
import dev.telex.otlp.ItemGroups.ByResource;
import dev.telex.otlp.ItemGroups.ByScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Writes a batch as OTLP JSON in UTF-8, in one line: the fields, the groups and the order of {@link
 * OtlpProtobuf}, in the proto3 JSON mapping with the changes of OTLP (opentelemetry-proto, {@code
 * docs/specification.md}, "JSON Protobuf Encoding").
 */
final class OtlpJson {

  private static final SerializableString RESOURCE = JsonOut.key("resource");
  private static final SerializableString SCOPE = JsonOut.key("scope");
  private static final SerializableString SCHEMA_URL = JsonOut.key("schemaUrl");

  private final JsonOut out;
  private final JsonCommon common;

  private OtlpJson(JsonOut out) {
    this.out = out;
    this.common = new JsonCommon(out);
  }

  static byte[] encode(Batch batch) {
    try (JsonOut out = new JsonOut()) {
      new OtlpJson(out).write(batch);
      return out.take();
    } catch (IOException e) {
      // The bytes stay in memory: only a limit of the writer can be behind it.
      throw new UncheckedIOException(e);
    }
  }

  private void write(Batch batch) throws IOException {
    out.begin();
    switch (batch.signal()) {
      case TRACES -> groups(batch.spans(), new JsonSpans(out, common));
      case METRICS -> groups(batch.metrics(), new JsonMetrics(out, common));
      case LOGS -> groups(batch.logs(), new JsonLogs(out, common));
    }
    out.end();
  }

  private <T> void groups(List<T> items, JsonItems<T> kind) throws IOException {
    ItemGroups groups = new ItemGroups(new int[items.size()]);
    for (int i = 0; i < items.size(); i++) {
      T item = items.get(i);
      if (kind.isWorthIt(item)) {
        groups.add(i, kind.resource(item), kind.scope(item));
      }
    }
    if (groups.resources.isEmpty()) {
      return;
    }
    int[] order = new int[items.size()];
    out.beginArray(kind.resourcesKey());
    for (ByResource group : groups.resources) {
      out.begin();
      common.resource(RESOURCE, group.resource);
      out.beginArray(kind.scopesKey());
      for (ByScope inScope : group.scopes) {
        out.begin();
        common.scope(SCOPE, inScope.scope);
        out.beginArray(kind.itemsKey());
        // A group is walked from its last item to its first.
        int left = 0;
        for (int i = groups.last(inScope); i >= 0; i = groups.before(i)) {
          order[left++] = i;
        }
        while (left > 0) {
          out.begin();
          kind.fields(items.get(order[--left]));
          out.end();
        }
        out.endArray();
        out.string(SCHEMA_URL, inScope.scope.getSchemaUrl());
        out.end();
      }
      out.endArray();
      out.string(SCHEMA_URL, group.resource.getSchemaUrl());
      out.end();
    }
    out.endArray();
  }
}
