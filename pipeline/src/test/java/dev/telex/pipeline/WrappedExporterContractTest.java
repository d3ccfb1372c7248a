/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Signal;
import dev.telex.testkit.Answer;
import dev.telex.testkit.Clause;
import dev.telex.testkit.ContractBackend;
import dev.telex.testkit.Exempt;
import dev.telex.testkit.ExporterContract;
import dev.telex.testkit.ForwardingBackend;
import dev.telex.testkit.HttpBackend;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What an exporter of OpenTelemetry does of the contract as a leg, and what it cannot do. */
@Exempt(value = Clause.ENCODES_ONCE, because = "it encodes for itself")
@Exempt(value = Clause.FOUND_BY_NAME, because = "it is no plugin")
class WrappedExporterContractTest extends ExporterContract {

  @Override
  protected Exporter newExporter(URI backend) {
    return SdkBridge.wrap(
        OtlpHttpSpanExporter.builder()
            .setEndpoint(backend + "/v1/traces")
            .addHeader("X-Tenant", "s3cret-tenant")
            .setRetryPolicy(null)
            .setTimeout(Duration.ofMinutes(2))
            .build());
  }

  @Override
  protected Batch batch(Signal signal, int items) {
    return SampleBatches.of(signal, items);
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-tenant");
  }

  @Override
  protected ContractBackend newBackend() {
    // Without Retry-After: for 503 with "Retry-After: 0" OkHttp sends again by itself.
    return new Limited(HttpBackend.start().retryable(words -> Answer.status(503)));
  }

  /** Says what cannot be seen through the SDK's interface. */
  private static final class Limited extends ForwardingBackend {

    Limited(HttpBackend backend) {
      super(backend);
    }

    @Override
    public Optional<String> cannotShow(Clause clause) {
      return switch (clause) {
        case BACKEND_DOWN_IS_KNOWN, PERMANENT_ANSWER ->
            Optional.of("the SDK's interface says only that an export failed");
        case LOST_ANSWER ->
            Optional.of("the OkHttp below sends again by itself when a connection breaks");
        case CANCEL_ABORTS -> Optional.of("the SDK's interface has no cancellation");
        default -> super.cannotShow(clause);
      };
    }
  }
}
