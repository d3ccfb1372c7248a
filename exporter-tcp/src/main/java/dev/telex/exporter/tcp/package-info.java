/**
 * A server that streams telemetry to every client that connects: {@link
 * dev.telex.exporter.tcp.TcpExporter}.
 */
@NullMarked
package dev.telex.exporter.tcp;

import org.jspecify.annotations.NullMarked;
