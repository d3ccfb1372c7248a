/** From the OpenTelemetry SDK to an exporter. */
@NullMarked
package dev.telex.pipeline;

import org.jspecify.annotations.NullMarked;
