/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.MetricPreferences;
import dev.telex.otlp.OtlpEncoding;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.DoublePointData;
import io.opentelemetry.sdk.metrics.data.GaugeData;
import io.opentelemetry.sdk.metrics.data.MetricDataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.ResourceBundle;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LoggerTargetTest {

  private static final String NAME = "a.logger";

  /** A logger that keeps what it is given. */
  private static final class Kept implements System.Logger {
    private final List<String> records = Collections.synchronizedList(new ArrayList<>());
    private final Level threshold;

    Kept(Level threshold) {
      this.threshold = threshold;
    }

    @Override
    public String getName() {
      return NAME;
    }

    @Override
    public boolean isLoggable(Level level) {
      return level.getSeverity() >= threshold.getSeverity();
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String msg, @Nullable Throwable thrown) {
      records.add(level + " " + msg);
    }

    @Override
    public void log(
        Level level, @Nullable ResourceBundle bundle, String format, Object @Nullable ... params) {
      records.add(level + " " + format);
    }
  }

  private final Kept logger = new Kept(System.Logger.Level.INFO);

  @Test
  void aRecordForEachItem() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toLogger(logger)) {
      ExportResult result = await(exporter.export(Samples.spans("a", "b"), ExportContext.none()));

      assertThat(result.status()).isEqualTo(Status.SUCCESS);
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(logger.records).hasSize(2);
      assertThat(logger.records.get(0)).startsWith("INFO 2018-12-13T14:51:00.123Z SPAN a ");
      assertThat(logger.records.get(1)).startsWith("INFO 2018-12-13T14:51:00.123Z SPAN b ");
    }
  }

  @Test
  void atTheLevelAskedFor() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder().logger(logger).level(System.Logger.Level.WARNING).build()) {
      await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(logger.records).singleElement().asString().startsWith("WARNING ");
    }
  }

  @Test
  void nothingIsMadeWhileTheLevelIsOff() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder().logger(logger).level(System.Logger.Level.DEBUG).build()) {
      Batch batch = Samples.spans("a");
      assertThat(await(exporter.export(batch, ExportContext.none())).accepted()).isEqualTo(1);
      assertThat(logger.records).isEmpty();
      assertThat(batch.encodingStats().encodings()).isZero();
    }
  }

  @Test
  void asManyItemsAsAskedForAndHowManyMoreThereAre() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.builder().logger(logger).maxItems(3).build()) {
      ExportResult result = await(exporter.export(Samples.spans(5), ExportContext.none()));
      assertThat(result.accepted()).isEqualTo(5);
      assertThat(logger.records).hasSize(4);
      assertThat(logger.records.get(2)).contains(" SPAN span-2 ");
      assertThat(logger.records.get(3)).isEqualTo("INFO ... and 2 more spans");

      logger.records.clear();
      await(exporter.export(Samples.spans(3), ExportContext.none()));
      assertThat(logger.records).hasSize(3);

      logger.records.clear();
      List<DoublePointData> points =
          Collections.nCopies(4, DoublePointData.create(0, 1, Attributes.empty(), 1, List.of()));
      await(
          exporter.export(
              Samples.metric(
                  "m", "", MetricDataType.DOUBLE_GAUGE, GaugeData.createDoubleGaugeData(points)),
              ExportContext.none()));
      assertThat(logger.records).hasSize(4);
      assertThat(logger.records.get(3)).isEqualTo("INFO ... and 1 more data point");
    }
  }

  @Test
  void hundredByDefault() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toLogger(logger)) {
      await(exporter.export(Samples.spans(512), ExportContext.none()));
      assertThat(logger.records).hasSize(101);
      assertThat(logger.records.get(100)).isEqualTo("INFO ... and 412 more spans");
    }
  }

  @Test
  void allOfItAsOneRecordOfJson() throws Exception {
    try (LoggingExporter exporter =
        LoggingExporter.builder()
            .logger(logger)
            .format(LoggingFormat.OTLP_JSON)
            .maxItems(1)
            .build()) {
      Batch batch = Samples.spans(200);
      await(exporter.export(batch, ExportContext.none()));
      assertThat(logger.records)
          .containsExactly(
              "INFO " + new String(batch.encoded(OtlpEncoding.JSON).toByteArray(), UTF_8));
    }
  }

  @Test
  void whatItWroteItselfIsNotWrittenAgain() throws Exception {
    try (LoggingExporter exporter = LoggingExporter.toLogger(logger)) {
      Batch batch =
          Batch.logs(
              List.of(
                  Samples.log()
                      .setBody("echo")
                      .setInstrumentationScopeInfo(InstrumentationScopeInfo.create(NAME))
                      .build(),
                  Samples.log().setBody("other").build()));
      ExportResult result = await(exporter.export(batch, ExportContext.none()));
      assertThat(result.accepted()).isEqualTo(2);
      assertThat(logger.records).singleElement().asString().contains("LOG INFO other ");
    }
  }

  @Test
  void severalExportersShareTheText() throws Exception {
    Kept second = new Kept(System.Logger.Level.INFO);
    try (LoggingExporter one = LoggingExporter.toLogger(logger);
        LoggingExporter other = LoggingExporter.toLogger(second)) {
      Batch batch = Samples.spans(150);
      await(one.export(batch, ExportContext.none()));
      await(other.export(batch, ExportContext.none()));
      assertThat(logger.records).hasSize(101).isEqualTo(second.records);
      assertThat(batch.encodingStats().encodings()).isEqualTo(1);
    }
  }

  @Test
  void aLoggerThatThrowsIsAResult() throws Exception {
    System.Logger broken =
        new System.Logger() {
          @Override
          public String getName() {
            return NAME;
          }

          @Override
          public boolean isLoggable(Level level) {
            return true;
          }

          @Override
          public void log(
              Level level, @Nullable ResourceBundle bundle, String msg, @Nullable Throwable t) {
            throw new IllegalStateException("no handler");
          }

          @Override
          public void log(
              Level level,
              @Nullable ResourceBundle bundle,
              String format,
              Object @Nullable ... params) {
            throw new IllegalStateException("no handler");
          }
        };
    try (LoggingExporter exporter = LoggingExporter.toLogger(broken)) {
      ExportResult result = await(exporter.export(Samples.spans("a"), ExportContext.none()));
      assertThat(result.status()).isEqualTo(Status.PERMANENT);
      assertThat(result.message()).hasValue("java.lang.IllegalStateException: no handler");
    }
  }

  /** Through the JDK's own backend, which formats messages that have parameters. */
  @Test
  void bracesReachTheRealLoggerAsTheyAre() throws Exception {
    String name = "dev.telex.test.braces";
    Logger jul = Logger.getLogger(name);
    List<String> records = Collections.synchronizedList(new ArrayList<>());
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            records.add(record.getLevel() + " " + new SimpleFormatter().formatMessage(record));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    jul.addHandler(handler);
    jul.setUseParentHandlers(false);
    try (LoggingExporter exporter = LoggingExporter.toLogger(name)) {
      await(exporter.export(Samples.logs("it's {0} of %s"), ExportContext.none()));
    } finally {
      jul.removeHandler(handler);
    }
    assertThat(records)
        .singleElement()
        .asString()
        .startsWith("INFO 2018")
        .contains(" \"it's {0} of %s\" ");
  }

  @Test
  void whatItIs() {
    try (LoggingExporter exporter = LoggingExporter.toLogger(logger)) {
      assertThat(exporter.name()).isEqualTo("logging");
      assertThat(exporter).hasToString("logging");
      assertThat(exporter.delivery()).isEqualTo(Delivery.BEST_EFFORT);
      assertThat(exporter.metricPreferences()).isEqualTo(MetricPreferences.any());
    }
  }
}
