/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.MetricPreferences;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Hold;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signals that have settings of their own; see the contract tests for the rest. */
class PerSignalExporterTest extends EnvironmentFixture {

  @BeforeEach
  void logsAreSpecial() {
    set("ENDPOINT", server.uri().toString());
    set("LOGS_HEADERS", "X-Tenant=logs");
    set("METRICS_TEMPORALITY_PREFERENCE", "delta");
  }

  @Test
  void signalsWithEqualSettingsShareAnExporter() throws Exception {
    Exporter exporter = make();
    assertThat(exporter).isInstanceOf(PerSignalExporter.class).hasToString("otlp");
    assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.delta());
    // One after the other, so that an exporter has one connection.
    export(exporter, spans(1));
    export(exporter, metrics(1));
    export(exporter, logs(1));
    assertThat(server.requests().get(1).connection())
        .isEqualTo(server.requests().get(0).connection());
    assertThat(server.requests().get(2).connection())
        .isNotEqualTo(server.requests().get(0).connection());
    assertThat(server.requests())
        .extracting(request -> request.header("X-Tenant").isPresent())
        .containsExactly(false, false, true);
  }

  @Test
  void nothingDiffersWhereTheSameIsSaidTwice() {
    set("HEADERS", "x-tenant=logs");
    assertThat(make()).isInstanceOf(OtlpExporter.class);
  }

  @Test
  void nothingDiffersWhereTheConfigurationSaysIt() {
    assertThat(make(Map.of("headers", "X-Tenant=mine"))).isInstanceOf(OtlpExporter.class);
  }

  @Test
  void whatIsEncodedForOneIsEncodedForAll() throws Exception {
    Batch batch = logs(3);
    export(exporter(), batch);
    export(make(), batch);
    assertThat(batch.encodingStats().encodings()).isEqualTo(1);
    assertThat(server.requests().get(0).body()).isEqualTo(server.requests().get(1).body());
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void flushWaitsForAllAndHasTheWorstOfTheirResults(boolean tracesFailLast) throws Exception {
    Exporter exporter = make();
    Hold traces = new Hold();
    Hold logs = new Hold();
    Answer ok = Answer.ok();
    Answer failure = Answer.status(503);
    server.enqueue((tracesFailLast ? failure : ok).holdBeforeAnswer(traces));
    CompletableFuture<ExportResult> first = exportAsync(exporter, spans(1), ExportContext.none());
    traces.awaitRequest(LIMIT);
    server.enqueue((tracesFailLast ? ok : failure).holdBeforeAnswer(logs));
    CompletableFuture<ExportResult> second = exportAsync(exporter, logs(1), ExportContext.none());
    logs.awaitRequest(LIMIT);

    CompletableFuture<ExportResult> flushed = exporter.flush().toCompletableFuture();
    (tracesFailLast ? logs : traces).release();
    assertThat(get(tracesFailLast ? second : first).status()).isEqualTo(Status.SUCCESS);
    assertThat(flushed).isNotDone();
    (tracesFailLast ? traces : logs).release();
    assertThat(get(tracesFailLast ? first : second).status()).isEqualTo(Status.RETRYABLE);
    assertThat(get(flushed).status()).isEqualTo(Status.RETRYABLE);
  }

  @Test
  void shutdownEndsAllOfThemAtOnce() throws Exception {
    Exporter exporter = make();
    Hold traces = new Hold();
    Hold logs = new Hold();
    server.enqueue(Answer.ok().holdBeforeAnswer(traces));
    CompletableFuture<ExportResult> first = exportAsync(exporter, spans(1), ExportContext.none());
    traces.awaitRequest(LIMIT);
    server.enqueue(Answer.ok().holdBeforeAnswer(logs));
    CompletableFuture<ExportResult> second = exportAsync(exporter, logs(1), ExportContext.none());
    logs.awaitRequest(LIMIT);

    CompletableFuture<ExportResult> closed =
        exporter.shutdown(Duration.ofMinutes(5)).toCompletableFuture();
    for (Batch batch : List.of(spans(1), metrics(1), logs(1))) {
      assertThat(export(exporter, batch).status()).isEqualTo(Status.SHUTDOWN);
    }
    assertThat(closed).isNotDone();
    traces.release();
    get(first);
    assertThat(closed).isNotDone();
    logs.release();
    get(second);
    assertThat(get(closed).status()).isEqualTo(Status.SUCCESS);
    assertThat(get(exporter.shutdown(Duration.ZERO).toCompletableFuture()).status())
        .isEqualTo(Status.SUCCESS);
  }
}
