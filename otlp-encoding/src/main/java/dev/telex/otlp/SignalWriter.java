/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static dev.telex.otlp.ProtoBuffer.BYTES;

import dev.telex.otlp.ItemGroups.ByResource;
import dev.telex.otlp.ItemGroups.ByScope;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.List;

/**
 * Writes the envelopes of a signal: {@code ResourceSpans}, {@code ScopeSpans} and their kin, which
 * have the same field numbers for all signals.
 *
 * @param <T> spans, metrics or log records
 */
abstract class SignalWriter<T> {

  private static final int RESOURCE_GROUPS = 1 << 3 | BYTES;

  private static final int RESOURCE = 1 << 3 | BYTES;
  private static final int SCOPE_GROUPS = 2 << 3 | BYTES;

  private static final int SCOPE = 1 << 3 | BYTES;
  private static final int ITEMS = 2 << 3 | BYTES;

  /** Of both envelopes. */
  private static final int SCHEMA_URL = 3 << 3 | BYTES;

  private static final int MAX_KEPT_LINKS = 1 << 14;

  final ProtoBuffer out;
  final CommonWriter common;
  private int[] links = new int[512];

  SignalWriter(ProtoBuffer out, CommonWriter common) {
    this.out = out;
    this.common = common;
  }

  abstract Resource resource(T item);

  abstract InstrumentationScopeInfo scope(T item);

  /** False for an item that is an empty envelope itself. */
  abstract boolean isWorthIt(T item);

  /** The fields of one item. */
  abstract void fields(T item);

  void write(List<T> items) {
    ItemGroups groups = group(items);
    for (int i = groups.resources.size() - 1; i >= 0; i--) {
      ByResource group = groups.resources.get(i);
      int end = out.size();
      out.string(SCHEMA_URL, group.resource.getSchemaUrl());
      for (int j = group.scopes.size() - 1; j >= 0; j--) {
        scopeGroup(items, groups, group.scopes.get(j));
      }
      common.resource(RESOURCE, group.resource);
      out.message(RESOURCE_GROUPS, end);
    }
  }

  private void scopeGroup(List<T> items, ItemGroups groups, ByScope group) {
    int end = out.size();
    out.string(SCHEMA_URL, group.scope.getSchemaUrl());
    for (int i = groups.last(group); i >= 0; i = groups.before(i)) {
      int itemEnd = out.size();
      fields(items.get(i));
      out.message(ITEMS, itemEnd);
    }
    common.scope(SCOPE, group.scope);
    out.message(SCOPE_GROUPS, end);
  }

  private ItemGroups group(List<T> items) {
    int count = items.size();
    int[] room = links;
    if (room.length < count) {
      room = new int[count];
      if (count <= MAX_KEPT_LINKS) {
        links = room;
      }
    }
    ItemGroups groups = new ItemGroups(room);
    for (int i = 0; i < count; i++) {
      T item = items.get(i);
      if (isWorthIt(item)) {
        groups.add(i, resource(item), scope(item));
      }
    }
    return groups;
  }
}
