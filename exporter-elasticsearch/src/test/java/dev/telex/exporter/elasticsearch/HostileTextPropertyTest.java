/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.elasticsearch.BulkAnswers.Doc;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.KeyValue;
import io.opentelemetry.api.common.Value;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.testing.logs.TestLogRecordData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.LinkData;
import io.opentelemetry.sdk.trace.data.StatusData;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Text that tries to end its string, its line or its document comes back as it was. */
class HostileTextPropertyTest {

  @Provide
  static Arbitrary<String> hostile() {
    Arbitrary<String> pieces =
        Arbitraries.of(
            "\\",
            "\"",
            "\n",
            "\r",
            "\t",
            "\0",
            "\b",
            "\f",
            "/",
            "{",
            "}",
            "[",
            "]",
            ":",
            ",",
            "\\u",
            "\\u0022",
            "\\n",
            "\"},",
            "\"}\n{\"delete\":{\"_id\":\"x\"}}\n",
            "\",\"_index\":\"other",
            "\u0001",
            "\u001f",
            " ",
            "\u007f",
            "\u0080",
            "ü",
            "€",
            "😀",
            "\ud83d",
            "\ude00",
            "\ufeff",
            "\u2028",
            "null",
            "1",
            ".",
            "abcdefgh");
    return Arbitraries.oneOf(
        pieces.list().ofMaxSize(8).map(list -> String.join("", list)),
        Arbitraries.strings().ofMaxLength(20));
  }

  private static List<Doc> documents(Batch batch, ElasticsearchMode mode) throws Exception {
    ElasticsearchEncoding encoding =
        mode == ElasticsearchMode.OTEL ? ElasticsearchEncoding.otel() : ElasticsearchEncoding.ecs();
    List<Doc> documents = BulkAnswers.documents(batch.encoded(encoding).toByteArray());
    assertThat(documents).allSatisfy(doc -> assertThat(doc.action()).hasSize(1));
    return documents;
  }

  private static Attributes one(String key, String value) {
    return Attributes.of(AttributeKey.stringKey("k" + key), value);
  }

