/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes a batch of a document of OTLP JSON again: what {@link OtlpEncoding#JSON} writes, a line of
 * a file (OpenTelemetry specification, protocol/file-exporter), or the body of a request
 * (opentelemetry-proto, {@code docs/specification.md}, "JSON Protobuf Encoding").
 *
 * <p>A document is {@code TracesData}, {@code MetricsData} or {@code LogsData}, or the {@code
 * Export…ServiceRequest} of the same shape, and holds one signal. By the rules of that page unknown
 * fields are passed over, ids are hexadecimal in any case, 64-bit numbers are strings or numbers,
 * and enums are numbers: their names are refused. A field that is null counts as absent. A name
 * that occurs twice in an object, and a second document behind the first, are refused.
 *
 * <p>What the data of the SDK cannot hold is treated so:
 *
 * <ul>
 *   <li>Refused, because items would be lost or mean something else: a data point, or an exemplar,
 *       without a recorded value; a metric of none of the five kinds; an unspecified temporality; a
 *       number that no enum of the SDK has; an attribute without a key; an attribute of a resource
 *       whose key is not of 1 to 255 printable ASCII characters; values nested deeper than 1000
 *       levels.
 *   <li>Left out: {@code droppedAttributesCount} of a resource and a scope, {@code entityRefs},
 *       {@code metadata} of a metric, {@code zeroThreshold}, the reserved bits of {@code flags},
 *       and a {@code traceState} that is not well-formed (W3C Trace Context demands that).
 *   <li>Changed: of several attributes with one key the last counts; a metric whose points are
 *       partly whole numbers and partly not becomes two of one name; the sum of a histogram that
 *       has none is NaN; a whole number as an exemplar among fractions becomes the nearest
 *       fraction; a span of an unspecified kind is INTERNAL; a count of what was dropped ends at
 *       2,147,483,647.
 * </ul>
 *
 * <p>All else comes back: the batch encodes to the same message. Stateless and safe for use by
 * several threads.
 */
public final class OtlpJsonDecoder {

  private OtlpJsonDecoder() {}

  /**
   * The batch of a document. It may be without items.
   *
   * @param json one JSON object, in UTF-8 (UTF-16 and UTF-32 are recognised too)
   * @throws MalformedOtlpException if it is anything else than described above; nothing else is
   *     thrown
   */
  public static Batch decode(byte[] json) throws MalformedOtlpException {
    return decode(json, 0, json.length);
  }

  /**
   * As {@link #decode(byte[])}, of a part of an array.
   *
   * @throws IndexOutOfBoundsException if the array has no such part
   */
  public static Batch decode(byte[] json, int offset, int length) throws MalformedOtlpException {
    Objects.checkFromIndexSize(offset, length, json.length);
    return JsonIn.read(json, offset, length, OtlpJsonDecoder::document);
  }

  private static Batch document(JsonIn in) throws IOException {
    Document document = new Document(in);
    in.object(document);
    Batch batch = document.batch;
    if (batch == null) {
      throw in.malformed("has no telemetry: want resourceSpans, resourceMetrics or resourceLogs");
    }
    return batch;
  }

  private static final class Document implements JsonIn.Fields {
    private final JsonIn in;
    private @Nullable Batch batch;

    Document(JsonIn in) {
      this.in = in;
    }

    @Override
    public boolean field(String name) throws IOException {
      switch (name) {
        case "resourceSpans" -> {
          List<SpanData> spans = new ArrayList<>();
          only(Signal.TRACES);
          new ReadGroups<>(in, "scopeSpans", "spans", () -> new ReadSpan(in)).addTo(spans);
          batch = Batch.traces(spans);
        }
        case "resourceMetrics" -> {
          List<MetricData> metrics = new ArrayList<>();
          only(Signal.METRICS);
          new ReadGroups<>(in, "scopeMetrics", "metrics", () -> new ReadMetric(in)).addTo(metrics);
          batch = Batch.metrics(metrics);
        }
        case "resourceLogs" -> {
          List<LogRecordData> logs = new ArrayList<>();
          only(Signal.LOGS);
          new ReadGroups<>(in, "scopeLogs", "logRecords", () -> new ReadLog(in)).addTo(logs);
          batch = Batch.logs(logs);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private void only(Signal signal) throws MalformedOtlpException {
      if (batch != null) {
        throw in.malformed(
            "holds " + signal.id() + " beside " + batch.signal().id() + ": want one signal");
      }
    }
  }
}
