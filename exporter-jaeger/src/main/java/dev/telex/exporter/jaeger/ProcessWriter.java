/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes the fields of a resource as {@code Process} of {@code jaeger.thrift}: {@code service.name}
 * is the name of the service, and all else are tags. A resource without one has that of the SDK's
 * default resource.
 */
final class ProcessWriter {

  private static final int SERVICE_NAME = 1;
  private static final int TAGS = 2;

  private static final AttributeKey<String> NAME = AttributeKey.stringKey("service.name");

  private final ThriftWriter out;
  private final TagWriter tags;

  ProcessWriter(ThriftWriter out, TagWriter tags) {
    this.out = out;
    this.tags = tags;
  }

  /** The fields, without the beginning and the end of the struct. */
  void fields(Resource resource) {
    Attributes attributes = resource.getAttributes();
    @Nullable String name = attributes.get(NAME);
    int count = attributes.size() - (name == null ? 0 : TagWriter.count(NAME.getKey(), attributes));
    out.string(
        SERVICE_NAME,
        name == null ? Objects.requireNonNull(Resource.getDefault().getAttribute(NAME)) : name);
    if (count > 0) {
      out.list(TAGS, count);
      tags.allBut(name == null ? null : NAME.getKey(), attributes, count);
    }
  }
}
