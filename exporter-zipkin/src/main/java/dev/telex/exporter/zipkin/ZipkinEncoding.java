/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A list of Zipkin v2 spans (openzipkin/zipkin-api, {@code zipkin2-api.yaml} and {@code
 * zipkin.proto}); carries spans only. A payload is one message for HTTP, and the same for Kafka and
 * other transports of Zipkin.
 *
 * <p>Zipkin takes no span without valid ids, and refuses a whole list for one: a batch with such a
 * span cannot be encoded.
 *
 * @param format JSON or protobuf
 * @param dialect what goes where
 * @param localAddress of this host, in the local endpoint of every span; null for none. {@link
 *     ZipkinDialect#COLLECTOR} has none
 */
public record ZipkinEncoding(
    ZipkinFormat format, ZipkinDialect dialect, @Nullable InetAddress localAddress)
    implements Encoding {

  private static final Set<Signal> TRACES = Set.of(Signal.TRACES);

  /** Drops an address that the dialect does not write, so that equal bytes are of equal values. */
  public ZipkinEncoding {
    localAddress = dialect == ZipkinDialect.COLLECTOR ? null : localAddress;
  }

  @Override
  public String contentType() {
    return format.contentType();
  }

  @Override
  public Set<Signal> signals() {
    return TRACES;
  }

  @Override
  public Payload encode(Batch batch) {
    SpanMapping mapping = dialect.mapping(localAddress);
    SpanWriter writer = format.writer();
    for (SpanData span : batch.spans()) {
      writer.write(mapping.map(span));
    }
    return Payload.of(writer.end());
  }

  /** The format and the dialect. */
  @Override
  public String toString() {
    return "zipkin-" + (format + "(" + dialect + ")").toLowerCase(Locale.ROOT);
  }
}
