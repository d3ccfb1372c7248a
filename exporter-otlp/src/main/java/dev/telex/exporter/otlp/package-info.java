/**
 * OTLP over HTTP and gRPC: {@link dev.telex.exporter.otlp.OtlpExporter}, and its provider of the
 * name {@code otlp}.
 */
@NullMarked
package dev.telex.exporter.otlp;

import org.jspecify.annotations.NullMarked;
