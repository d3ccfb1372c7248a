/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.CancellableContext;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.SampleBatches;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Several nodes: the next one only when somebody tries again. */
class ElasticsearchExporterNodesTest {

  private final FaultServer one = FaultServer.start();
  private final FaultServer other = FaultServer.start();
  private final ElasticsearchExporter exporter =
      ElasticsearchExporter.builder().nodes(List.of(one.url(""), other.url(""))).build();

  @AfterEach
  void close() {
    exporter.close();
    one.close();
    other.close();
  }

  private ExportResult export(Batch batch, int attempt) throws Exception {
    return exporter
        .export(batch, CancellableContext.childOf(ExportContext.none(), attempt))
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  private int requests() {
    return one.requests().size() + other.requests().size();
  }

  @Test
  void aFailureIsAskedOfNobodyElse() throws Exception {
    for (int status : List.of(429, 502, 503, 504)) {
      one.answerByDefault(Answer.status(status).header("Retry-After", "0"));
      other.answerByDefault(Answer.status(status).header("Retry-After", "0"));
      int before = requests();

      assertThat(export(SampleBatches.logs(1), 1).status()).isEqualTo(Status.RETRYABLE);

      assertThat(requests()).as("requests for a " + status).isEqualTo(before + 1);
    }
  }

  @Test
  void eachAttemptGoesToTheNext() throws Exception {
    one.answerByDefault(Answer.status(503));
    other.answerByDefault(Answer.status(503));
    Batch batch = SampleBatches.logs(3);
    for (int attempt = 1; attempt <= 4; attempt++) {
      export(batch, attempt);
    }

    assertThat(one.requests()).hasSize(2);
    assertThat(other.requests()).hasSize(2);
  }

  @Test
  void aRemainderGoesOnWhereItsBatchWas() throws Exception {
    one.answerByDefault(BulkAnswers.taking());
    other.answerByDefault(BulkAnswers.taking());
    for (int i = 0; i < 8; i++) {
      Batch batch = SampleBatches.logs(3);
      int before = one.requests().size();
      export(batch, 1);
      int first = one.requests().size() - before;
      export(SampleBatches.tail(batch, 1), 2);

      assertThat(one.requests().size() - before - first).isEqualTo(1 - first);
    }
  }

  @Test
  void firstAttemptsGoToAll() throws Exception {
    one.answerByDefault(BulkAnswers.taking());
    other.answerByDefault(BulkAnswers.taking());
    for (int i = 0; i < 60; i++) {
      export(SampleBatches.logs(1), 1);
    }

    assertThat(one.requests()).isNotEmpty();
    assertThat(other.requests()).isNotEmpty();
    assertThat(requests()).isEqualTo(60);
  }
}