  @Property(tries = 2_000)
  void ofASpanAndItsEvents(
      @ForAll("hostile") String name,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value,
      @ForAll("hostile") String other,
      @ForAll ElasticsearchMode mode)
      throws Exception {
    boolean otel = mode == ElasticsearchMode.OTEL;
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span(name)
                    .setResource(Resource.create(Attributes.of(SERVICE, other)))
                    .setInstrumentationScopeInfo(
                        InstrumentationScopeInfo.builder("s" + other)
                            .setVersion("v" + value)
                            .build())
                    .setStatus(
                        StatusData.create(io.opentelemetry.api.trace.StatusCode.ERROR, value))
                    .setAttributes(
                        one(key, value).toBuilder()
                            .put(AttributeKey.stringArrayKey("list"), value, other)
                            .build())
                    .setLinks(
                        List.of(
                            LinkData.create(
                                Samples.context(TraceState.getDefault()), one(key, other))))
                    .setTotalRecordedLinks(1)
                    .setEvents(List.of(EventData.create(Samples.TIME, name, one(key, value))))
                    .setTotalRecordedEvents(1)
                    .build(),
                Samples.span("next").build()));

    List<Doc> documents = documents(batch, mode);

    assertThat(documents).hasSize(3);
    JsonNode span = documents.get(0).source();
    JsonNode event = documents.get(1).source();
    JsonNode attributes = otel ? span.path("attributes") : span;
    assertText(span.path(otel ? "name" : "span.name"), name);
    assertText(attributes.path(wellFormed("k" + key)), value);
    assertText(attributes.path("list").path(0), value);
    assertText(attributes.path("list").path(1), other);
    assertText(otel ? span.at("/status/message") : span.path("event.reason"), value);
    assertText(
        otel
            ? span.path("resource").path("attributes").path("service.name")
            : span.path("service.name"),
        other);
    assertText(otel ? span.at("/scope/name") : span.path("otel.scope.name"), "s" + other);
    if (otel) {
      assertText(span.at("/scope/version"), "v" + value);
      assertText(span.at("/links/0/attributes").path(wellFormed("k" + key)), other);
    }
    assertText(event.path(otel ? "event_name" : "event.action"), name);
    assertText((otel ? event.path("attributes") : event).path(wellFormed("k" + key)), value);
    assertThat(documents.get(2).source().path(otel ? "name" : "span.name").asText())
        .isEqualTo("next");
  }

  @Property(tries = 2_000)
  void ofALogRecord(
      @ForAll("hostile") String body,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value,
      @ForAll ElasticsearchMode mode)
      throws Exception {
    boolean otel = mode == ElasticsearchMode.OTEL;
    Batch batch =
        Batch.logs(
            List.of(
                log(Value.of(body))
                    .setSeverityText(value)
                    .setEventName(value)
                    .setAttributes(one(key, value))
                    .build(),
                log(Value.of(KeyValue.of(key, Value.of(body)))).build()));

    List<Doc> documents = documents(batch, mode);

    assertThat(documents).hasSize(2);
    JsonNode log = documents.get(0).source();
    assertText(otel ? log.at("/body/text") : log.path("message"), body);
    assertText(log.path(otel ? "severity_text" : "log.level"), value);
    assertText(log.path(otel ? "event_name" : "event.action"), value);
    assertText((otel ? log.path("attributes") : log).path(wellFormed("k" + key)), value);
    if (otel) {
      assertText(documents.get(1).source().at("/body/structured").path(wellFormed(key)), body);
    }
  }

  private static TestLogRecordData.Builder log(Value<?> body) {
    return TestLogRecordData.builder()
        .setResource(Samples.RESOURCE)
        .setInstrumentationScopeInfo(Samples.SCOPE)
        .setTimestamp(Samples.TIME, TimeUnit.NANOSECONDS)
        .setBodyValue(body);
  }

  @Property(tries = 2_000)
  void ofAMetric(
      @ForAll("hostile") String name,
      @ForAll("hostile") String key,
      @ForAll("hostile") String value,
      @ForAll ElasticsearchMode mode)
      throws Exception {
    boolean otel = mode == ElasticsearchMode.OTEL;
    Attributes nested =
        Attributes.of(
            AttributeKey.valueKey("map"), Value.of(KeyValue.of("m" + key, Value.of(value))));
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("m" + name, one(key, value), 1.5),
                Samples.gauge("other", nested, 2.5)));

    List<Doc> documents = documents(batch, mode);

    assertThat(documents).hasSize(2);
    JsonNode metric = documents.get(0).source();
    JsonNode values = otel ? metric.path("metrics") : metric;
    assertThat(values.path(wellFormed("m" + name)).asDouble()).isEqualTo(1.5);
    assertText((otel ? metric.path("attributes") : metric).path(wellFormed("k" + key)), value);
    if (otel) {
      assertThat(
              documents
                  .get(0)
                  .action()
                  .at("/create/dynamic_templates")
                  .path(wellFormed("metrics.m" + name))
                  .asText())
          .isEqualTo("gauge_double");
      // Dimensions cannot be maps: this one is a text of JSON.
      String text = documents.get(1).source().at("/attributes/map").asText();
      assertText(BulkAnswers.read(text).path(wellFormed("m" + key)), value);
    }
  }

  @Property(tries = 2_000)
  void ofTheNameOfADataStream(
      @ForAll("hostile") String dataset, @ForAll("hostile") String namespace) throws Exception {
    Batch batch =
        Batch.traces(
            List.of(
                Samples.span("a")
                    .setAttributes(
                        Attributes.builder()
                            .put(DataStream.DATASET_KEY, dataset)
                            .put(DataStream.NAMESPACE_KEY, namespace)
                            .build())
                    .build()));

    Doc document = documents(batch, ElasticsearchMode.OTEL).get(0);

    // What Elasticsearch asks of the name of an index.
    String index = document.index();
    assertThat(index)
        .startsWith("traces-")
        .isEqualTo(index.toLowerCase(Locale.ROOT))
        .doesNotContainPattern("[\\\\/*?\"<>| ,#:]");
    assertThat(index.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(255);
    JsonNode stream = document.source().path("data_stream");
    assertThat(index)
        .isEqualTo(
            "traces-" + stream.path("dataset").asText() + "-" + stream.path("namespace").asText());
  }

  private static final AttributeKey<String> SERVICE = AttributeKey.stringKey("service.name");

  /** A text that is empty may be left out. */
  private static void assertText(JsonNode found, String text) {
    if (text.isEmpty()) {
      assertThat(found.asText("")).isEmpty();
    } else {
      assertThat(found.isTextual()).as("a text: %s", found).isTrue();
      assertThat(found.asText()).isEqualTo(wellFormed(text));
    }
  }

  /** As UTF-8 has it: a half of a character is a question mark. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
  }
}
