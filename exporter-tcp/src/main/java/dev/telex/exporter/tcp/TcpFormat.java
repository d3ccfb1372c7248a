/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Signal;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** What the server writes to its clients. */
public enum TcpFormat {
  /**
   * Metrics only, as the {@code Event} messages of the {@code metrics-exporter-tcp} crate ({@code
   * proto/event.proto}), each with its length as a varint before it: what {@code metrics-observer}
   * reads. In Java each is read by {@code parseDelimitedFrom}.
   *
   * <p>The metadata of a metric (type, unit, description) is written before its first value, to
   * each client, whenever it connected. What the protocol has no form for travels like this:
   *
   * <ul>
   *   <li>a cumulative sum of whole numbers that only grows: {@code set_counter}; a delta: {@code
   *       increment_counter}
   *   <li>any other cumulative sum and any gauge: {@code set_gauge}; so does a growing sum of
   *       fractions, which a counter cannot hold. A delta: {@code increment_gauge}, or {@code
   *       decrement_gauge} if it is negative
   *   <li>a histogram {@code h} of either kind: a counter {@code h.count}, and gauges {@code
   *       h.sum}, {@code h.min} and {@code h.max} where they are there. Its buckets do not travel:
   *       {@code record_histogram} is for single values, and these are gone
   *   <li>a summary {@code s}: {@code s.count}, {@code s.sum}, and a gauge {@code s} with a label
   *       {@code quantile} for each quantile
   * </ul>
   *
   * <p>Labels are the attributes of the point, {@code otel.scope.name} and {@code
   * otel.scope.version}, and those attributes of the resource that {@link
   * TcpExporterBuilder#resourceLabels} names. Exemplars, start times and the attributes of scopes
   * do not travel. Whole numbers of gauges beyond 2<sup>53</sup> are rounded. Units are those of
   * the crate where it has one ({@code s} is {@code seconds}), and as they are otherwise.
   */
  METRICS,

  /**
   * Traces, metrics and logs, as OTLP requests in protobuf: one byte that names the signal, the
   * length as a varint, and the message, for each batch.
   *
   * <table>
   *   <caption>The first byte</caption>
   *   <tr><th>byte</th><th>message</th></tr>
   *   <tr><td>0x0a</td><td>ExportTraceServiceRequest</td></tr>
   *   <tr><td>0x12</td><td>ExportMetricsServiceRequest</td></tr>
   *   <tr><td>0x1a</td><td>ExportLogsServiceRequest</td></tr>
   * </table>
   *
   * <p>In Java: read the byte, then {@code parseDelimitedFrom}. The bytes are also the keys of
   * protobuf fields 1, 2 and 3, so that the stream as a whole is one message of three repeated
   * fields, which any protobuf library reads.
   */
  OTLP;

  private static final Set<Signal> ONE = Collections.unmodifiableSet(EnumSet.of(Signal.METRICS));
  private static final Set<Signal> ALL = Collections.unmodifiableSet(EnumSet.allOf(Signal.class));

  /** The signals that this format can carry. */
  public Set<Signal> signals() {
    return this == METRICS ? ONE : ALL;
  }
}
