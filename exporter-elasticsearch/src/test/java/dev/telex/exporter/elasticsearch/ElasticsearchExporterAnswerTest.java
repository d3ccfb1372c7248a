/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static dev.telex.exporter.elasticsearch.BulkAnswers.item;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Gzip;
import dev.telex.exporter.Rejection;
import dev.telex.exporter.elasticsearch.BulkAnswers.Doc;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an answer means, document by document and as a whole. */
class ElasticsearchExporterAnswerTest {

  private static final long LIMIT_SECONDS = 30;

  private final FaultServer server = FaultServer.start();
  private ElasticsearchExporter exporter = builder().build();

  @AfterEach
  void close() {
    exporter.close();
    server.close();
  }

  private ElasticsearchExporterBuilder builder() {
    return ElasticsearchExporter.builder()
        .endpoint(server.uri())
        .timeout(Duration.ofSeconds(LIMIT_SECONDS));
  }

  private void use(ElasticsearchExporterBuilder builder) {
    exporter.close();
    exporter = builder.build();
  }

  private ExportResult export(Batch batch) throws Exception {
    return export(batch, ExportContext.none());
  }

  private ExportResult export(Batch batch, ExportContext context) throws Exception {
    return exporter
        .export(batch, context)
        .toCompletableFuture()
        .get(LIMIT_SECONDS, TimeUnit.SECONDS);
  }

  private List<Doc> received() {
    List<Doc> all = new ArrayList<>();
    server.requests().forEach(request -> all.addAll(BulkAnswers.documents(request)));
    return all;
  }

