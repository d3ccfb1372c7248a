/**
 * Telemetry as readable lines or as OTLP JSON lines, to a logger, a stream or a file: {@link
 * dev.telex.exporter.logging.LoggingExporter}.
 */
@NullMarked
package dev.telex.exporter.logging;

import org.jspecify.annotations.NullMarked;
