/**
 * Jaeger Thrift: {@link dev.telex.exporter.jaeger.JaegerExporter} to a collector over HTTP, {@link
 * dev.telex.exporter.jaeger.JaegerAgentExporter} to an agent over UDP, and their provider of the
 * name {@code jaeger}.
 */
@NullMarked
package dev.telex.exporter.jaeger;

import org.jspecify.annotations.NullMarked;
