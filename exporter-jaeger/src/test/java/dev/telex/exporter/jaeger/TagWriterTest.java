/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import io.jaegertracing.thriftjava.Tag;
import io.jaegertracing.thriftjava.TagType;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.trace.TestSpanData;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What stands in tags, as it is written in the words of the specification. */
class TagWriterTest {

  private static List<Tag> processTags(Attributes attributes) throws Exception {
    SpanData span =
        TestSpanData.builder()
            .setName("x")
            .setResource(Resource.create(attributes))
            .setKind(SpanKind.SERVER)
            .setStatus(StatusData.unset())
            .setStartEpochNanos(1)
            .setEndEpochNanos(2)
            .setHasEnded(true)
            .build();
    byte[] body = Batch.traces(List.of(span)).encoded(JaegerEncoding.COLLECTOR).toByteArray();
    return JaegerReader.collector(body).getProcess().getTags();
  }

  private static Tag text(String key, String value) {
    return new Tag(key, TagType.STRING).setVStr(value);
  }

  @Test
  void everyTypeHasItsTag() throws Exception {
    Attributes attributes =
        Attributes.builder()
            .put("a string", "text")
            .put("an empty string", "")
            .put("bool", true)
            .put("double", 1.5)
            .put("long", Long.MIN_VALUE)
            .put(AttributeKey.valueKey("bytes"), Value.of(new byte[] {1, -1}))
            .put(AttributeKey.valueKey("empty"), Value.empty())
            .build();
    assertThat(processTags(attributes))
        .containsExactlyInAnyOrder(
            text("a string", "text"),
            text("an empty string", ""),
            new Tag("bool", TagType.BOOL).setVBool(true),
            new Tag("double", TagType.DOUBLE).setVDouble(1.5),
            new Tag("long", TagType.LONG).setVLong(Long.MIN_VALUE),
            new Tag("bytes", TagType.BINARY).setVBinary(new byte[] {1, -1}),
            text("empty", ""));
  }

  @Test
  void arraysAndMapsAreJson() throws Exception {
    Attributes attributes =
        Attributes.builder()
            .put(AttributeKey.stringArrayKey("strings"), Arrays.asList("a", null, "\"\n"))
            .put(AttributeKey.longArrayKey("longs"), List.of(1L, -2L))
            .put(AttributeKey.booleanArrayKey("bools"), List.of(true, false))
            .put(AttributeKey.doubleArrayKey("doubles"), List.of(1.0, Double.NaN))
            .put(AttributeKey.stringArrayKey("none"), List.of())
            .put(
                AttributeKey.valueKey("map"),
                Value.of(
                    KeyValue.of("k", Value.of(List.<Value<?>>of(Value.of(1), Value.of("x")))),
                    KeyValue.of("bytes", Value.of(new byte[] {1, 2, 3}))))
            .build();
    assertThat(processTags(attributes))
        .containsExactlyInAnyOrder(
            text("strings", "[\"a\",null,\"\\\"\\n\"]"),
            text("longs", "[1,-2]"),
            text("bools", "[true,false]"),
            text("doubles", "[1.0,\"NaN\"]"),
            text("none", "[]"),
            text("map", "{\"k\":[1,\"x\"],\"bytes\":\"AQID\"}"));
  }

  @Test
  void aValueThatIsNestedTooDeepIsRefused() throws Exception {
    Value<?> value = Value.of("x");
    for (int i = 0; i < 1_000; i++) {
      value = i % 2 == 0 ? Value.of(List.<Value<?>>of(value)) : Value.of(KeyValue.of("k", value));
    }
    assertThat(processTags(Attributes.of(AttributeKey.valueKey("deep"), value))).hasSize(1);
    Attributes deeper =
        Attributes.of(AttributeKey.valueKey("deep"), Value.of(List.<Value<?>>of(value)));
    assertThatThrownBy(() -> processTags(deeper))
        .hasMessageContaining("nested deeper than 1000 levels");
  }

  @Test
  void attributesThatMiscountAreRefused() {
    Attributes attributes =
        (Attributes)
            Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {Attributes.class},
                (proxy, method, arguments) -> method.getName().equals("size") ? 2 : null);
    TagWriter tags = new TagWriter(new BinaryThriftWriter());
    assertThatThrownBy(() -> tags.all(attributes))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("attributes say that they are 2, and give 0");
  }

  @Test
  void spansOfSeveralResourcesAreNoBatch() {
    Batch batch = JaegerFixture.spansOf(List.of("a", "b"), 1);
    assertThatThrownBy(() -> batch.encoded(JaegerEncoding.COLLECTOR))
        .hasMessageContaining("the spans have several resources");
  }
}
