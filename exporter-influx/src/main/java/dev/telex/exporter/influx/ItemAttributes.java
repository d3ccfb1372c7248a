/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import dev.telex.exporter.AttributeText;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of one item after another, with those of its resource and scope: some are tags,
 * the others are members of a JSON object. Of several with one key the item's counts, then the
 * scope's. Not safe for use by several threads.
 */
final class ItemAttributes {

  /** Which attributes are tags, and by which names the scope's name and version are among them. */
  enum Kind {
    /** All of them: of metrics. */
    ALL_TAGS("otel.library.name", "otel.library.version"),
    /** Those that are dimensions: of spans and log records. */
    DIMENSIONS("otel.scope.name", "otel.scope.version");

    private final String scopeName;
    private final String scopeVersion;

    Kind(String scopeName, String scopeVersion) {
      this.scopeName = scopeName;
      this.scopeVersion = scopeVersion;
    }
  }

  /** A batch has few resources and scopes; past this bound they are written anew each time. */
  private static final int MAX_ORIGINS = 32;

  private final LineOutput out;
  private final Kind kind;
  private final Set<String> dimensions;
  private final JsonField json;
  private final List<Origin> origins = new ArrayList<>();

  private @Nullable Origin origin;
  private Attributes item = Attributes.empty();

  /** All attributes, where the item's and the origin's cannot be written one after the other. */
  private @Nullable Map<String, Origin.Entry> merged;

  /** The keys of the item's own tags. */
  private final Set<String> tagKeys = new HashSet<>();

  private boolean overlaps;

  // Once for all items, and not a new one each time.
  private final BiConsumer<AttributeKey<?>, Object> look;
  private final BiConsumer<AttributeKey<?>, Object> writeTag;
  private final BiConsumer<AttributeKey<?>, Object> writeMember;

  ItemAttributes(LineOutput out, Kind kind, Set<String> dimensions) {
    this.out = out;
    this.kind = kind;
    this.dimensions = dimensions;
    this.json = new JsonField(out);
    this.look = (key, value) -> overlaps |= overlapsOrigin(key.getKey());
    this.writeTag = this::tag;
    this.writeMember = this::member;
  }

  /** Goes on to another item. */
  void use(Resource resource, InstrumentationScopeInfo scope, Attributes attributes) {
    item = attributes;
    tagKeys.clear();
    Origin from = origin;
    if (from == null || !from.isOf(resource, scope)) {
      from = find(resource, scope);
      origin = from;
    }
    overlaps = false;
    attributes.forEach(look);
    merged = null;
    // Where a line has a name only once, no bytes of another line will do.
    if (overlaps || out.dialect().hasColumns()) {
      Map<String, Origin.Entry> all = new LinkedHashMap<>(from.entries());
      attributes.forEach((key, value) -> all.put(key.getKey(), new Origin.Entry(key, value)));
      merged = all;
    }
  }

  /** Writes the tags, each with a comma before it. */
  void tags() {
    if (merged != null) {
      merged.values().forEach(entry -> tag(entry.key(), entry.value()));
      return;
    }
    if (origin != null) {
      out.raw(origin.tags());
    }
    item.forEach(writeTag);
  }

  /** Whether a tag has this key; known when they are written. */
  boolean isTag(String key) {
    return tagKeys.contains(key)
        || (merged == null && origin != null && origin.tagKeys().contains(key));
  }

  /** Writes the rest as the text of a field, if there is any. */
  boolean field(String key) {
    int begin = out.size();
    int names = out.names();
    out.key(key);
    out.raw('=');
    json.begin();
    if (merged != null) {
      merged.values().forEach(entry -> member(entry.key(), entry.value()));
    } else {
      if (origin != null && origin.json().length > 0) {
        json.raw(origin.json());
      }
      item.forEach(writeMember);
    }
    if (!json.hasSome()) {
      out.truncate(begin);
      out.names(names);
      return false;
    }
    json.end();
    return true;
  }

  private boolean overlapsOrigin(String key) {
    return origin != null && origin.entries().containsKey(key);
  }

  private void tag(AttributeKey<?> key, Object value) {
    if (kind == Kind.DIMENSIONS && !dimensions.contains(key.getKey())) {
      return;
    }
    String text = AttributeText.of(key, value);
    if (!text.isEmpty()) {
      tagKeys.add(key.getKey());
      out.tag(key.getKey(), text);
    }
  }

  /** A dimension without a text is no tag, because there are none without. */
  private void member(AttributeKey<?> key, Object value) {
    if (!dimensions.contains(key.getKey()) || AttributeText.of(key, value).isEmpty()) {
      json.attribute(key, value);
    }
  }

  private Origin find(Resource resource, InstrumentationScopeInfo scope) {
    for (Origin known : origins) {
      if (known.isOf(resource, scope)) {
        return known;
      }
    }
    Origin made = make(resource, scope);
    if (origins.size() < MAX_ORIGINS) {
      origins.add(made);
    }
    return made;
  }

  private Origin make(Resource resource, InstrumentationScopeInfo scope) {
    Map<String, Origin.Entry> entries = new LinkedHashMap<>();
    BiConsumer<AttributeKey<?>, Object> add =
        (key, value) -> entries.put(key.getKey(), new Origin.Entry(key, value));
    resource.getAttributes().forEach(add);
    if (!scope.getName().isEmpty()) {
      add.accept(AttributeKey.stringKey(kind.scopeName), scope.getName());
    }
    String version = scope.getVersion();
    if (version != null && !version.isEmpty()) {
      add.accept(AttributeKey.stringKey(kind.scopeVersion), version);
    }
    scope.getAttributes().forEach(add);

    // Written where the next item would stand, and taken away again.
    int begin = out.size();
    int names = out.names();
    entries.values().forEach(entry -> tag(entry.key(), entry.value()));
    byte[] tags = out.copyFrom(begin);
    Set<String> keys = Set.copyOf(tagKeys);
    tagKeys.clear();
    out.truncate(begin);
    json.begin();
    int members = out.size();
    entries.values().forEach(entry -> member(entry.key(), entry.value()));
    byte[] rest = out.copyFrom(members);
    out.truncate(begin);
    out.names(names);
    return new Origin(resource, scope, entries, tags, keys, rest);
  }
}
