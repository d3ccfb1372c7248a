/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import dev.telex.testkit.SampleBatches;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract does not ask for: {@link HttpClientExporterContractTest}. */
class HttpClientExporterTest {

  private final FaultServer server = FaultServer.start();
  private final Exporter exporter = new HttpClientExporter(URI.create(server.url("/spans")));

  @AfterEach
  void close() {
    exporter.close();
    server.close();
  }

  @Test
  void postsAllPiecesOfALargePayload() throws Exception {
    Batch batch = SampleBatches.spans(20_000);
    assertThat(export(batch).accepted()).isEqualTo(20_000);
    ReceivedRequest request = server.takeRequest(Duration.ofSeconds(30));
    assertThat(request.path()).isEqualTo("/spans");
    assertThat(request.headers("Content-Type")).containsExactly("text/csv; charset=utf-8");
    assertThat(request.text().lines())
        .hasSize(20_000)
        .startsWith("span-0,1", "span-1,1")
        .endsWith("span-19999,1");
  }

  @ParameterizedTest
  @CsvSource({
    "204, SUCCESS",
    "408, RETRYABLE",
    "429, RETRYABLE",
    "502, RETRYABLE",
    "504, RETRYABLE",
    "307, PERMANENT",
    "401, PERMANENT",
    "413, PERMANENT",
    "500, PERMANENT"
  })
  void mapsTheStatus(int code, Status status) throws Exception {
    server.enqueue(Answer.status(code).header("Location", server.url("/elsewhere")));
    ExportResult result = export(SampleBatches.spans(1));
    assertThat(result.status()).isEqualTo(status);
    assertThat(result.statusCode()).hasValue(code);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void passesTheBeginningOfTheAnswerOn() throws Exception {
    server.enqueue(Answer.status(400).body("text/plain", "no such table" + ".".repeat(1 << 20)));
    ExportResult result = export(SampleBatches.spans(1));
    assertThat(result.message().orElseThrow()).startsWith("no such table...");
    assertThat(export(SampleBatches.spans(1)).status()).isEqualTo(Status.SUCCESS);
  }

  private ExportResult export(Batch batch) throws Exception {
    return exporter
        .export(batch, ExportContext.none())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }
}
