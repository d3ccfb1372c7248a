/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.tls.ServerTlsSettings;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Makes a {@link TcpExporter} from settings, by the name {@code tcp}. The settings are those of
 * {@link TcpExporterBuilder}, in lower case with dashes. Those of TLS are of {@link
 * ServerTlsSettings}.
 */
public final class TcpExporterProvider implements ExporterProvider {

  private static final Setting<String> HOST =
      Setting.string("host", "that it listens at").withDefault(TcpExporterBuilder.DEFAULT_HOST);
  private static final Setting<Integer> PORT =
      Setting.integer("port", "that it listens at, or 0 for a free one", 0, 0xffff)
          .withDefault(TcpExporterBuilder.DEFAULT_PORT);
  private static final Setting<TcpFormat> FORMAT =
      Setting.choice("format", "what clients are sent", TcpFormat.class)
          .withDefault(TcpFormat.METRICS);
  private static final Setting<String> RESOURCE_LABELS =
      Setting.string(
              "resource-labels", "attributes of the resource that become labels, with commas")
          .withDefault(
              TcpExporterBuilder.DEFAULT_RESOURCE_LABELS.stream()
                  .sorted()
                  .collect(Collectors.joining(",")));
  private static final Setting<Integer> MAX_CLIENTS =
      Setting.integer("max-clients", "at once", 1, TcpExporterBuilder.MOST_CLIENTS)
          .withDefault(TcpExporterBuilder.DEFAULT_MAX_CLIENTS);
  private static final Setting<Integer> MAX_QUEUE_MESSAGES =
      Setting.integer("max-queue-messages", "that wait for a client", 1, Integer.MAX_VALUE)
          .withDefault(TcpExporterBuilder.DEFAULT_MAX_QUEUE_MESSAGES);
  private static final Setting<Integer> MAX_QUEUE_BYTES =
      Setting.integer(
              "max-queue-bytes",
              "that wait for a client",
              TcpExporterBuilder.MIN_QUEUE_BYTES,
              1 << 30)
          .withDefault(TcpExporterBuilder.DEFAULT_MAX_QUEUE_BYTES);
  private static final Setting<Integer> MAX_METRICS =
      Setting.integer("max-metrics", "of which metadata is kept", 1, Integer.MAX_VALUE)
          .withDefault(TcpExporterBuilder.DEFAULT_MAX_METRICS);
  private static final Setting<Integer> MAX_CLIENT_BYTES =
      Setting.integer("max-client-bytes", "that a client may send", 0, 1 << 30)
          .withDefault(TcpExporterBuilder.DEFAULT_MAX_CLIENT_BYTES);
  private static final Setting<Duration> HANDSHAKE_TIMEOUT =
      Setting.duration("handshake-timeout", "of TLS and the hello together")
          .withDefault(TcpExporterBuilder.DEFAULT_HANDSHAKE_TIMEOUT);
  private static final Setting<Duration> STALL_TIMEOUT =
      Setting.duration("stall-timeout", "of a client that takes nothing of what waits for it")
          .withDefault(TcpExporterBuilder.DEFAULT_STALL_TIMEOUT);
  private static final Setting<Duration> FLUSH_TIMEOUT =
      Setting.duration("flush-timeout", "of a flush that waits for clients")
          .withDefault(TcpExporterBuilder.DEFAULT_FLUSH_TIMEOUT);
  private static final Setting<String> SECRET =
      Setting.secret("secret", "that a client must send first, and a line feed");
  private static final List<Setting<?>> OWN =
      List.of(
          HOST,
          PORT,
          FORMAT,
          RESOURCE_LABELS,
          MAX_CLIENTS,
          MAX_QUEUE_MESSAGES,
          MAX_QUEUE_BYTES,
          MAX_METRICS,
          MAX_CLIENT_BYTES,
          HANDSHAKE_TIMEOUT,
          STALL_TIMEOUT,
          FLUSH_TIMEOUT,
          SECRET);

  /** For the service loader. */
  public TcpExporterProvider() {}

  @Override
  public String name() {
    return "tcp";
  }

  @Override
  public List<Setting<?>> settings() {
    return Stream.of(OWN, ServerTlsSettings.all()).flatMap(List::stream).toList();
  }

  @Override
  public Exporter create(ExporterConfig config) {
    TcpExporterBuilder builder = TcpExporter.builder();
    config.apply(HOST, builder::host);
    config.apply(PORT, builder::port);
    config.apply(FORMAT, builder::format);
    config.apply(RESOURCE_LABELS, labels -> builder.resourceLabels(list(labels)));
    config.apply(MAX_CLIENTS, builder::maxClients);
    config.apply(MAX_QUEUE_MESSAGES, builder::maxQueueMessages);
    config.apply(MAX_QUEUE_BYTES, builder::maxQueueBytes);
    config.apply(MAX_METRICS, builder::maxMetrics);
    config.apply(MAX_CLIENT_BYTES, builder::maxClientBytes);
    config.apply(HANDSHAKE_TIMEOUT, builder::handshakeTimeout);
    config.apply(STALL_TIMEOUT, builder::stallTimeout);
    config.apply(FLUSH_TIMEOUT, builder::flushTimeout);
    config.apply(SECRET, builder::secret);
    ServerTlsSettings.read(config).ifPresent(builder::tls);
    return builder.build();
  }

  private static Set<String> list(String text) {
    return Stream.of(text.split(","))
        .map(String::strip)
        .filter(key -> !key.isEmpty())
        .collect(Collectors.toUnmodifiableSet());
  }
}
