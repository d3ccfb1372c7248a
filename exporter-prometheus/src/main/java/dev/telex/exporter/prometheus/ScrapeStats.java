/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

/**
 * What a {@link PrometheusExporter} has done since it was built. That scrapes share their work
 * shows here: two at once make {@code scrapes} grow by two and everything else by one.
 *
 * @param scrapes scrapes that were answered with metrics
 * @param collections how often metrics were collected, or taken from what was pushed
 * @param conversions how often metrics were translated to families of Prometheus
 * @param encodings how often families were written in a format
 * @param compressions how often an encoding was compressed
 * @param failures scrapes that were answered with a status of 500 or above
 */
public record ScrapeStats(
    long scrapes,
    long collections,
    long conversions,
    long encodings,
    long compressions,
    long failures) {}
