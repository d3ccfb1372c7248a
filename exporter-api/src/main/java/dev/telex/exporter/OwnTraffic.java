/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import io.opentelemetry.api.impl.InstrumentationUtil;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanId;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceId;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Keeps an instrumented application from tracing its own exports, of which there would be more with
 * each export: exporters connect and send within {@link #run}.
 *
 * <p>In two ways, because neither reaches everyone. OpenTelemetry has a key by which exporters ask
 * instrumentation to stay away. What does not know the key finds a parent span that is not sampled,
 * which samplers heed unless they are told not to. Nothing else of the caller's context is there
 * either, no baggage for one.
 */
public final class OwnTraffic {

  /**
   * What is done for an export.
   *
   * @param <T> what it gives
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Work<T, E extends Exception> {
    /** Does it. */
    T run() throws E;
  }

  private static final Context SUPPRESSED = suppressed();

  private OwnTraffic() {}

  /**
   * Does this for an export, and not for the application, on the thread that calls.
   *
   * @param <T> what it gives
   * @param <E> what it throws
   */
  // Only to be closed is what the scope is for.
  @SuppressWarnings("try")
  public static <T, E extends Exception> T run(Work<T, E> work) throws E {
    try (Scope scope = context().makeCurrent()) {
      return work.run();
    }
  }

  private static Context context() {
    ThreadLocalRandom random = ThreadLocalRandom.current();
    SpanContext notSampled =
        SpanContext.create(
            TraceId.fromLongs(random.nextLong(), random.nextLong() | 1),
            SpanId.fromLong(random.nextLong() | 1),
            TraceFlags.getDefault(),
            TraceState.getDefault());
    return SUPPRESSED.with(Span.wrap(notSampled));
  }

  /** The key is not to be had but by looking where it is set. */
  private static Context suppressed() {
    AtomicReference<Context> found = new AtomicReference<>();
    try {
      Context.root()
          .wrap(
              () -> InstrumentationUtil.suppressInstrumentation(() -> found.set(Context.current())))
          .run();
    } catch (LinkageError e) {
      // An OpenTelemetry older than the class: the other way is left.
    }
    return Objects.requireNonNullElse(found.get(), Context.root());
  }
}
