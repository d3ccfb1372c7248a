/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import java.net.URI;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/** The contract of the exporter with the present flaw. */
@ExtendWith(TinyContract.Impatience.class)
class TinyContract extends ExporterContract {

  private static final String TOKEN = "s3cret-token";

  /** What must fail for these is found by a wait that is in vain: it should not take long. */
  private static final Set<Flaw> HANGING =
      EnumSet.of(
          Flaw.FORGETS_METRICS,
          Flaw.TRIES_AGAIN_WHEN_BUSY,
          Flaw.TRIES_AGAIN_IN_VAIN,
          Flaw.READS_ALL,
          Flaw.IGNORES_CANCEL,
          Flaw.ONLY_SAYS_CANCELLED,
          Flaw.IGNORES_THE_TIME,
          Flaw.BLOCKS,
          Flaw.HANGS_IN_ITS_SECOND_SHUTDOWN,
          Flaw.GIVES_EVERY_GRACE,
          Flaw.LEAVES_CONNECTIONS,
          Flaw.LEAVES_THREADS);

  private boolean mustFail;

  /** Looks at the clause before the contract does. */
  static final class Impatience implements BeforeEachCallback {
    @Override
    public void beforeEach(ExtensionContext context) {
      Checks checks = context.getRequiredTestMethod().getAnnotation(Checks.class);
      ((TinyContract) context.getRequiredTestInstance()).mustFail =
          TinyProvider.flaw.clauses().contains(checks.value());
    }
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
    return mustFail && HANGING.contains(TinyProvider.flaw)
        ? Duration.ofMillis(400)
        : Duration.ofSeconds(30);
  }
}
