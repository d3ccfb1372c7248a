/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that answers like Elasticsearch; a real one is among the integration tests. */
class ToElasticsearchTest {

  private static final String BUCKETS =
      """
      {"aggregations":{"services":{"buckets":[{"key":"shop","doc_count":100,
       "durations":{"values":{"50.0":50000000.0,"95.0":95000000.0}}}]}}}""";

  @TempDir private Path directory;
  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(FaultServer server, String... more) throws Exception {
    String[] arguments = new String[4 + more.length];
    arguments[0] = "--to";
    arguments[1] = server.url("");
    arguments[2] = "--left";
    arguments[3] = left().toString();
    System.arraycopy(more, 0, arguments, 4, more.length);
    return ToElasticsearch.run(new PrintStream(printed, true, StandardCharsets.UTF_8), arguments);
  }

  private Path left() {
    return directory.resolve("left.jsonl");
  }

  private String text() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  private static Answer elasticsearch(ReceivedRequest request) {
    if (request.path().startsWith("/_bulk")) {
      long documents = request.text().lines().count() / 2;
      return json(
          Collections.nCopies((int) documents, "{\"create\":{\"status\":201}}").stream()
              .collect(Collectors.joining(",", "{\"items\":[", "]}")));
    }
    return json(request.path().contains("_search") ? BUCKETS : "{}");
  }

  private static Answer json(String body) {
    return Answer.ok().body("application/json", body);
  }

  @Test
  void ordersAreDeliveredAndFoundAgain() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      server.answerByDefault(Answer.computed(ToElasticsearchTest::elasticsearch));

      assertThat(run(server, "--install-templates")).as(text()).isZero();

      assertThat(text())
          .contains("The chain: Fallback(Retry(Timeout(elasticsearch-otel))")
          .contains("traces: 100 delivered, 0 rejected, 0 in ")
          .contains("logs: 100 delivered, 0 rejected, 0 in ")
          .contains("metrics: 1 delivered, 0 rejected, 0 in ")
          .contains("curl -s")
          .containsPattern("shop +100 +50.0 ms +95.0 ms");
      assertThat(server.requests())
          .extracting(ReceivedRequest::path)
          .contains("/_index_template/telex-otel-traces", "/traces-shop.otel-default/_refresh");
      assertThat(left()).doesNotExist();
    }
  }

  @Test
  void whatIsNotTakenIsInTheFile() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      server.answerByDefault(Answer.status(503));

      assertThat(run(server)).as(text()).isEqualTo(1);

      assertThat(text()).contains("traces: 0 delivered, 0 rejected, 100 in " + left());
      assertThat(Files.readString(left())).contains("order 100 is paid", "shop.orders");
    }
  }

  @Test
  void templatesThatAreRefusedAreSaid() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      server.answerByDefault(Answer.status(403).body("text/plain", "not you"));

      assertThat(run(server, "--install-templates")).isEqualTo(2);

      assertThat(text()).contains("The templates are not installed: HTTP 403: not you");
    }
  }

  @Test
  void argumentsAreChecked() throws Exception {
    try (FaultServer server = FaultServer.start()) {
      assertThat(run(server, "--what")).isEqualTo(2);
      assertThat(run(server, "--to")).isEqualTo(2);
      assertThat(text())
          .contains("unknown argument '--what'", "--to wants a value", Arguments.USAGE);
    }
  }
}
