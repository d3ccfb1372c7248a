/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * The OpenTelemetry protocol, in its two encodings (opentelemetry-proto, {@code
 * docs/specification.md}, "OTLP/HTTP Request").
 *
 * <p>A payload is one {@code ExportTraceServiceRequest}, {@code ExportMetricsServiceRequest} or
 * {@code ExportLogsServiceRequest}. The bytes are also those of {@code TracesData}, {@code
 * MetricsData} and {@code LogsData}, which files hold. Items are grouped by resource and then by
 * scope, in the order in which these first appear. Empty envelopes are left out: a metric without
 * points is not written, and a batch without items is an empty message.
 *
 * <p>Both carry all signals. Stateless and safe for use by several threads.
 */
public enum OtlpEncoding implements Encoding {
  /** Binary protobuf. */
  PROTOBUF("application/x-protobuf"),

  /** JSON in UTF-8 (same page, "JSON Protobuf Encoding"). */
  JSON("application/json");

  private static final Set<Signal> ALL = Collections.unmodifiableSet(EnumSet.allOf(Signal.class));

  private final String contentType;

  OtlpEncoding(String contentType) {
    this.contentType = contentType;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public Set<Signal> signals() {
    return ALL;
  }

  @Override
  public Payload encode(Batch batch) {
    return Payload.of(
        switch (this) {
          case PROTOBUF -> OtlpProtobuf.encode(batch);
          case JSON -> OtlpJson.encode(batch);
        });
  }
}
