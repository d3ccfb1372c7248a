/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadersTest {

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a:b", "é", "a\r\nb"})
  void refusesNamesThatAreNoToken(String name) {
    assertThatThrownBy(() -> Headers.check(name, "s3cret"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("header name '")
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length",
        "transfer-encoding",
        "CONTENT-TYPE",
        "Accept-Encoding",
        "TE",
        "Grpc-Timeout",
        "grpc-x"
      })
  void refusesTheHeadersOfTheTransport(String name) {
    assertThatThrownBy(() -> Headers.check(name, "s3cret"))
        .hasMessage("header '" + name + "' is set by the transport itself");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret\n", "s3cret\u0000", "s3crét", "s3cret\r\nHost: x", "\u007f"})
  void refusesValuesWithoutShowingThem(String value) {
    assertThatThrownBy(() -> Headers.check("X-Token", value))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("'X-Token'")
        .hasMessageNotContaining("s3cr")
        .hasNoCause();
  }

  @Test
  void takesWhatHttpAllows() {
    assertThatCode(() -> Headers.check("X-!#$%&'*+-.^_`|~9", "\t !~")).doesNotThrowAnyException();
  }

  @Test
  void hidesItsValuesInForeignText() {
    Headers headers =
        new Headers(Map.of("Authorization", "Bearer abcdef", "X-Key", "k3y!", "X-Tiny", "of"));
    assertThat(headers.excerpt("no tenant for Bearer abcdef")).isEqualTo("no tenant for ***");
    assertThat(headers.excerpt("token abcdef,\nkey k3y! of x"))
        .isEqualTo("token ***, key *** of x");
    // Cut in the middle of a value: not even its beginning is left.
    assertThat(headers.excerpt("x".repeat(195) + "abcdef")).doesNotContain("a");
    assertThat(headers).hasToString("Headers[Authorization, X-Key, X-Tiny]");
  }
}
