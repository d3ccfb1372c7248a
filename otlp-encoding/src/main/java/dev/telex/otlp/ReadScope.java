/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.common.InstrumentationScopeInfoBuilder;
import java.io.IOException;

/** The fields of an {@code InstrumentationScope}. */
final class ReadScope implements JsonIn.Fields {

  private final JsonIn in;
  private String scopeName = "";
  private String version = "";
  private Attributes attributes = Attributes.empty();

  ReadScope(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    switch (name) {
      case "name" -> scopeName = in.string();
      case "version" -> version = in.string();
      case "attributes" -> attributes = ReadValues.attributes(in);
      default -> {
        return false;
      }
    }
    return true;
  }

  InstrumentationScopeInfo build(String schemaUrl) {
    InstrumentationScopeInfoBuilder scope =
        InstrumentationScopeInfo.builder(scopeName).setAttributes(attributes);
    if (!version.isEmpty()) {
      scope.setVersion(version);
    }
    if (!schemaUrl.isEmpty()) {
      scope.setSchemaUrl(schemaUrl);
    }
    return scope.build();
  }
}
