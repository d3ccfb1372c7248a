/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import zipkin2.Span;

/** What Zipkin's own codec reads is what the mapping says, for spans of every kind. */
class ZipkinEncodingPropertyTest {

  private static final int SPANS_OF_A_SEED = 3;

  @Property(tries = 400)
  void zipkinReadsWhatTheMappingSays(
      @ForAll ZipkinFormat format,
      @ForAll ZipkinDialect dialect,
      @ForAll @Size(max = 8) List<Long> seeds) {
    List<SpanData> spans = new ArrayList<>();
    seeds.forEach(seed -> spans.addAll(TestSpans.of(seed, SPANS_OF_A_SEED)));
    check(spans, format, dialect, seeds.size() % 2 == 0 ? "10.2.3.4" : "2001:db8::99");
  }

  @Example
  void atEverySize() {
    for (ZipkinFormat format : ZipkinFormat.values()) {
      for (ZipkinDialect dialect : ZipkinDialect.values()) {
        for (int size : new int[] {0, 1, 512, 2_000}) {
          check(TestSpans.of(size, size), format, dialect, "192.168.0.1");
        }
      }
    }
  }

  private static void check(
      List<SpanData> spans, ZipkinFormat format, ZipkinDialect dialect, String localAddress) {
    ZipkinEncoding encoding = new ZipkinEncoding(format, dialect, IpLiterals.parse(localAddress));
    List<Span> read =
        ZipkinFixture.decode(format, encoding.encode(Batch.traces(spans)).toByteArray());
    assertThat(read).hasSameSizeAs(spans);
    for (int i = 0; i < spans.size(); i++) {
      Span expected = ExpectedSpan.of(spans.get(i), dialect, localAddress);
      if (format == ZipkinFormat.PROTOBUF) {
        expected = asReadFromProtobuf(expected);
      }
      assertThat(wellFormed(read.get(i))).isEqualTo(wellFormed(expected));
    }
  }

  /**
   * Without the tag of one question mark: keys that are no valid Unicode become it, several
   * perhaps, and which of them is the last is nobody's business.
   */
  private static Span wellFormed(Span span) {
    Span.Builder kept = span.toBuilder().clearTags();
    span.tags().forEach((key, value) -> kept.putTag(key, key.equals("?") ? "" : value));
    return kept.build();
  }

  /** In protobuf zero and an empty text are nothing, and Zipkin drops annotations without both. */
  private static Span asReadFromProtobuf(Span span) {
    Span.Builder kept = span.toBuilder().clearAnnotations();
    span.annotations().stream()
        .filter(annotation -> annotation.timestamp() != 0 && !annotation.value().isEmpty())
        .forEach(annotation -> kept.addAnnotation(annotation.timestamp(), annotation.value()));
    return kept.build();
  }
}
