/**
 * The exporter SPI of Telex.
 *
 * <p>An {@link dev.telex.exporter.Exporter} delivers {@link dev.telex.exporter.Batch batches} of
 * spans, metrics or log records to one backend and answers with an {@link
 * dev.telex.exporter.ExportResult}: failures are values. A batch is encoded once for each {@link
 * dev.telex.exporter.Encoding} however many exporters ask, and every one of them reads the same
 * immutable bytes.
 *
 * <p>To write a plugin: implement {@link dev.telex.exporter.Exporter} (or hand a blocking body to
 * {@link dev.telex.exporter.Exporter#blocking}), and name an {@link
 * dev.telex.exporter.ExporterProvider} in {@code
 * META-INF/services/dev.telex.exporter.ExporterProvider}.
 */
@NullMarked
package dev.telex.exporter;

import org.jspecify.annotations.NullMarked;
