/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.EnumSet;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/** An exporter that is broken in one way fails the clauses that say so, and no other. */
class ExporterContractTest {

  @AfterEach
  void mend() throws IOException {
    TinyProvider.flaw = Flaw.NONE;
    for (SocketChannel channel : TinyExporter.LEFT) {
      channel.close();
    }
    TinyExporter.LEFT.clear();
  }

  @ParameterizedTest
  @EnumSource(Flaw.class)
  void findsEachFlawAndNothingElse(Flaw flaw) {
    TinyProvider.flaw = flaw;
    Map<Clause, TestExecutionResult> results = Runs.of(TinyContract.class);

    assertThat(results.keySet()).isEqualTo(EnumSet.allOf(Clause.class));
    assertThat(Runs.with(results, Status.FAILED))
        .as("failed for " + flaw)
        .isEqualTo(flaw.clauses());
    if (flaw != Flaw.NONE) {
      assertThat(Runs.words(results, flaw.firstClause()))
          .contains("[" + flaw.firstClause() + "]")
          .contains("says so:")
          .contains(flaw.words());
    }
  }

  @Test
  void abortsOnlyWhatThereIsNothingToCheckOf() {
    assertThat(Runs.with(Runs.of(TinyContract.class), Status.ABORTED))
        .containsExactly(Clause.UNSUPPORTED_SIGNAL);
  }
}
