/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.SampleBatches;
import java.text.MessageFormat;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What chains say to the log: little, and that once. */
class LogTest extends ChainTest {

  private final Logger logger = Logger.getLogger("dev.telex.reliability");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(
              line.getLevel() + " " + MessageFormat.format(line.getMessage(), parameters(line)));
        }

        private Object[] parameters(LogRecord line) {
          Object[] parameters = line.getParameters();
          return parameters == null ? new Object[0] : parameters;
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };
  private final Batch batch = SampleBatches.spans(1);

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setLevel(Level.ALL);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setLevel(null);
  }

  @Test
  void aListenerThatThrowsIsAWarningOnceAndThenQuiet() {
    Exporter chain =
        build(
            ExporterChain.of(backend)
                .listener(
                    new ExportListener() {
                      @Override
                      public void onResult(String leg, Batch sent, ExportResult result) {
                        throw new IllegalStateException("broken");
                      }
                    }));
    export(chain, batch);
    export(chain, batch);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(0)).startsWith("WARNING the export listener " + getClass().getName());
    assertThat(lines.get(1)).startsWith("FINE the export listener");
  }

  @Test
  void aPrimaryThatIsPassedOverIsAWarningAndItsReturnAWord() {
    Exporter chain = build(ExporterChain.of(backend).fallback(file).named("eu"));
    for (int i = 0; i < 3; i++) {
      backend.thenAnswer(ExportResult.retryable("busy"));
      export(chain, batch);
    }
    time.advance(seconds(31));
    export(chain, batch);
    assertThat(lines)
        .containsExactly(
            "WARNING leg eu: the primary backend is passed over for PT30S, since it is dead",
            "INFO leg eu: the primary backend is probed",
            "INFO leg eu: the primary backend is used again");
  }

  @Test
  void aConsumerOfAnEventThatThrowsIsAWarning() {
    Exporter chain = build(registered(ExporterChain.of(backend).retry(policy)));
    retries
        .retry("backend")
        .getEventPublisher()
        .onEvent(
            event -> {
              throw new IllegalStateException("broken");
            });
    backend.thenAnswer(ExportResult.retryable("busy"), ExportResult.permanent("bad"));
    export(chain, batch);
    time.advance(seconds(1));
    assertThat(lines)
        .containsExactly(
            "WARNING a consumer of a resilience4j event threw",
            "WARNING a consumer of a resilience4j event threw");
  }

  @Test
  void anEventOfAResultWithoutACauseSaysWhatTheResultWas() {
    Exporter chain = build(registered(ExporterChain.of(backend).retry(policy)));
    List<String> failures = new ArrayList<>();
    retries
        .retry("backend")
        .getEventPublisher()
        .onIgnoredError(event -> failures.add(event.getLastThrowable().getMessage()));
    backend.thenAnswer(ExportResult.permanent("bad"));
    export(chain, batch);
    assertThat(failures).containsExactly("PERMANENT[accepted=0, bad]");
    assertThat(lines).isEmpty();
  }
}
