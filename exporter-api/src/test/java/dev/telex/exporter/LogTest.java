/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What nobody is told of by a result is logged, to a logger named as the package. */
class LogTest {

  private static final class Kept extends Handler {
    private final List<LogRecord> records = new ArrayList<>();

    @Override
    public void publish(LogRecord record) {
      records.add(record);
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private final Logger logger = Logger.getLogger("dev.telex.exporter");
  private final Kept kept = new Kept();

  @BeforeEach
  void listen() {
    logger.addHandler(kept);
    logger.setUseParentHandlers(false);
  }

  @AfterEach
  void listenNoMore() {
    logger.removeHandler(kept);
    logger.setUseParentHandlers(true);
  }

  @Test
  void aCallbackThatThrows() {
    IllegalStateException failure = new IllegalStateException("socket is gone");
    CancellableContext context = CancellableContext.create();
    context.onCancel(
        () -> {
          throw failure;
        });

    context.cancel();

    assertThat(kept.records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getLevel()).isEqualTo(Level.WARNING);
              assertThat(record.getMessage()).contains("onCancel");
              assertThat(record.getThrown()).isSameAs(failure);
            });
  }

  @Test
  void aCloseThatFails() {
    closeOf(CompletableFuture.failedFuture(new IllegalStateException("disk is full")));

    assertThat(kept.records)
        .singleElement()
        .satisfies(
            record -> {
              assertThat(record.getLevel()).isEqualTo(Level.WARNING);
              assertThat(record.getMessage())
                  .startsWith("leaf did not shut down cleanly")
                  .contains("disk is full");
            });
  }

  @Test
  void nothingOfACloseThatSucceeds() {
    closeOf(ExportResult.success().completed());

    assertThat(kept.records).isEmpty();
  }

  private static void closeOf(CompletionStage<ExportResult> shutdown) {
    Exporter exporter =
        new Exporter() {
          @Override
          public String name() {
            return "leaf";
          }

          @Override
          public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
            return ExportResult.success(batch).completed();
          }

          @Override
          public CompletionStage<ExportResult> shutdown(Duration grace) {
            return shutdown;
          }

          @Override
          public String toString() {
            return name();
          }
        };
    exporter.close();
  }
}
