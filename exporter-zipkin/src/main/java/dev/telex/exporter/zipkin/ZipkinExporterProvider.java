/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.http.HttpSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/** Makes a {@link ZipkinExporter} from settings, by the name {@code zipkin}. */
public final class ZipkinExporterProvider implements ExporterProvider {

  private static final String AUTO = "auto";
  private static final String NONE = "none";

  private static final Setting<String> ENDPOINT =
      Setting.string("endpoint", "whole URL; http://localhost:9411/api/v2/spans without it");
  private static final Setting<ZipkinFormat> FORMAT =
      Setting.choice("format", "how spans are written", ZipkinFormat.class)
          .withDefault(ZipkinFormat.JSON);
  private static final Setting<ZipkinDialect> DIALECT =
      Setting.choice(
              "dialect",
              "what of a span goes where: as the specification or the Collector has it",
              ZipkinDialect.class)
          .withDefault(ZipkinDialect.SPECIFICATION);
  private static final Setting<String> LOCAL_ADDRESS =
      Setting.string(
              "local-address",
              "of this host, in the local endpoint: an IP address, none, or auto for that of a"
                  + " network interface")
          .withDefault(AUTO);

  /** For the service loader. */
  public ZipkinExporterProvider() {}

  @Override
  public String name() {
    return "zipkin";
  }

  @Override
  public List<Setting<?>> settings() {
    List<Setting<?>> all = new ArrayList<>(HttpSettings.all());
    all.addAll(0, List.of(ENDPOINT, FORMAT, DIALECT, LOCAL_ADDRESS));
    return all;
  }

  @Override
  public Exporter create(ExporterConfig config) {
    ZipkinExporter.Builder builder = ZipkinExporter.builder();
    config.apply(ENDPOINT, builder::endpoint);
    config.apply(FORMAT, builder::format);
    config.apply(DIALECT, builder::dialect);
    config.apply(LOCAL_ADDRESS, text -> localAddress(text, builder));
    HttpSettings.apply(config, builder);
    return builder.build();
  }

  private static void localAddress(String text, ZipkinExporter.Builder builder) {
    switch (text) {
      case AUTO -> {}
      case NONE -> builder.localAddress(null);
      default -> {
        InetAddress address = IpLiterals.parse(text);
        if (address == null) {
          throw new ConfigurationException(
              "local-address is '" + text + "': want an IP address, auto or none");
        }
        builder.localAddress(address);
      }
    }
  }
}
