/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

/** How a list of spans is written (openzipkin/zipkin-api, {@code zipkin2-api.yaml}). */
public enum ZipkinFormat {
  /** A JSON array, in ASCII; what every backend that takes Zipkin v2 can read. */
  JSON("application/json"),

  /** A {@code ListOfSpans} of {@code zipkin.proto}: smaller, and quicker to write and to read. */
  PROTOBUF("application/x-protobuf");

  private final String contentType;

  ZipkinFormat(String contentType) {
    this.contentType = contentType;
  }

  /** The media type. */
  public String contentType() {
    return contentType;
  }

  SpanWriter writer() {
    return switch (this) {
      case JSON -> new JsonSpanWriter();
      case PROTOBUF -> new ProtobufSpanWriter();
    };
  }
}
