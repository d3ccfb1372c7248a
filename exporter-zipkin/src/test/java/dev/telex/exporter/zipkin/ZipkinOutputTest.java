/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import zipkin2.Span;
import zipkin2.codec.SpanBytesDecoder;

class ZipkinOutputTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.strings().ofMaxLength(40);
  }

  @Provide
  Arbitrary<String> ascii() {
    return Arbitraries.strings().withCharRange('\0', '\u007f').ofMaxLength(40);
  }

  @Property
  void aStringIsReadAsItWas(@ForAll("texts") String text) throws Exception {
    check(text);
  }

  @Property
  void aStringOfAsciiIsReadAsItWas(@ForAll("ascii") String text) throws Exception {
    check(text);
  }

  @Example
  void everyCharacterAtEveryPlaceIsReadAsItWas() throws Exception {
    for (int c = 0; c < 0x180; c++) {
      for (int place = 0; place < 18; place++) {
        check("x".repeat(place) + (char) c + "y".repeat(17 - place));
      }
    }
  }

  private static void check(String text) throws Exception {
    ZipkinOutput out = new ZipkinOutput();
    out.quoted("before");
    out.quoted(text);
    byte[] bytes = out.take();
    int before = "\"before\"".length();
    String json = new String(bytes, before, bytes.length - before, StandardCharsets.US_ASCII);
    // A surrogate without its other half cannot be kept.
    String kept = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
    assertThat(JSON.readValue(json, String.class)).isEqualTo(kept);
  }

  /** Around the sizes at which a length needs another byte. */
  @Example
  void aMessageOfAnyLengthIsReadAsItWas() {
    for (int around : new int[] {0, 128, 16_384, 2_097_152}) {
      for (int length = Math.max(0, around - 80); length < around + 20; length++) {
        String value = "v".repeat(length);
        ZipkinSpan span = new ZipkinSpan();
        span.traceId = "1".repeat(16);
        span.id = "2".repeat(16);
        span.tags.put("key", value);
        span.tags.put("other", "short");
        ProtobufSpanWriter writer = new ProtobufSpanWriter();
        writer.write(span);
        writer.write(span);
        Span expected =
            Span.newBuilder()
                .traceId(span.traceId)
                .id(span.id)
                .putTag("key", value)
                .putTag("other", "short")
                .build();
        assertThat(
                SpanBytesDecoder.PROTO3
                    .decodeList(writer.end())
                    .equals(List.of(expected, expected)))
            .as("a text of " + length)
            .isTrue();
      }
    }
  }
}
