/**
 * Decorators around exporters, composed by {@link dev.telex.reliability.ExporterChain}: retry,
 * timeout, fallback and fan-out.
 *
 * <p>Each call of the builder wraps what was built before it, and {@code toString()} of the chain
 * prints the nesting: {@code Fallback(Retry(Timeout(otlp)), logging)}.
 */
@NullMarked
package dev.telex.reliability;

import org.jspecify.annotations.NullMarked;
