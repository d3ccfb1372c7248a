/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Makes a {@link JaegerExporter} or a {@link JaegerAgentExporter} from settings, by the name {@code
 * jaeger}.
 */
public final class JaegerExporterProvider implements ExporterProvider {

  /** The values of {@code OTEL_EXPORTER_JAEGER_PROTOCOL} that there are here. */
  private static final String COLLECTOR = "http/thrift.binary";

  private static final String AGENT = "udp/thrift.compact";

  private static final Setting<String> PROTOCOL =
      Setting.string(
              "protocol", COLLECTOR + " to a collector, or " + AGENT + " to an agent over UDP")
          .withDefault(COLLECTOR);
  private static final Setting<String> ENDPOINT =
      Setting.string(
          "endpoint",
          "URL of the collector, to which api/traces is appended if it has no path;"
              + " http://localhost:14268 without it");
  private static final Setting<String> AGENT_HOST =
      Setting.string("agent-host", "of the agent; localhost without it");
  private static final Setting<Integer> AGENT_PORT =
      Setting.integer("agent-port", "of the agent; 6831 without it", 1, 65_535);
  private static final Setting<Integer> MAX_PACKET_BYTES =
      Setting.integer(
          "max-packet-bytes",
          "largest packet to an agent; 65000 without it",
          JaegerAgentExporter.Builder.MIN_PACKET_BYTES,
          JaegerAgentExporter.Builder.MAX_PACKET_BYTES);

  /** The one of HTTP that an agent has too. */
  private static final String TIMEOUT = "timeout";

  private static final Setting<Duration> AGENT_TIMEOUT =
      Setting.duration(TIMEOUT, "of one export").withDefault(Duration.ofSeconds(10));

  /** For the service loader. */
  public JaegerExporterProvider() {}

  @Override
  public String name() {
    return JaegerExporter.NAME;
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>();
    all.add(PROTOCOL);
    all.add(ENDPOINT);
    all.addAll(agentOnly());
    all.addAll(HttpSettings.all());
    return all;
  }

  @Override
  public Exporter create(ExporterConfig config) {
    String protocol = config.get(PROTOCOL);
    return switch (protocol) {
      case COLLECTOR -> collector(config);
      case AGENT -> agent(config);
      default ->
          throw new ConfigurationException(
              "setting '"
                  + PROTOCOL.key()
                  + "' is '"
                  + protocol
                  + "': want one of "
                  + COLLECTOR
                  + ", "
                  + AGENT);
    };
  }

  private static List<Setting<?>> agentOnly() {
    return List.of(AGENT_HOST, AGENT_PORT, MAX_PACKET_BYTES);
  }

  private static Exporter collector(ExporterConfig config) {
    for (Setting<?> setting : agentOnly()) {
      refuse(setting, config, AGENT);
    }
    JaegerExporter.Builder builder = JaegerExporter.builder();
    config.apply(ENDPOINT, builder::endpoint);
    HttpSettings.apply(config, builder);
    return builder.build();
  }

  private static Exporter agent(ExporterConfig config) {
    refuse(ENDPOINT, config, COLLECTOR);
    for (Setting<?> setting : HttpSettings.all()) {
      if (!setting.key().equals(TIMEOUT)) {
        refuse(setting, config, COLLECTOR);
      }
    }
    JaegerAgentExporter.Builder builder = JaegerAgentExporter.builder();
    config.apply(AGENT_HOST, builder::agentHost);
    config.apply(AGENT_PORT, port -> builder.agentPort(port));
    config.apply(MAX_PACKET_BYTES, bytes -> builder.maxPacketBytes(bytes));
    config.apply(AGENT_TIMEOUT, builder::timeout);
    return builder.build();
  }

  /** A setting that would do nothing is a mistake; most of all a token that is not sent. */
  private static <T> void refuse(Setting<T> setting, ExporterConfig config, String other) {
    Optional<T> value = config.find(setting);
    if (!value.equals(setting.defaultValue())) {
      throw new ConfigurationException(
          "setting '"
              + setting.key()
              + "' has no use with the protocol "
              + config.get(PROTOCOL)
              + ": want it with "
              + other
              + " only");
    }
  }
}
