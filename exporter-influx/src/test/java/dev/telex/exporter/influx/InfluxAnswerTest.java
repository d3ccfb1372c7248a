/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Rejection;
import dev.telex.testkit.Answer;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import io.opentelemetry.sdk.metrics.data.LongPointData;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What servers answer to lines that they do not like, in their words, and what becomes of it. */
class InfluxAnswerTest extends InfluxFixture {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Test
  void ofAPartialWriteTheQuotedLinesAreRejectedForTheirReasons() throws Exception {
    Batch batch = gauges(5);
    List<String> lines = lines(batch);
    server.enqueue(
        error(
            "partial write: unable to parse '"
                + lines.get(1)
                + "': time outside range\nunable to parse '"
                + lines.get(3)
                + "': bad number dropped=0"));
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.statusCode()).hasValue(400);
    assertThat(result.accepted()).isEqualTo(3);
    assertThat(result.rejections())
        .containsExactlyInAnyOrder(
            new Rejection(1, "time outside range"), new Rejection(1, "bad number dropped=0"));
    assertThat(values(result.refused().orElseThrow())).containsExactly(1L, 3L);
    assertThat(server.requests()).hasSize(1);
  }

  /** A line may have newlines, quotes, and what ends the quotation. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "it's",
        "a': b",
        "': ",
        "one\ntwo",
        "unable to parse 'x': y",
        "partial write: no dropped=7"
      })
  void aHostileLineIsFoundInItsQuotation(String text) throws Exception {
    Batch batch = logs("before", text, "after");
    server.enqueue(
        error("partial write: unable to parse '" + lines(batch).get(1) + "': bad dropped=0"));
    ExportResult result = export(exporter(), batch);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejections()).containsExactly(new Rejection(1, "bad dropped=0"));
    assertThat(result.refused().orElseThrow().logs()).containsExactly(batch.logs().get(1));
  }

  /** What a quoted line says is not what the server says. */
  @Test
  void aLineCannotMakeARefusalAPartialWrite() throws Exception {
    Batch batch = logs("partial write: x dropped=1", "other");
    server.answerByDefault(
        error("unable to parse '" + lines(batch).get(0) + "': too bad for this one"));
    ExportResult result = export(exporter(), batch);
    assertThat(server.requests()).as("the whole, and its halves").hasSize(3);
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
  }

  @Test
  void ofAPartialWriteTheNumberedLinesAreRejected() throws Exception {
    SpanData span = TestItems.span("one").build();
    SpanData withEvent =
        TestItems.span("two")
            .setEvents(List.of(EventData.create(5, "event", Attributes.empty())))
            .build();
    SpanData last = TestItems.span("three").build();
    Batch batch = Batch.traces(List.of(span, withEvent, last));
    ArrayNode data = JSON.createArrayNode();
    // Of the span's event, a line that there is not, and words that are no number.
    data.addObject().put("line_number", 3).put("error_message", "no such column");
    data.addObject().put("line_number", 5).put("error_message", "beyond");
    data.addObject().put("line_number", "many").put("error_message", "no number");
    data.add("no object");
    ObjectNode answer = JSON.createObjectNode();
    answer.put("error", "partial write of line protocol occurred").set("data", data);
    server.enqueue(Answer.status(400).body("application/json; charset=utf-8", answer.toString()));
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejections()).containsExactly(new Rejection(1, "no such column"));
    assertThat(result.refused().orElseThrow().spans()).containsExactly(withEvent);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | partial write: field type conflict: input field \"f\" is type string dropped=2 | 3",
        "422 | failure writing points to database: partial write: points beyond retention policy dropped=2 | 3",
        "400 | partial write: points beyond retention policy | 4",
        "400 | partial write: max-values-per-tag limit exceeded dropped=100 | 0",
      })
  void pointsThatAreOnlyCountedAreRejectedByTheirNumber(int status, String words, int accepted)
      throws Exception {
    server.enqueue(Answer.status(status).body("application/json", object("error", words)));
    ExportResult result = export(exporter(), gauges(5));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.accepted()).isEqualTo(accepted);
    assertThat(result.rejected()).isEqualTo(5 - accepted);
    assertThat(result.rejections()).extracting(Rejection::reason).containsExactly(words);
    assertThat(result.refused()).as("nobody says which").isEmpty();
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void theOnlyPointOfABatchIsKnownWhereItIsOnlyCounted() throws Exception {
    server.enqueue(error("partial write: points beyond retention policy dropped=1"));
    Batch batch = gauges(1);
    ExportResult result = export(exporter(), batch);
    assertThat(result.accepted()).isZero();
    assertThat(values(result.refused().orElseThrow())).containsExactly(0L);
  }

  /** InfluxDB before 1.8 has no JSON in all of its answers. */
  @Test
  void theHeaderCountsWhereTheBodySaysNothing() throws Exception {
    server.enqueue(
        Answer.status(400).header("X-Influxdb-Error", "partial write: of old times dropped=2"));
    assertThat(export(exporter(), gauges(5)).accepted()).isEqualTo(3);
  }

  @Test
  void allNamedLinesNeedNoSecondRequest() throws Exception {
    Batch batch = gauges(2);
    server.enqueue(
        error(
            "unable to parse '"
                + lines(batch).get(0)
                + "': bad timestamp\nunable to parse '"
                + lines(batch).get(1)
                + "': bad number"));
    ExportResult result = export(exporter(), batch);
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.accepted()).isZero();
    assertThat(result.message()).hasValue("HTTP 400: bad timestamp (and 1 other reasons)");
    assertThat(values(result.refused().orElseThrow())).containsExactly(0L, 1L);
    assertThat(server.requests()).hasSize(1);
  }

  /** QuestDB, and InfluxDB 2 where it cannot parse a line, take nothing of the request. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"code\":\"invalid\",\"message\":\"unable to parse 'what it makes of it': bad\"}",
        "{\"code\":\"invalid\",\"message\":\"failed to parse line protocol:errors encountered on"
            + " line(s):error in line 7: table: bad\",\"line\":7,\"errorId\":\"b3\"}"
      })
  void aBatchOfWhichNothingIsTakenIsHalvedUntilTheBadOnesAreAlone(String words) throws Exception {
    server.answerByDefault(
        Answer.computed(
            request ->
                request.text().contains("gauge=6i")
                    ? Answer.status(400).body("application/json", words)
                    : Answer.status(204)));
    ExportResult result = export(exporter(), gauges(16));
    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(15);
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(1);
    assertThat(result.rejections().get(0).reason()).contains("HTTP 400", "bad");
    assertThat(values(result.refused().orElseThrow())).containsExactly(6L);
    List<Object> stored = new ArrayList<>();
    server.requests().stream()
        .filter(request -> !request.text().contains("gauge=6i"))
        .forEach(
            request -> points(request).forEach(point -> stored.add(point.fields().get("gauge"))));
    assertThat(stored)
        .as("each once")
        .containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 7L, 8L, 9L, 10L, 11L, 12L, 13L, 14L, 15L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "500 | timeout | RETRYABLE",
        "500 | engine: cache-max-memory-size exceeded: (1073741829/1073741824) | RETRYABLE",
        "500 | engine: something else | PERMANENT",
        "400 | bucket is required | PERMANENT",
        "401 | unauthorized access | PERMANENT",
        "404 | bucket \"otel\" not found | PERMANENT",
        "429 | too many writes | RETRYABLE",
        "503 | the service is busy | RETRYABLE",
      })
  void otherWordsAreShownAndNothingIsSplit(int status, String words, Status expected)
      throws Exception {
    for (String key : List.of("error", "message")) {
      server.enqueue(Answer.status(status).body("application/json", object(key, words)));
      ExportResult result = export(exporter(), gauges(4));
      assertThat(result.status()).isEqualTo(expected);
      assertThat(result.statusCode()).hasValue(status);
      assertThat(result.message()).hasValue("HTTP " + status + ": " + words);
    }
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]", "{", "\"text\"", "{\"error\":{\"deep\":1}}", "{\"message\":null}"})
  void jsonOfAnotherShapeIsAnAnswerToo(String body) throws Exception {
    server.enqueue(Answer.status(400).body("application/json", body));
    ExportResult result = export(exporter(), gauges(2));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message().orElseThrow()).startsWith("HTTP 400");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aPageOfALoginIsNoSuccess() throws Exception {
    server.enqueue(Answer.status(200).body("text/html; charset=utf-8", "<html>log in</html>"));
    ExportResult result = export(exporter(), gauges(1));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message().orElseThrow()).contains("not the answer of a database");
  }

  @Test
  void manyReasonsAreSummedUp() throws Exception {
    Batch batch = gauges(30);
    StringBuilder words = new StringBuilder("partial write: ");
    List<String> lines = lines(batch);
    for (int i = 0; i < 25; i++) {
      words.append("unable to parse '").append(lines.get(i)).append("': reason ").append(i);
      words.append('\n');
    }
    server.enqueue(error(words.toString()));
    ExportResult result = export(exporter(), batch);
    assertThat(result.accepted()).isEqualTo(5);
    assertThat(result.rejections())
        .hasSize(21)
        .endsWith(new Rejection(5, "other reasons"))
        .contains(new Rejection(1, "reason 0"));
  }

  private static Answer error(String words) {
    return Answer.status(400).body("application/json", object("error", words));
  }

  private static String object(String key, String words) {
    return JSON.valueToTree(Map.of(key, words)).toString();
  }

  /** With the values 0, 1 and so on. */
  private static Batch gauges(int count) {
    LongPointData[] points = new LongPointData[count];
    for (int i = 0; i < count; i++) {
      points[i] = TestItems.point(i, Attributes.builder().put("n", i).build());
    }
    return Batch.metrics(List.of(TestItems.gauge("m", points)));
  }

  private static Batch logs(String... bodies) {
    List<LogRecordData> logs = new ArrayList<>();
    for (String body : bodies) {
      logs.add(TestItems.log(body).build());
    }
    return Batch.logs(logs);
  }

  private static List<Long> values(Batch batch) {
    return batch.metrics().stream()
        .flatMap(metric -> metric.getLongGaugeData().getPoints().stream())
        .map(LongPointData::getValue)
        .toList();
  }

  private static List<String> lines(Batch batch) {
    return InfluxFixture.points(batch).stream().map(Point::line).toList();
  }
}
