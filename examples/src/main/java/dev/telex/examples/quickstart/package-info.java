/**
 * The quickstart: a small instrumented service whose telemetry goes through a decorated chain to
 * several backends. Start reading at {@link dev.telex.examples.quickstart.Quickstart}.
 */
@NullMarked
package dev.telex.examples.quickstart;

import org.jspecify.annotations.NullMarked;
