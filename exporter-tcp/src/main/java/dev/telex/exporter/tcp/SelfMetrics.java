/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The counts as metrics, read when somebody collects them; see {@link
 * TcpExporterBuilder#meterProvider}.
 */
final class SelfMetrics {

  private static final AttributeKey<String> ADDRESS =
      AttributeKey.stringKey("network.peer.address");
  private static final AttributeKey<Long> PORT = AttributeKey.longKey("network.peer.port");
  private static final AttributeKey<String> REASON = AttributeKey.stringKey("reason");
  private static final double NANOS_A_SECOND = 1e9;

  private final List<AutoCloseable> instruments = new ArrayList<>();

  private SelfMetrics() {}

  static SelfMetrics of(@Nullable MeterProvider provider, StreamServer server) {
    SelfMetrics metrics = new SelfMetrics();
    if (provider != null) {
      Meter meter = provider.get("dev.telex.exporter.tcp");
      metrics.ofServer(meter, server);
      metrics.ofClients(meter, server);
    }
    return metrics;
  }

  /** No more is told. */
  void close() {
    for (AutoCloseable instrument : instruments) {
      try {
        instrument.close();
      } catch (Exception e) {
        System.getLogger(SelfMetrics.class.getPackageName())
            .log(System.Logger.Level.DEBUG, "an instrument could not be closed", e);
      }
    }
  }

  private void ofServer(Meter meter, StreamServer server) {
    instruments.add(
        meter
            .upDownCounterBuilder("telex.tcp.clients")
            .setUnit("{client}")
            .setDescription("The clients that listen")
            .buildWithCallback(clients -> clients.record(server.stats().clients().size())));
    instruments.add(
        meter
            .counterBuilder("telex.tcp.closed")
            .setUnit("{connection}")
            .setDescription("The connections that ended")
            .buildWithCallback(
                closed ->
                    server
                        .stats()
                        .closed()
                        .forEach(
                            (reason, count) ->
                                closed.record(count, Attributes.of(REASON, reason.id())))));
    instruments.add(
        meter
            .counterBuilder("telex.tcp.sent")
            .setUnit("{message}")
            .setDescription("The messages that were sent to all clients")
            .buildWithCallback(sent -> sent.record(server.stats().sentMessages())));
    instruments.add(
        meter
            .counterBuilder("telex.tcp.sent.bytes")
            .setUnit("By")
            .setDescription("The bytes that were sent to all clients")
            .buildWithCallback(sent -> sent.record(server.stats().sentBytes())));
    instruments.add(
        meter
            .counterBuilder("telex.tcp.dropped")
            .setUnit("{message}")
            .setDescription("The messages, or items that never became some, that were not sent")
            .buildWithCallback(
                dropped ->
                    server
                        .stats()
                        .dropped()
                        .forEach(
                            (reason, count) ->
                                dropped.record(count, Attributes.of(REASON, reason.id())))));
  }

  private void ofClients(Meter meter, StreamServer server) {
    instruments.add(
        meter
            .counterBuilder("telex.tcp.client.sent")
            .setUnit("{message}")
            .setDescription("The messages that were sent to a client")
            .buildWithCallback(
                sent ->
                    server.stats().clients().forEach(c -> sent.record(c.sentMessages(), of(c)))));
    instruments.add(
        meter
            .counterBuilder("telex.tcp.client.dropped")
            .setUnit("{message}")
            .setDescription("The messages that a client lost because it was slow")
            .buildWithCallback(
                dropped ->
                    server
                        .stats()
                        .clients()
                        .forEach(c -> dropped.record(c.droppedMessages(), of(c)))));
    instruments.add(
        meter
            .upDownCounterBuilder("telex.tcp.client.queue.size")
            .setUnit("{message}")
            .setDescription("The messages that wait for a client")
            .buildWithCallback(
                queued ->
                    server
                        .stats()
                        .clients()
                        .forEach(c -> queued.record(c.queuedMessages(), of(c)))));
    instruments.add(
        meter
            .gaugeBuilder("telex.tcp.client.lag")
            .setUnit("s")
            .setDescription("How long the oldest message that waits for a client has waited")
            .buildWithCallback(
                lag ->
                    server
                        .stats()
                        .clients()
                        .forEach(c -> lag.record(c.lag().toNanos() / NANOS_A_SECOND, of(c)))));
  }

  private static Attributes of(TcpClientStats client) {
    return Attributes.of(
        ADDRESS,
        client.address().getAddress().getHostAddress(),
        PORT,
        (long) client.address().getPort());
  }
}
