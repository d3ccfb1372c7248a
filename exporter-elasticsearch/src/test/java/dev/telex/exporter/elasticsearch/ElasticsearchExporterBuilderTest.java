/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the builder and the provider refuse, and in which words. */
class ElasticsearchExporterBuilderTest {

  private static void assertRefused(ThrowingCallable call, String... words) {
    assertThatThrownBy(call)
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContainingAll(words);
  }

  private static ElasticsearchExporterBuilder builder() {
    return ElasticsearchExporter.builder();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:9200",
        "ftp://localhost",
        "http://",
        "http://localhost:9200/?pretty",
        "http://localhost:9200/#top",
        "http://local host",
        ""
      })
  void aUrlMustBeOneOfANode(String url) {
    assertRefused(() -> builder().endpoint(url), "endpoint is '" + url + "'", "want http://");
    assertRefused(() -> builder().nodes(List.of("http://a", url)), "nodes is '" + url + "'");
  }

  @Test
  void credentialsInAUrlAreRefusedAndNotShown() {
    assertThatThrownBy(() -> builder().endpoint("https://elastic:s3cret@localhost:9200"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("endpoint is 'https://…@localhost:9200': want")
        .hasMessageNotContaining("s3cret");
  }

  @Test
  void settingsHaveBounds() {
    assertRefused(() -> builder().nodes(List.of()), "nodes is empty: want at least one URL");
    assertRefused(() -> builder().timeout(Duration.ZERO), "timeout is PT0S: want more than zero");
    assertRefused(
        () -> builder().connectTimeout(Duration.ofSeconds(-1)), "connectTimeout is PT-1S");
    assertRefused(() -> builder().maxInFlight(0), "maxInFlight is 0: want 1 to 1000");
    assertRefused(() -> builder().maxInFlight(1001), "maxInFlight is 1001");
    assertRefused(() -> builder().maxRequestBytes(0), "maxRequestBytes is 0: want 1 to");
    assertRefused(() -> builder().maxResponseBytes(0), "maxResponseBytes is 0: want 1 to");
    assertRefused(() -> builder().dataset(" "), "dataset is blank: want a name");
    assertRefused(() -> builder().namespace(""), "namespace is blank: want a name");
    assertRefused(() -> ElasticsearchTemplates.standard().priority(-1), "priority is -1");
    assertRefused(() -> ElasticsearchTemplates.standard().replicas(-1), "replicas is -1");
  }

  @Test
  void whomToTrustMustBeKnown() throws Exception {
    assertRefused(() -> builder().caFingerprint("ab:cd"), "caFingerprint is 'ab:cd'", "64 hex");
    assertRefused(() -> builder().caFingerprint("x".repeat(64)), "want the SHA-256");
    assertRefused(
        () -> builder().endpoint("http://localhost:9200").caFingerprint("ab".repeat(32)).build(),
        "TLS is set up, but no node is https");
  }

  @Test
  void itSaysLittleOfItself() {
    assertThat(builder().apiKey("s3cret")).hasToString("ElasticsearchExporterBuilder");
    try (Exporter exporter = builder().apiKey("s3cret").build();
        Exporter ecs = builder().mode(ElasticsearchMode.ECS).build()) {
      assertThat(exporter).hasToString("elasticsearch-otel");
      assertThat(ecs).hasToString("elasticsearch-ecs");
    }
  }

  @Test
  void settingsThatExcludeEachOtherAreRefused() {
    assertThatSettings(
        Map.of("endpoint", "http://a", "nodes", "http://b"), "'endpoint' and 'nodes'");
    assertThatSettings(Map.of("username", "a"), "setting 'password' is missing");
    assertThatSettings(Map.of("password", "a"), "setting 'username' is missing");
    assertThatSettings(Map.of("api-key", "a", "bearer-token", "b"), "'api-key' and 'bearer-token'");
    assertThatSettings(
        Map.of("username", "a", "password", "b", "api-key", "c"), "'username' and 'api-key'");
    assertThatSettings(
        Map.of("ca-fingerprint", "ab".repeat(32), "ca-certificate", "b"),
        "'ca-fingerprint' is given: want it alone");
    assertThatSettings(
        Map.of("ca-certificate", "none.pem"),
        "setting 'ca-certificate': CA certificate file 'none.pem' does not exist");
    assertThatSettings(Map.of("compression-level", "1"), "'compression'");
    assertThatSettings(Map.of("mode", "raw"), "mode");
  }

  private static void assertThatSettings(Map<String, String> settings, String words) {
    assertRefused(
        () -> new ElasticsearchExporterProvider().create(ExporterConfig.of(settings)).close(),
        words);
  }
}