  @Test
  void eachDocumentIsJudgedForItself() throws Exception {
    List<Integer> statuses = List.of(201, 409, 429, 503, 400, 400, 404);
    server.answerByDefault(
        BulkAnswers.answering(
            doc -> {
              int number = Integer.parseInt(doc.id().substring(doc.id().indexOf('-', 22) + 1));
              int status = statuses.get(number);
              return switch (status) {
                case 201 -> item(201);
                case 400 ->
                    item(
                        400,
                        "document_parsing_exception",
                        "[1:"
                            + number
                            + "] failed to parse field [attributes.n] of type [long] in document"
                            + " with id '"
                            + doc.id()
                            + "'. Preview of field's value: 'x"
                            + number
                            + "'");
                case 429 -> item(429, "es_rejected_execution_exception", "too busy");
                default -> item(status, "other", "because");
              };
            }));
    Batch batch = SampleBatches.spans(statuses.size());

    ExportResult result = export(batch);

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.remainder().orElseThrow().spans()).isEqualTo(batch.spans().subList(2, 4));
    assertThat(result.refused().orElseThrow().spans()).isEqualTo(batch.spans().subList(4, 7));
    assertThat(result.message().orElse(""))
        .contains("2 of 7 items")
        .contains("es_rejected_execution_exception: too busy");
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(2, 1);
    assertThat(result.rejections().get(0).reason())
        .startsWith("document_parsing_exception: [1:4] failed to parse field [attributes.n]")
        .endsWith("(the first of 2)");
    assertThat(result.rejections().get(1).reason()).isEqualTo("other: because");
  }

  @Test
  void theRemainderIsSentByTheNamesItHasAndEncodedNoMore() throws Exception {
    List<Integer> statuses = new ArrayList<>(List.of(201, 429, 201, 429));
    server.enqueue(BulkAnswers.answering(doc -> item(statuses.remove(0))));
    server.answerByDefault(BulkAnswers.taking());
    Batch batch = SampleBatches.logs(4);

    Batch rest = export(batch).remainder().orElseThrow();
    ExportResult result = export(rest, CancellableContext.childOf(ExportContext.none(), 2));

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(2);
    List<Doc> documents = received();
    assertThat(documents).hasSize(6);
    assertThat(documents.subList(4, 6))
        .extracting(Doc::lines)
        .containsExactly(documents.get(1).lines(), documents.get(3).lines());
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void aSpanGoesAgainForAnEventThatMayBeTakenLater() throws Exception {
    Batch batch = Batch.traces(List.of(withEvents("a", "e1", "e2"), Samples.span("b").build()));
    server.enqueue(
        BulkAnswers.answering(doc -> item(doc.id().endsWith(".1") ? 429 : 201)),
        BulkAnswers.answering(doc -> item(doc.id().endsWith(".1") ? 201 : 409)));

    Batch rest = export(batch).remainder().orElseThrow();
    assertThat(rest.spans()).isEqualTo(batch.spans().subList(0, 1));

    assertThat(export(rest).status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests()).hasSize(2);
    assertThat(BulkAnswers.documents(server.requests().get(1))).hasSize(3);
  }

  @Test
  void anEventThatIsRefusedIsAWarning() throws Exception {
    Batch batch = Batch.traces(List.of(withEvents("a", "e1"), Samples.span("b").build()));
    server.enqueue(
        BulkAnswers.answering(
            doc -> doc.id().endsWith(".0") ? item(400, "mapper_exception", "no") : item(201)));

    ExportResult result = export(batch);

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(2);
    assertThat(result.rejections())
        .containsExactly(new Rejection(0, "an event of a span: mapper_exception: no"));
  }

  private static SpanData withEvents(String name, String... events) {
    List<EventData> all = new ArrayList<>();
    for (String event : events) {
      all.add(EventData.create(Samples.TIME, event, Attributes.empty()));
    }
    return Samples.span(name).setEvents(all).setTotalRecordedEvents(all.size()).build();
  }

  @Test
  void whenAllAreRefusedTheBatchIs() throws Exception {
    server.enqueue(BulkAnswers.answering(doc -> item(400, "mapper_exception", "no")));

    ExportResult result = export(SampleBatches.logs(3));

    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message()).hasValue("mapper_exception: no (the first of 3)");
    assertThat(result.accepted()).isZero();
  }

  @Test
  void dataPointsOfOneDocumentShareItsLot() throws Exception {
    Attributes one = Attributes.builder().put("host", "a").build();
    Attributes other = Attributes.builder().put("host", "b").build();
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", one, 1),
                Samples.counter("requests", one, 7),
                Samples.counter("requests", other, 8),
                Samples.gauge("nan", other, Double.NaN)));
    server.enqueue(
        BulkAnswers.answering(
            doc ->
                doc.source().at("/attributes/host").asText().equals("a")
                    ? item(429, "busy", "later")
                    : item(201)));
    server.answerByDefault(BulkAnswers.taking());

    ExportResult result = export(batch);

    assertThat(received()).hasSize(2);
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejections()).extracting(Rejection::count).containsExactly(1);
    Batch rest = result.remainder().orElseThrow();
    assertThat(rest.itemCount()).isEqualTo(2);
    assertThat(export(rest).accepted()).isEqualTo(2);
    assertThat(received()).hasSize(3);
    assertThat(received().get(2).lines()).isEqualTo(received().get(0).lines());
  }

  @Test
  void aBatchWithSomeOfTheDataPointsOfADocumentLosesNone() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", Attributes.empty(), 1),
                Samples.counter("requests", Attributes.empty(), 7)));
    exporter.export(batch, ExportContext.none()).toCompletableFuture().get(30, TimeUnit.SECONDS);

    Batch second = batch.split(1).get(1);
    assertThat(export(second).accepted()).isEqualTo(1);

    assertThat(received().get(1).source().at("/metrics/requests").asLong()).isEqualTo(7);
  }

  @Test
  void tooLargeIsHalved() throws Exception {
    Answer tooLarge = Answer.status(413);
    server.enqueue(tooLarge);
    server.answerByDefault(BulkAnswers.taking());
    Batch batch = SampleBatches.logs(5);

    ExportResult result = export(batch);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(result.accepted()).isEqualTo(5);
    List<ReceivedRequest> requests = server.requests();
    assertThat(requests).hasSize(3);
    List<String> whole = lines(requests.get(0));
    List<String> halves = lines(requests.get(1));
    halves.addAll(lines(requests.get(2)));
    assertThat(halves).isEqualTo(whole);
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  private static List<String> lines(ReceivedRequest request) {
    return new ArrayList<>(BulkAnswers.documents(request).stream().map(Doc::lines).toList());
  }

  @Test
  void requestsAreBounded() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    use(builder().maxRequestBytes(1000));

    ExportResult result = export(SampleBatches.logs(20));

    assertThat(result.accepted()).isEqualTo(20);
    assertThat(received()).hasSize(20).extracting(Doc::id).doesNotHaveDuplicates();
    assertThat(server.requests())
        .hasSizeGreaterThan(5)
        .allSatisfy(request -> assertThat(request.body()).hasSizeLessThanOrEqualTo(1000));
  }

  @Test
  void anItemThatIsTooLargeAloneIsRejected() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    use(builder().maxRequestBytes(1000));
    Batch batch =
        Batch.traces(List.of(Samples.span("a").build(), Samples.span("x".repeat(2000)).build()));

    ExportResult result = export(batch);

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(1);
    assertThat(result.rejections().get(0).reason()).contains("more than maxRequestBytes, 1000");
    assertThat(result.refused().orElseThrow().spans()).isEqualTo(batch.spans().subList(1, 2));
  }

  @Test
  void bodiesAreCompressedOnceForAllAttempts() throws Exception {
    server.enqueue(Answer.status(503));
    server.answerByDefault(BulkAnswers.taking());
    use(builder().compression(Gzip.fast()));
    Batch logs = SampleBatches.logs(50);

    assertThat(export(logs).status()).isEqualTo(Status.RETRYABLE);
    assertThat(export(logs).status()).isEqualTo(Status.SUCCESS);

    List<ReceivedRequest> requests = server.requests();
    assertThat(requests.get(0).header("Content-Encoding")).hasValue("gzip");
    assertThat(requests.get(1).body()).isEqualTo(requests.get(0).body());
    assertThat(BulkAnswers.documents(requests.get(1))).hasSize(50);
    assertThat(logs.encodingStats().compressions()).isEqualTo(1);
  }

  @Test
  void compressedMetricsHaveEachDocumentOnce() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    use(builder().compression(Gzip.fast()));
    Batch batch =
        Batch.metrics(
            List.of(
                Samples.gauge("load", Attributes.empty(), 1),
                Samples.counter("requests", Attributes.empty(), 7)));

    assertThat(export(batch).accepted()).isEqualTo(2);

    assertThat(received()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void aBusyNodeIsRetryableAndAskedOnce(int status) throws Exception {
    server.enqueue(
        Answer.status(status)
            .header("Retry-After", "7")
            .body(
                "application/json",
                "{\"error\":{\"root_cause\":[{\"type\":\"x\"}],\"type\":\"busy\","
                    + "\"reason\":\"come back\"},\"status\":"
                    + status
                    + "}"));

    ExportResult result = export(SampleBatches.logs(2));

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.statusCode()).hasValue(status);
    assertThat(result.retryAfter()).hasValue(Duration.ofSeconds(7));
    assertThat(result.message()).hasValue("HTTP " + status + ": busy: come back");
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 307, 400, 401, 403, 404, 409, 421})
  void aRefusalIsPermanent(int status) throws Exception {
    server.enqueue(
        Answer.status(status)
            .header("Location", server.url("/elsewhere"))
            .body("text/plain", "go\naway"));

    ExportResult result = export(SampleBatches.logs(2));

    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message()).hasValue("HTTP " + status + ": go away");
    assertThat(server.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{}",
        "[]",
        "{\"items\":[{\"create\":{\"status\":201}}]}",
        "{\"items\":[{\"create\":{}},{\"create\":{}}]}",
        "{\"items\":[{\"create\":{\"status\":201}},{\"create\"",
        "<html>hello</html>"
      })
  void anAnswerThatSaysNothingOfTheDocumentsIsNoSuccess(String body) throws Exception {
    server.enqueue(Answer.ok().body("application/json", body));

    ExportResult result = export(SampleBatches.logs(2));

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.outcomeUnknown()).isTrue();
  }

  @Test
  void aCompressedAnswerIsReadWithinItsBound() throws Exception {
    use(builder().maxResponseBytes(100_000));
    server.enqueue(
        Answer.ok()
            .body("application/json", "{\"items\":[{\"create\":{\"status\":201}}]}")
            .gzipped(),
        Answer.ok().bodyOfSize(10 << 20).gzipped());

    assertThat(export(SampleBatches.logs(1)).status()).isEqualTo(Status.SUCCESS);
    ExportResult result = export(SampleBatches.logs(1));

    assertThat(result.status()).isEqualTo(Status.RETRYABLE);
    assertThat(result.message().orElse("")).contains("longer than 100000 bytes");
  }

  /** A document whose refusal is told at length would otherwise be in the way of all others. */
  @Test
  void anAnswerThatIsTooLongIsAskedForInHalves() throws Exception {
    use(builder().maxResponseBytes(1_000));
    server.answerByDefault(
        BulkAnswers.answering(
            doc ->
                doc.id().endsWith("-3")
                    ? item(400, "mapper_exception", "x".repeat(800))
                    : item(201, "", "y".repeat(300))));
    Batch batch = SampleBatches.logs(8);

    ExportResult result = export(batch);

    assertThat(result.status()).isEqualTo(Status.PARTIAL);
    assertThat(result.accepted()).isEqualTo(7);
    assertThat(result.refused().orElseThrow().logs()).isEqualTo(batch.logs().subList(3, 4));
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
  }

  @Test
  void theRequestAsksForDataStreams() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    use(builder().endpoint(server.url("/behind/proxy/")).header("X-Tenant", "t").apiKey("a2V5"));

    export(SampleBatches.logs(1));

    ReceivedRequest request = server.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.path())
        .startsWith("/behind/proxy/_bulk?")
        .contains("require_data_stream=true")
        .contains("filter_path=items");
    assertThat(request.header("Content-Type")).hasValue("application/x-ndjson");
    assertThat(request.headers("Accept")).containsExactly("application/json");
    assertThat(request.header("Authorization")).hasValue("ApiKey a2V5");
    assertThat(request.header("X-Tenant")).hasValue("t");
  }

  @Test
  void aBearerTokenIsAskedForEachRequest() throws Exception {
    server.answerByDefault(BulkAnswers.taking());
    List<String> tokens = new ArrayList<>(List.of("one", "two"));
    use(builder().bearerToken(() -> tokens.remove(0)));

    export(SampleBatches.logs(1));
    export(SampleBatches.logs(1));
    ExportResult without = export(SampleBatches.logs(1));

    assertThat(server.requests())
        .extracting(request -> request.header("Authorization").orElse(""))
        .containsExactly("Bearer one", "Bearer two");
    assertThat(without.status()).isEqualTo(Status.RETRYABLE);
    assertThat(without.message().orElse("")).contains("supplier of the bearer token threw");
  }

  @Test
  void aDatasetCanHaveCharactersThatNoPathHas() throws Exception {
    server.answerByDefault(Answer.ok());
    use(builder().mode(ElasticsearchMode.ECS).dataset("50%}ü"));

    ExportResult result =
        exporter
            .installTemplates(ElasticsearchTemplates.standard())
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests())
        .extracting(request -> URLDecoder.decode(request.path(), StandardCharsets.UTF_8))
        .containsExactly(
            "/_index_template/telex-ecs-50%}ü-traces",
            "/_index_template/telex-ecs-50%}ü-logs", "/_index_template/telex-ecs-50%}ü-metrics");
  }

  @Test
  void templatesAreInstalledOneByOne() throws Exception {
    ExportResult result =
        exporter
            .installTemplates(ElasticsearchTemplates.standard().replicas(0))
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);

    assertThat(result.status()).isEqualTo(Status.SUCCESS);
    assertThat(server.requests())
        .extracting(ReceivedRequest::method, ReceivedRequest::path)
        .containsExactly(
            tuple("PUT", "/_index_template/telex-otel-traces"),
            tuple("PUT", "/_index_template/telex-otel-logs"),
            tuple("PUT", "/_index_template/telex-otel-metrics"));
    server.enqueue(Answer.ok(), Answer.status(403).body("text/plain", "not you"));
    ExportResult refused =
        exporter
            .installTemplates(ElasticsearchTemplates.standard())
            .toCompletableFuture()
            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
    assertThat(refused.status()).isEqualTo(Status.PERMANENT);
    assertThat(refused.message()).hasValue("HTTP 403: not you");
    assertThat(server.requests()).hasSize(5);
  }
}
