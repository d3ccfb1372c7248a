/**
 * InfluxDB line protocol over HTTP, for InfluxDB and others that take it: {@link
 * dev.telex.exporter.influx.InfluxExporter}, and its provider of the name {@code influx}.
 */
@NullMarked
package dev.telex.exporter.influx;

import org.jspecify.annotations.NullMarked;
