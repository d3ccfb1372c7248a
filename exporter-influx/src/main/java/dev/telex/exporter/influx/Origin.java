/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.Map;
import java.util.Set;

/**
 * What the items of one resource and one scope share: their attributes, and the bytes of those,
 * which are written once and then copied.
 */
final class Origin {

  /** An attribute. */
  record Entry(AttributeKey<?> key, Object value) {}

  private final Resource resource;
  private final InstrumentationScopeInfo scope;
  private final Map<String, Entry> entries;
  private final byte[] tags;
  private final Set<String> tagKeys;
  private final byte[] json;

  Origin(
      Resource resource,
      InstrumentationScopeInfo scope,
      Map<String, Entry> entries,
      byte[] tags,
      Set<String> tagKeys,
      byte[] json) {
    this.resource = resource;
    this.scope = scope;
    this.entries = entries;
    this.tags = tags;
    this.tagKeys = tagKeys;
    this.json = json;
  }

  /** Whether it is of these very objects: equal ones may be others, and cost no more than bytes. */
  boolean isOf(Resource otherResource, InstrumentationScopeInfo otherScope) {
    return resource == otherResource && scope == otherScope;
  }

  /** All attributes by their keys; a scope's instead of a resource's. */
  Map<String, Entry> entries() {
    return entries;
  }

  /** Those that are tags, each with a comma before it. */
  byte[] tags() {
    return tags;
  }

  Set<String> tagKeys() {
    return tagKeys;
  }

  /** The members of a JSON object that are no tags, with commas between them. */
  byte[] json() {
    return json;
  }
}
