/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request to a node.
 *
 * @param contentEncoding null without
 * @param body read-only; each pass over it takes fresh views
 */
record Request(
    String method,
    String path,
    Map<String, String> query,
    String contentType,
    @Nullable String contentEncoding,
    List<ByteBuffer> body) {

  /** The bulk request; of the answer only what is read here. */
  static Request bulk(@Nullable String contentEncoding, List<ByteBuffer> body) {
    return new Request(
        "POST",
        "/_bulk",
        Map.of(
            "require_data_stream",
            "true",
            "filter_path",
            "items.*.status,items.*.error.type,items.*.error.reason,"
                + "items.*.error.caused_by.reason"),
        "application/x-ndjson",
        contentEncoding,
        body);
  }
}
