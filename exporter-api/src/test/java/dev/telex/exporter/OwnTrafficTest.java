/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.impl.InstrumentationUtil;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class OwnTrafficTest {

  @Test
  void hasNothingOfTheCallersContext() {
    Context callers = Context.root().with(Baggage.builder().put("k", "v").build());
    try (Scope scope = callers.makeCurrent()) {
      assertThat(scope).isNotNull();
      Context seen = OwnTraffic.run(Context::current);
      assertThat(Baggage.fromContext(seen).isEmpty()).isTrue();
      assertThat(InstrumentationUtil.shouldSuppressInstrumentation(seen)).isTrue();
      SpanContext parent = Span.fromContext(seen).getSpanContext();
      assertThat(parent.isValid()).isTrue();
      assertThat(parent.isSampled()).isFalse();
      assertThat(Context.current()).isSameAs(callers);
    }
  }

  @Test
  void isOfNoTraceThatAnotherIsOf() {
    SpanContext one = OwnTraffic.run(() -> Span.current().getSpanContext());
    SpanContext other = OwnTraffic.run(() -> Span.current().getSpanContext());
    assertThat(one.getTraceId()).isNotEqualTo(other.getTraceId());
    assertThat(one.getSpanId()).isNotEqualTo(other.getSpanId());
  }

  @Test
  void givesAndThrowsWhatTheWorkDoes() {
    assertThat(OwnTraffic.<String, RuntimeException>run(() -> "result")).isEqualTo("result");
    Context before = Context.current();
    assertThatThrownBy(
            () ->
                OwnTraffic.run(
                    () -> {
                      throw new IOException("why");
                    }))
        .isInstanceOf(IOException.class)
        .hasMessage("why");
    assertThat(Context.current()).isSameAs(before);
  }
}
