/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.http.TestInstrumentation;
import dev.telex.testkit.ReceivedRequest;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.baggage.propagation.W3CBaggagePropagator;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.TracerProvider;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.ContextPropagators;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.instrumentation.okhttp.v3_0.OkHttpTelemetry;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SimpleSpanProcessor;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import okhttp3.Call;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.junit.jupiter.api.Test;

/**
 * An application whose OkHttp is instrumented, whose every span goes out at once, and through an
 * instrumented OkHttp too: a span of an export would make another export.
 */
class OtlpExporterOwnSpansTest extends OtlpFixture {

  /** Ends the loop of a test that fails. */
  private static final int MAX_EXPORTS = 200;

  /** Whether the instrumentation knows OpenTelemetry's key; not everyone's does. */
  private boolean keyIsHeeded = true;

  @Test
  void theExportOfSpansMakesNone() throws Exception {
    assertOnlyItsOwn(Sampler.alwaysOn());
  }

  @Test
  void norWithInstrumentationThatDoesNotKnowTheKeyAndASamplerThatHeedsTheParent() throws Exception {
    keyIsHeeded = false;
    assertOnlyItsOwn(Sampler.parentBased(Sampler.alwaysOn()));
  }

  /** What is left, and not in our hands: docs/RATIONALE.md says so. */
  @Test
  void whatKnowsNeitherTheKeyNorTheParentSeesExports() throws Exception {
    keyIsHeeded = false;
    try (Application application = new Application(Sampler.alwaysOn())) {
      application.tracers.get("test").spanBuilder("work").startSpan().end();
      application.awaitExports();
      assertThat(exportedNames()).hasSize(MAX_EXPORTS).contains("work", "POST");
    }
  }

  private void assertOnlyItsOwn(Sampler sampler) throws Exception {
    try (Application application = new Application(sampler)) {
      for (int i = 0; i < 20; i++) {
        application.work();
      }
      application.awaitExports();
      // The application's own, the request that it made in each, and nothing of 40 exports.
      assertThat(exportedNames()).hasSize(40).containsOnly("work", "GET");
      assertThat(exportedNames()).filteredOn("GET"::equals).hasSize(20);
    }
  }

  @Test
  void norDoesWhatASupplierOfTokensAsksFor() throws Exception {
    keyIsHeeded = false;
    AtomicInteger tokens = new AtomicInteger();
    Application[] self = new Application[1];
    try (Application application =
        new Application(
            Sampler.parentBased(Sampler.alwaysOn()),
            builder ->
                builder.bearerToken(
                    () -> {
                      self[0].request("/token");
                      return "token-" + tokens.incrementAndGet();
                    }))) {
      self[0] = application;
      application.work();
      application.work();
      application.awaitExports();
      assertThat(exportedNames()).containsExactlyInAnyOrder("GET", "work", "GET", "work");
      assertThat(tokens).hasValue(1);
    }
  }

  @Test
  void theRequestKnowsNothingOfTheCallersContext() throws Exception {
    keyIsHeeded = false;
    try (Application application = new Application(Sampler.parentBased(Sampler.alwaysOn()))) {
      Span caller = application.tracers.get("test").spanBuilder("caller").startSpan();
      CompletableFuture<ExportResult> result =
          Context.root()
              .with(caller)
              .with(Baggage.builder().put("customer", "acme").build())
              .wrapSupplier(() -> exportAsync(application.exporter, spans(1), ExportContext.none()))
              .get();
      assertThat(get(result).status()).isEqualTo(Status.SUCCESS);
      ReceivedRequest request = server.takeRequest(LIMIT);
      assertThat(request.header("baggage")).isEmpty();
      assertThat(request.header("traceparent").orElseThrow())
          .endsWith("-00")
          .doesNotContain(caller.getSpanContext().getTraceId());
      caller.end();
      application.awaitExports();
    }
  }

  private List<String> exportedNames() throws Exception {
    List<String> names = new ArrayList<>();
    for (ReceivedRequest request : server.requests()) {
      if (request.path().equals("/v1/traces")) {
        ExportTraceServiceRequest.parseFrom(request.body()).getResourceSpansList().stream()
            .flatMap(resource -> resource.getScopeSpansList().stream())
            .flatMap(scope -> scope.getSpansList().stream())
            .forEach(span -> names.add(span.getName()));
      }
    }
    return names;
  }

  /**
   * It is its own {@link OpenTelemetry}, because that of the SDK does not start with the older
   * incubator that the instrumentation brings.
   */
  private final class Application implements AutoCloseable, OpenTelemetry, SpanExporter {
    private final SdkTracerProvider tracers;
    private final OtlpExporter exporter;
    private final OkHttpClient plain = new OkHttpClient();
    private final AtomicInteger exports = new AtomicInteger();
    private final Queue<CompletableFuture<ExportResult>> results = new ConcurrentLinkedQueue<>();

    Application(Sampler sampler) {
      this(sampler, builder -> builder);
    }

    // It is an exporter that is used no sooner than a span ends.
    @SuppressWarnings("this-escape")
    Application(Sampler sampler, UnaryOperator<OtlpExporter.Builder> setUp) {
      tracers =
          SdkTracerProvider.builder()
              .setSampler(sampler)
              .addSpanProcessor(SimpleSpanProcessor.create(this))
              .build();
      exporter =
          exporter(
              builder ->
                  setUp.apply(
                      builder.transport(
                          transport ->
                              TestInstrumentation.install(transport, this::instrumented))));
    }

    @Override
    public TracerProvider getTracerProvider() {
      return tracers;
    }

    @Override
    public ContextPropagators getPropagators() {
      return ContextPropagators.create(
          TextMapPropagator.composite(
              W3CTraceContextPropagator.getInstance(), W3CBaggagePropagator.getInstance()));
    }

    /** A span around a request, as of a handler that asks another service. */
    void work() {
      Span span = tracers.get("test").spanBuilder("work").startSpan();
      Context.current().with(span).wrap(() -> request("/service")).run();
      span.end();
    }

    void request(String path) {
      Request request = new Request.Builder().url(server.url(path)).build();
      try (Response response = instrumented(plain).newCall(request).execute()) {
        assertThat(response.code()).isEqualTo(200);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }

    /** Also waits for exports that others led to. */
    void awaitExports() throws Exception {
      while (!results.isEmpty()) {
        assertThat(get(Objects.requireNonNull(results.poll())).status()).isEqualTo(Status.SUCCESS);
      }
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      if (exports.incrementAndGet() <= MAX_EXPORTS) {
        results.add(exportAsync(exporter, Batch.traces(spans), ExportContext.none()));
      }
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public void close() {
      tracers.close();
      plain.connectionPool().evictAll();
    }

    private Call.Factory instrumented(OkHttpClient client) {
      Call.Factory calls = OkHttpTelemetry.create(this).createCallFactory(client);
      return request -> {
        Context context =
            keyIsHeeded
                ? Context.current()
                : Context.root().with(Span.current()).with(Baggage.current());
        return Objects.requireNonNull(context.wrapSupplier(() -> calls.newCall(request)).get());
      };
    }
  }
}
