/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;

/** Reads the items of all resources and scopes. A resource and a scope may follow their items. */
final class ReadGroups<T> {

  /** The fields of an item, before it is known where it belongs. */
  interface Item<T> extends JsonIn.Fields {
    /** Checks what can only be checked of all fields together. */
    void check() throws MalformedOtlpException;

    /** Adds what the fields make. */
    void addTo(List<T> items, Resource resource, InstrumentationScopeInfo scope);
  }

  private final JsonIn in;
  private final String scopesKey;
  private final String itemsKey;
  private final Supplier<Item<T>> newItem;

  ReadGroups(JsonIn in, String scopesKey, String itemsKey, Supplier<Item<T>> newItem) {
    this.in = in;
    this.scopesKey = scopesKey;
    this.itemsKey = itemsKey;
    this.newItem = newItem;
  }

  /** Reads the array of the resources. */
  void addTo(List<T> items) throws IOException {
    for (ByResource group : in.list(() -> in.read(new ByResource()))) {
      Resource resource = group.resource.build(group.schemaUrl);
      for (ByScope inScope : group.scopes) {
        InstrumentationScopeInfo scope = inScope.scope.build(inScope.schemaUrl);
        inScope.items.forEach(item -> item.addTo(items, resource, scope));
      }
    }
  }

  private Item<T> item() throws IOException {
    Item<T> item = in.read(newItem.get());
    item.check();
    return item;
  }

  private final class ByResource implements JsonIn.Fields {
    private final ReadResource resource = new ReadResource(in);
    private String schemaUrl = "";
    private List<ByScope> scopes = List.of();

    @Override
    public boolean field(String name) throws IOException {
      if (name.equals("resource")) {
        in.object(resource);
        resource.check();
      } else if (name.equals("schemaUrl")) {
        schemaUrl = in.string();
      } else if (name.equals(scopesKey)) {
        scopes = in.list(() -> in.read(new ByScope()));
      } else {
        return false;
      }
      return true;
    }
  }

  private final class ByScope implements JsonIn.Fields {
    private final ReadScope scope = new ReadScope(in);
    private String schemaUrl = "";
    private List<Item<T>> items = List.of();

    @Override
    public boolean field(String name) throws IOException {
      if (name.equals("scope")) {
        in.object(scope);
      } else if (name.equals("schemaUrl")) {
        schemaUrl = in.string();
      } else if (name.equals(itemsKey)) {
        items = in.list(ReadGroups.this::item);
      } else {
        return false;
      }
      return true;
    }
  }
}
