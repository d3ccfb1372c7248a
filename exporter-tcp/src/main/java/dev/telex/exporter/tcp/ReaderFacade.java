/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.metrics.InstrumentType;
import io.opentelemetry.sdk.metrics.data.AggregationTemporality;
import io.opentelemetry.sdk.metrics.data.MetricData;
import io.opentelemetry.sdk.metrics.export.MetricExporter;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/** The exporter as the SDK's periodic reader wants it. */
final class ReaderFacade implements MetricExporter {

  private final TcpExporter exporter;

  ReaderFacade(TcpExporter exporter) {
    this.exporter = exporter;
  }

  @Override
  public CompletableResultCode export(Collection<MetricData> metrics) {
    return code(exporter.export(Batch.metrics(metrics), ExportContext.none()));
  }

  @Override
  public CompletableResultCode flush() {
    return code(exporter.flush());
  }

  /** It was not handed over. */
  @Override
  public CompletableResultCode shutdown() {
    return flush();
  }

  @Override
  public AggregationTemporality getAggregationTemporality(InstrumentType instrument) {
    return AggregationTemporality.CUMULATIVE;
  }

  @Override
  public String toString() {
    return exporter.toString();
  }

  private static CompletableResultCode code(CompletionStage<ExportResult> stage) {
    CompletableResultCode code = new CompletableResultCode();
    stage.thenAccept(
        result -> {
          if (result.isDelivered()) {
            code.succeed();
          } else {
            code.fail();
          }
        });
    return code;
  }
}
