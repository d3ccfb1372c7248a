/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The items of one batch by resource and then by scope, both in the order of their first
 * appearance. A group is walked from its last item to its first.
 */
final class ItemGroups {

  private static final int TO_TRY = 8;

  /** One resource and its scopes. */
  static final class ByResource {
    final Resource resource;
    final List<ByScope> scopes = new ArrayList<>();
    private final Map<InstrumentationScopeInfo, ByScope> known = new HashMap<>();

    ByResource(Resource resource) {
      this.resource = resource;
    }

    private ByScope find(InstrumentationScopeInfo scope) {
      // Mostly there are a few, and the same objects each time.
      for (int i = Math.min(scopes.size(), TO_TRY) - 1; i >= 0; i--) {
        ByScope one = scopes.get(i);
        if (one.scope == scope) {
          return one;
        }
      }
      ByScope one = known.get(scope);
      if (one == null) {
        one = new ByScope(scope);
        known.put(scope, one);
        scopes.add(one);
      }
      return one;
    }
  }

  /** One scope of one resource. */
  static final class ByScope {
    final InstrumentationScopeInfo scope;
    private int last = -1;

    ByScope(InstrumentationScopeInfo scope) {
      this.scope = scope;
    }
  }

  final List<ByResource> resources = new ArrayList<>();
  private final Map<Resource, ByResource> known = new HashMap<>();
  private final int[] previous;
  private @Nullable ByResource resourceOfLast;
  private @Nullable ByScope scopeOfLast;

  /**
   * No groups yet.
   *
   * @param links is overwritten; an element for each item
   */
  ItemGroups(int[] links) {
    this.previous = links;
  }

  /** Adds an item; each index only once, the smaller ones first. */
  void add(int index, Resource resource, InstrumentationScopeInfo scope) {
    ByResource inResource = resourceOfLast;
    ByScope inScope = scopeOfLast;
    if (inResource == null || inResource.resource != resource) {
      inResource = known.get(resource);
      if (inResource == null) {
        inResource = new ByResource(resource);
        known.put(resource, inResource);
        resources.add(inResource);
      }
      resourceOfLast = inResource;
      inScope = null;
    }
    if (inScope == null || inScope.scope != scope) {
      inScope = inResource.find(scope);
      scopeOfLast = inScope;
    }
    previous[index] = inScope.last;
    inScope.last = index;
  }

  /** The index of the last item of a group, or -1. */
  int last(ByScope group) {
    return group.last;
  }

  /** The index of the item before this one in its group, or -1. */
  int before(int index) {
    return previous[index];
  }
}
