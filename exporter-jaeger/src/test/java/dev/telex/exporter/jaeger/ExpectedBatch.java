/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.jaegertracing.thriftjava.Batch;
import io.jaegertracing.thriftjava.Log;
import io.jaegertracing.thriftjava.Process;
import io.jaegertracing.thriftjava.Span;
import io.jaegertracing.thriftjava.SpanRef;
import io.jaegertracing.thriftjava.SpanRefType;
import io.jaegertracing.thriftjava.Tag;
import io.jaegertracing.thriftjava.TagType;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.thrift.TException;
import org.apache.thrift.TSerializer;
import org.jspecify.annotations.Nullable;

/**
 * What spans of one resource should be for Jaeger, made with Jaeger's classes by the words of the
 * specification, and nothing of ours. The texts of arrays and maps are compared as JSON.
 */
final class ExpectedBatch {

  private static final ObjectMapper JSON =
      new ObjectMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNameLength(Integer.MAX_VALUE).build())
              .build());

  /** Where JSON stands that we wrote, for a comparison as such. */
  private static final String MARK = "\u0001json ";

  private ExpectedBatch() {}

  /** Compares, and changes neither. */
  static void assertSame(Batch seen, List<SpanData> spans) {
    Batch wanted = of(spans);
    Batch normalized = seen.deepCopy();
    alignJson(normalized.getProcess().getTags(), wanted.getProcess().getTags());
    assertThat(normalized.getSpans()).hasSameSizeAs(wanted.getSpans());
    for (int i = 0; i < spans.size(); i++) {
      Span span = normalized.getSpans().get(i);
      Span wantedSpan = wanted.getSpans().get(i);
      alignJson(span.getTags(), wantedSpan.getTags());
      for (int j = 0; span.isSetLogs() && j < span.getLogs().size(); j++) {
        alignJson(span.getLogs().get(j).getFields(), wantedSpan.getLogs().get(j).getFields());
      }
      assertThat(span).hasToString(wantedSpan.toString());
    }
    assertThat(normalized).hasToString(wanted.toString());
    // By bits, because equals() says that no NaN is another.
    assertThat(bits(normalized)).isEqualTo(bits(wanted));
  }

  private static byte[] bits(Batch batch) {
    try {
      return new TSerializer().serialize(batch);
    } catch (TException e) {
      throw new AssertionError(e);
    }
  }

  static Batch of(List<SpanData> spans) {
    List<Span> all = new ArrayList<>();
    spans.forEach(span -> all.add(span(span)));
    return new Batch(process(spans.isEmpty() ? Resource.empty() : spans.get(0).getResource()), all);
  }

  private static void alignJson(@Nullable List<Tag> seen, @Nullable List<Tag> wanted) {
    for (int i = 0; seen != null && wanted != null && i < seen.size() && i < wanted.size(); i++) {
      String json = wanted.get(i).getVStr();
      if (json != null && json.startsWith(MARK)) {
        try {
          assertThat(JSON.readTree(seen.get(i).getVStr()))
              .as(wanted.get(i).getKey())
              .isEqualTo(JSON.readTree(json.substring(MARK.length())));
        } catch (IOException e) {
          throw new AssertionError("no JSON: " + seen.get(i), e);
        }
        seen.get(i).setVStr(json);
      }
    }
  }

  private static Process process(Resource resource) {
    String name = "unknown_service:java";
    List<Tag> tags = new ArrayList<>();
    for (Map.Entry<AttributeKey<?>, Object> entry : resource.getAttributes().asMap().entrySet()) {
      if (entry.getKey().equals(AttributeKey.stringKey("service.name"))) {
        name = text((String) entry.getValue());
      } else {
        tags.add(tag(entry.getKey().getKey(), entry.getValue()));
      }
    }
    Process process = new Process(name);
    return tags.isEmpty() ? process : process.setTags(tags);
  }

  private static Span span(SpanData data) {
    SpanContext context = data.getSpanContext();
    Span span = new Span();
    span.setTraceIdHigh(number(context.getTraceId().substring(0, 16)));
    span.setTraceIdLow(number(context.getTraceId().substring(16)));
    span.setSpanId(number(context.getSpanId()));
    span.setParentSpanId(number(data.getParentSpanId()));
    span.setOperationName(text(data.getName()));
    span.setFlags(context.getTraceFlags().asByte() & 1);
    span.setStartTime(data.getStartEpochNanos() / 1000);
    span.setDuration((data.getEndEpochNanos() - data.getStartEpochNanos()) / 1000);
    if (span.getParentSpanId() != 0) {
      span.addToReferences(
          new SpanRef(
              SpanRefType.CHILD_OF,
              span.getTraceIdLow(),
              span.getTraceIdHigh(),
              span.getParentSpanId()));
    }
    data.getLinks().forEach(link -> span.addToReferences(reference(link)));
    tags(data).forEach(span::addToTags);
    data.getEvents().forEach(event -> span.addToLogs(log(event)));
    return span;
  }

  private static List<Tag> tags(SpanData data) {
    List<Tag> tags = new ArrayList<>();
    InstrumentationScopeInfo scope = data.getInstrumentationScopeInfo();
    if (!scope.getName().isEmpty()) {
      tags.add(tag("otel.scope.name", scope.getName()));
      tags.add(tag("otel.library.name", scope.getName()));
    }
    String version = scope.getVersion();
    if (version != null && !version.isEmpty()) {
      tags.add(tag("otel.scope.version", version));
      tags.add(tag("otel.library.version", version));
    }
    tags.addAll(tags(scope.getAttributes()));
    StatusCode code = data.getStatus().getStatusCode();
    for (Tag tag : tags(data.getAttributes())) {
      if (code != StatusCode.ERROR || !tag.getKey().equals("error")) {
        tags.add(tag);
      }
    }
    Map<SpanKind, String> kinds =
        Map.of(
            SpanKind.CLIENT, "client",
            SpanKind.SERVER, "server",
            SpanKind.PRODUCER, "producer",
            SpanKind.CONSUMER, "consumer");
    if (kinds.containsKey(data.getKind())) {
      tags.add(tag("span.kind", kinds.get(data.getKind())));
    }
    if (code != StatusCode.UNSET) {
      tags.add(tag("otel.status_code", code == StatusCode.OK ? "OK" : "ERROR"));
      if (code == StatusCode.ERROR) {
        tags.add(tag("error", true));
      }
      if (!data.getStatus().getDescription().isEmpty()) {
        tags.add(tag("otel.status_description", data.getStatus().getDescription()));
      }
    }
    dropped(tags, "attributes", data.getTotalAttributeCount(), data.getAttributes().asMap().size());
    dropped(tags, "events", data.getTotalRecordedEvents(), data.getEvents().size());
    dropped(tags, "links", data.getTotalRecordedLinks(), data.getLinks().size());
    TraceState state = data.getSpanContext().getTraceState();
    if (!state.isEmpty()) {
      List<String> members = new ArrayList<>();
      state.forEach((key, value) -> members.add(key + "=" + value));
      tags.add(tag("w3c.tracestate", String.join(",", members)));
    }
    return tags;
  }

  private static void dropped(List<Tag> tags, String what, int total, int kept) {
    if (total > kept) {
      tags.add(tag("otel.dropped_" + what + "_count", (long) total - kept));
    }
  }

  private static SpanRef reference(LinkData link) {
    SpanContext linked = link.getSpanContext();
    Object type = link.getAttributes().asMap().get(AttributeKey.stringKey("opentracing.ref_type"));
    return new SpanRef(
        "child_of".equals(type) ? SpanRefType.CHILD_OF : SpanRefType.FOLLOWS_FROM,
        number(linked.getTraceId().substring(16)),
        number(linked.getTraceId().substring(0, 16)),
        number(linked.getSpanId()));
  }

  private static Log log(EventData event) {
    List<Tag> attributes = tags(event.getAttributes());
    List<Tag> fields = new ArrayList<>();
    if (attributes.stream().noneMatch(tag -> tag.getKey().equals("event"))) {
      fields.add(tag("event", event.getName()));
    }
    fields.addAll(attributes);
    dropped(fields, "attributes", event.getTotalAttributeCount(), attributes.size());
    return new Log(event.getEpochNanos() / 1000, fields);
  }

  private static List<Tag> tags(Attributes attributes) {
    List<Tag> tags = new ArrayList<>();
    attributes.asMap().forEach((key, value) -> tags.add(tag(key.getKey(), value)));
    return tags;
  }

  private static Tag tag(String key, @Nullable Object value) {
    Object plain = value instanceof Value<?> any ? any.getValue() : value;
    Tag tag = new Tag(text(key), TagType.STRING);
    if (plain instanceof Boolean flag) {
      return tag.setVType(TagType.BOOL).setVBool(flag);
    } else if (plain instanceof Long number) {
      return tag.setVType(TagType.LONG).setVLong(number);
    } else if (plain instanceof Double number) {
      return tag.setVType(TagType.DOUBLE).setVDouble(number);
    } else if (plain instanceof ByteBuffer buffer) {
      return tag.setVType(TagType.BINARY).setVBinary(bytes(buffer));
    } else if (plain instanceof List<?>) {
      return tag.setVStr(MARK + json(value));
    }
    return tag.setVStr(plain instanceof String string ? text(string) : "");
  }

  private static String json(@Nullable Object value) {
    StringWriter out = new StringWriter();
    try (JsonGenerator generator = new JsonFactory().createGenerator(out)) {
      write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString();
  }

  private static void write(JsonGenerator out, @Nullable Object value) throws IOException {
    if (value instanceof Value<?> any && !(any.getValue() instanceof List<?>)) {
      switch (any.getType()) {
        case EMPTY -> out.writeNull();
        case BYTES ->
            out.writeString(Base64.getEncoder().encodeToString(bytes((ByteBuffer) any.getValue())));
        default -> write(out, any.getValue());
      }
    } else if (value instanceof Value<?> any) {
      List<?> all = (List<?>) any.getValue();
      switch (any.getType()) {
        case KEY_VALUE_LIST -> {
          // Of several with one key a reader takes the last.
          Map<String, Object> last = new TreeMap<>();
          for (Object each : all) {
            last.put(text(((KeyValue) each).getKey()), ((KeyValue) each).getValue());
          }
          out.writeStartObject();
          for (Map.Entry<String, Object> entry : last.entrySet()) {
            out.writeFieldName(entry.getKey());
            write(out, entry.getValue());
          }
          out.writeEndObject();
        }
        default -> write(out, all);
      }
    } else if (value instanceof List<?> all) {
      out.writeStartArray();
      for (Object each : all) {
        write(out, each);
      }
      out.writeEndArray();
    } else if (value instanceof String string) {
      out.writeString(text(string));
    } else if (value instanceof Double number) {
      // Numbers that JSON does not know are texts, and Jackson writes them so.
      out.writeNumber(number);
    } else if (value instanceof Long number) {
      out.writeNumber(number);
    } else if (value instanceof Boolean flag) {
      out.writeBoolean(flag);
    } else {
      out.writeNull();
    }
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  /** As it comes out of UTF-8. */
  private static String text(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }

  private static long number(String hex) {
    return new BigInteger(hex, 16).longValue();
  }
}
