/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.otlp.OtlpEncoding;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class StreamTargetTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

  @Test
  void linesInUtf8FlushedBeforeItAnswers() throws Exception {
    OutputStream buffered = new BufferedOutputStream(bytes, 1 << 20);
    try (LoggingExporter exporter = LoggingExporter.toStream(buffered)) {
      ExportResult result =
          await(exporter.export(Samples.logs("gr\u00fcn", "rot"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(bytes.toString(UTF_8))
          .isEqualTo(
              """
              2018-12-13T14:51:00.123Z LOG INFO gr\u00fcn service=checkout scope=io.http
              2018-12-13T14:51:00.123Z LOG INFO rot service=checkout scope=io.http
              """);
      assertThat(exporter.delivery()).isEqualTo(Delivery.BEST_EFFORT);
    }
  }

  @Test
  void aPrintStreamGetsTextInItsOwnCharset() throws Exception {
    PrintStream latin = new PrintStream(bytes, false, ISO_8859_1);
    try (LoggingExporter exporter = LoggingExporter.builder().stream(latin).maxItems(1).build()) {
      await(exporter.export(Samples.logs("gr\u00fcn", "rot"), ExportContext.none()));
    }
    assertThat(bytes.toString(ISO_8859_1))
        .isEqualTo(
            """
            2018-12-13T14:51:00.123Z LOG INFO gr\u00fcn service=checkout scope=io.http
            ... and 1 more log record
            """);
  }

  @Test
  void prettyItemsOneAfterTheOther() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder().stream(bytes).format(LoggingFormat.PRETTY).build()) {
      await(exporter.export(Samples.spans("a", "b"), ExportContext.none()));
    }
    assertThat(bytes.toString(UTF_8).lines())
        .filteredOn(line -> !line.startsWith(" "))
        .containsExactly("SPAN a", "SPAN b");
  }

  @Test
  void jsonLinesInUtf8WhateverTheCharset() throws Exception {
    PrintStream latin = new PrintStream(bytes, false, ISO_8859_1);
    try (LoggingExporter exporter =
        LoggingExporter.builder().stream(latin).format(LoggingFormat.OTLP_JSON).build()) {
      Batch batch = Samples.logs("gr\u00fcn");
      await(exporter.export(batch, ExportContext.none()));
      await(exporter.export(batch, ExportContext.none()));
      String json = new String(batch.encoded(OtlpEncoding.JSON).toByteArray(), UTF_8);
      assertThat(json).contains("gr\u00fcn");
      assertThat(bytes.toString(UTF_8)).isEqualTo(json + "\n" + json + "\n");
    }
  }

  @Test
  void isFlushedButNotClosed() throws Exception {
    AtomicBoolean closed = new AtomicBoolean();
    OutputStream stream =
        new FilterOutputStream(bytes) {
          @Override
          public void close() {
            closed.set(true);
          }
        };
    LoggingExporter exporter = LoggingExporter.toStream(stream);
    await(exporter.export(Samples.spans("a"), ExportContext.none()));
    exporter.close();
    assertThat(closed).isFalse();
  }

  @Test
  void aStreamThatFailsIsRetryable() throws Exception {
    OutputStream broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("pipe broken");
          }
        };
    try (LoggingExporter exporter = LoggingExporter.toStream(broken)) {
      ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.RETRYABLE);
      assertThat(result.message()).hasValueSatisfying(m -> assertThat(m).contains("pipe broken"));
    }
    // A print stream swallows the exception, and remembers for good that there was one.
    try (LoggingExporter exporter =
        LoggingExporter.toStream(new PrintStream(broken, true, UTF_8))) {
      ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
    }
  }
}
