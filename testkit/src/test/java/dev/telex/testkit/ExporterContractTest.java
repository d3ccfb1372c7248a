/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;

/** An exporter that is broken in one way fails the clauses that say so, and no other. */
class ExporterContractTest {

  private static final String TOKEN = "s3cret-token";

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
    Map<Clause, TestExecutionResult> results = Runs.of(Tiny.class);

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
    assertThat(Runs.with(Runs.of(Tiny.class), Status.ABORTED))
        .containsExactly(Clause.UNSUPPORTED_SIGNAL);
  }

  /** The contract of the exporter with the present flaw. */
  static class Tiny extends ExporterContract {

    /** A clause that must fail may fail for a wait that is in vain: that should not take long. */
    private final boolean mustFail;

    Tiny(TestInfo test) {
      Clause clause = test.getTestMethod().orElseThrow().getAnnotation(Checks.class).value();
      mustFail = TinyProvider.flaw.clauses().contains(clause);
    }

    @Override
    protected Exporter newExporter(URI backend) {
      return new TinyExporter(backend, TOKEN, TinyProvider.flaw);
    }

    @Override
    protected Set<Encoding> encodings() {
      return Set.of(
          switch (TinyProvider.flaw) {
            case HAS_ENCODINGS_BY_IDENTITY -> LineEncoding.byIdentity();
            case USES_ITS_ARRAY_AGAIN -> new LineEncoding(true);
            default -> new LineEncoding(false);
          });
    }

    @Override
    protected List<String> secrets() {
      return List.of(TOKEN);
    }

    @Override
    protected String providerName(Exporter exporter) {
      return TinyProvider.flaw == Flaw.IS_NOT_LISTED ? "absent" : "tiny";
    }

    @Override
    protected List<Map<String, String>> settings(URI backend) {
      Map<String, String> endpoint = Map.of("endpoint", backend.toString());
      return TinyProvider.flaw == Flaw.HAS_NO_EXAMPLE
          ? List.of(endpoint)
          : List.of(Map.of("endpoint", backend.toString(), "token", TOKEN), endpoint);
    }

    @Override
    protected Duration limit() {
      return mustFail && TinyProvider.flaw != Flaw.HAS_ITS_OWN_TIME
          ? Duration.ofMillis(300)
          : Duration.ofSeconds(30);
    }
  }
}
