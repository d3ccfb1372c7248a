/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.http.HttpSettingsExamples;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Examples of every setting of the provider, for either mode. */
final class ProviderSettings {

  private ProviderSettings() {}

  static Map<String, String> agent(URI backend) {
    return Map.of(
        "protocol", "udp/thrift.compact",
        "agent-host", backend.getHost(),
        "agent-port", String.valueOf(backend.getPort()),
        "max-packet-bytes", "1400",
        "timeout", "1m");
  }

  /** The first one has what matters, and no proxy. */
  static List<Map<String, String>> collector(URI backend, Path files) {
    return HttpSettingsExamples.with(
        Map.of("protocol", "http/thrift.binary", "endpoint", backend.toString()), backend, files);
  }
}
