/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.util.Set;

/**
 * {@code jaeger.thrift} of jaeger-idl, in the forms that are sent. All but {@link #AGENT_SPANS} are
 * of spans of one resource, as {@link Batch#byResource()} gives them.
 */
enum JaegerEncoding implements Encoding {

  /** One {@code Batch} in the binary protocol, without a message around it: for collectors. */
  COLLECTOR("application/x-thrift"),

  /**
   * Each span as one piece, a {@code Span} in the compact protocol: for agents, whose packets are
   * made of as many as fit.
   */
  AGENT_SPANS("application/vnd.apache.thrift.compact"),

  /** What goes before the spans of each packet: the {@code Process} in the compact protocol. */
  AGENT_PROCESS("application/vnd.apache.thrift.compact");

  private final String contentType;

  JaegerEncoding(String contentType) {
    this.contentType = contentType;
  }

  @Override
  public String contentType() {
    return contentType;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.TRACES);
  }

  @Override
  public Payload encode(Batch batch) {
    return switch (this) {
      case COLLECTOR -> Payload.of(WriterPool.BINARY.run(writer -> writer.batch(batch)));
      case AGENT_SPANS -> Payload.ofItems(WriterPool.COMPACT.run(writer -> writer.spans(batch)));
      case AGENT_PROCESS -> Payload.of(WriterPool.COMPACT.run(writer -> writer.process(batch)));
    };
  }
}
