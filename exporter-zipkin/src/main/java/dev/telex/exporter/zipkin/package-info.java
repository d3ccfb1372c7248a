/**
 * Zipkin v2 over HTTP: {@link dev.telex.exporter.zipkin.ZipkinExporter}, and its provider of the
 * name {@code zipkin}.
 */
@NullMarked
package dev.telex.exporter.zipkin;

import org.jspecify.annotations.NullMarked;
