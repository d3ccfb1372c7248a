/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpEndpointTest {

  @ParameterizedTest
  @CsvSource({
    "http://localhost:4318, http://localhost:4318/v1/traces",
    "http://localhost:4318/, http://localhost:4318/v1/traces",
    "https://collector/otlp, https://collector/otlp/v1/traces",
    "https://collector/otlp/, https://collector/otlp/v1/traces",
    "https://collector/a%2Fb?token=x, https://collector/a%2Fb/v1/traces",
    "http://otel_collector:4318, http://otel_collector:4318/v1/traces",
    "http://[::1]:4318, http://[::1]:4318/v1/traces",
  })
  void resolvesPathsBelowItself(String base, String resolved) {
    HttpEndpoint endpoint = HttpEndpoint.of("endpoint", base).resolve("v1/traces");
    assertThat(endpoint).hasToString(resolved);
  }

  @Test
  void sendsItsQueryAndDoesNotShowIt() {
    HttpEndpoint endpoint = HttpEndpoint.of("endpoint", "http://host/base?token=s3cret");
    assertThat(endpoint.resolve("v1/logs").url().query()).isEqualTo("token=s3cret");
    assertThat(endpoint).hasToString("http://host/base");
    assertThat(endpoint)
        .isEqualTo(HttpEndpoint.of("other", "http://host/base?token=s3cret"))
        .hasSameHashCodeAs(HttpEndpoint.of("other", "http://host/base?token=s3cret"))
        .isNotEqualTo(HttpEndpoint.of("other", "http://host/base"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "localhost:4318", "ftp://host/x", "http://", "http://host:99999"})
  void namesSettingAndValueOfWhatItRefuses(String url) {
    assertThatThrownBy(() -> HttpEndpoint.of("traces-endpoint", url))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage(
            "traces-endpoint is '"
                + url
                + "': want an http or https URL, such as http://localhost:4318");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:s3cret@host:4318/",
        "http://s3cret@host",
        "http://user:p@s3cret@host",
        "ftp://user:s3cret@host/",
        "http://user:s3cret\n@host:port",
        "ftp://host/?token=s3cret"
      })
  void refusesAndHidesCredentials(String url) {
    assertThatThrownBy(() -> HttpEndpoint.of("endpoint", url))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("endpoint is '")
        .hasMessageNotContaining("s3cret")
        .hasNoCause();
  }
}
