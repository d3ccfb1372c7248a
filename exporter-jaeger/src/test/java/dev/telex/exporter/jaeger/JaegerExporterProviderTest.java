/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.testkit.ReceivedRequest;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** By name, from settings. */
class JaegerExporterProviderTest extends JaegerFixture {

  private final Exporters exporters = Exporters.load(getClass().getClassLoader());

  private Exporter create(Map<String, String> settings) {
    return closing(exporters.create("jaeger", ExporterConfig.of(settings)));
  }

  @Test
  void isACollectorsByDefault() throws Exception {
    Exporter exporter =
        create(Map.of("endpoint", server.uri().toString(), "headers", "X-Tenant=acme"));
    assertThat(exporter).isInstanceOf(JaegerExporter.class);
    assertThat(export(exporter, spans(2)).status()).isEqualTo(Status.SUCCESS);
    ReceivedRequest request = server.takeRequest(LIMIT);
    assertThat(request.path()).isEqualTo("/api/traces");
    assertThat(request.headers("X-Tenant")).containsExactly("acme");
  }

  @Test
  void isAnAgentsIfItIsToldSo() throws Exception {
    try (UdpBackend agent = new UdpBackend()) {
      Map<String, String> settings = new HashMap<>(ProviderSettings.agent(agent.uri()));
      Exporter exporter = create(settings);
      assertThat(exporter).isInstanceOf(JaegerAgentExporter.class);
      assertThat(export(exporter, spans(20)).status()).isEqualTo(Status.SUCCESS);
      assertThat(agent.take(2, LIMIT))
          .allSatisfy(packet -> assertThat(packet).hasSizeLessThanOrEqualTo(1400));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | collector:14268 | http or https URL",
        "protocol | grpc | http/thrift.binary, udp/thrift.compact",
        "agent-port | 0 | 1 to 65535",
        "max-packet-bytes | 65001 | 500 to 65000",
        "timeout | 10 | 500ms",
        "agent-host | agent | has no use with the protocol http/thrift.binary",
        "agent-port | 6831 | has no use with the protocol http/thrift.binary",
        "max-packet-bytes | 1400 | has no use with the protocol http/thrift.binary",
      })
  void namesWhatIsWrongAndWhatWouldBeRight(String key, String value, String right) {
    assertThatThrownBy(() -> create(Map.of(key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'jaeger': setting '" + key + "'")
        .hasMessageContaining(right);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "endpoint | http://collector:14268 | has no use with the protocol udp/thrift.compact",
        "bearer-token | s3cret | has no use with the protocol udp/thrift.compact",
        "max-in-flight | 2 | has no use with the protocol udp/thrift.compact",
        "compression | gzip | has no use with the protocol udp/thrift.compact",
        "agent-host | a b | want the name or address of a host",
        "timeout | 0s | want more than zero",
      })
  void namesWhatIsWrongForAnAgent(String key, String value, String right) {
    assertThatThrownBy(() -> create(Map.of("protocol", "udp/thrift.compact", key, value)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("exporter 'jaeger': setting '" + key + "'")
        .hasMessageContaining(right)
        .hasMessageNotContaining("s3cret");
  }
}
