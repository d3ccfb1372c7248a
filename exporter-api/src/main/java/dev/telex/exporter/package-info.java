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
 *
 * <p>What most plugins need is here as well: {@link dev.telex.exporter.InFlight} and {@link
 * dev.telex.exporter.SplitExport} for exports, {@link dev.telex.exporter.ByteOutput}, {@link
 * dev.telex.exporter.AttributeText} and {@link dev.telex.exporter.JsonText} for encodings, {@link
 * dev.telex.exporter.Secrets}, {@link dev.telex.exporter.Excerpt}, {@link
 * dev.telex.exporter.LimitedLog}, {@link dev.telex.exporter.RetryAfter} and {@link
 * dev.telex.exporter.OwnTraffic} for what is said and sent.
 */
@NullMarked
package dev.telex.exporter;

import org.jspecify.annotations.NullMarked;
