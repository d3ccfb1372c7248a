/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;

/** The fields of a {@code Resource}. */
final class ReadResource implements JsonIn.Fields {

  private final JsonIn in;
  private Attributes attributes = Attributes.empty();

  ReadResource(JsonIn in) {
    this.in = in;
  }

  @Override
  public boolean field(String name) throws IOException {
    if (!name.equals("attributes")) {
      return false;
    }
    attributes = ReadValues.attributes(in);
    return true;
  }

  void check() throws MalformedOtlpException {
    try {
      Resource.create(attributes);
    } catch (IllegalArgumentException e) {
      throw in.malformed("is refused by the SDK: " + e.getMessage());
    }
  }

  Resource build(String schemaUrl) {
    return attributes.isEmpty() && schemaUrl.isEmpty()
        ? Resource.empty()
        : Resource.create(attributes, schemaUrl.isEmpty() ? null : schemaUrl);
  }
}
