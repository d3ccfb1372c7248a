/** Metrics for Prometheus to scrape: {@link dev.telex.exporter.prometheus.PrometheusExporter}. */
@NullMarked
package dev.telex.exporter.prometheus;

import org.jspecify.annotations.NullMarked;
