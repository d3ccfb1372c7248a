/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingTest {

  private enum Protocol {
    GRPC,
    HTTP_PROTOBUF
  }

  private final Setting<Boolean> bool = Setting.bool("flag", "of it");
  private final Setting<Integer> integer = Setting.integer("count", "of it", -1, 10);
  private final Setting<Duration> duration = Setting.duration("timeout", "of it");
  private final Setting<URI> uri = Setting.uri("endpoint", "of it");
  private final Setting<Protocol> choice = Setting.choice("protocol", "of it", Protocol.class);

  private static <T> String refusal(Setting<T> setting, String text) {
    try {
      T value = setting.parse(text);
      throw new AssertionError("took '" + text + "' for " + value);
    } catch (ConfigurationException e) {
      return String.valueOf(e.getMessage());
    }
  }

  @Test
  void readsTexts() {
    assertThat(Setting.string("name", "of it").parse("  a b ")).isEqualTo("a b");
    assertThat(Setting.secret("token", "of it").parse("hunter2")).isEqualTo("hunter2");
    assertThat(Setting.path("file", "of it").parse("a/b.jsonl")).isEqualTo(Path.of("a/b.jsonl"));
  }

  @Test
  void readsBooleans() {
    assertThat(bool.parse("true")).isTrue();
    assertThat(bool.parse(" FALSE\n")).isFalse();
    assertThat(refusal(bool, "yes")).isEqualTo("setting 'flag' is 'yes': want true or false");
  }

  @Test
  void readsWholeNumbers() {
    assertThat(integer.parse("-1")).isEqualTo(-1);
    assertThat(integer.parse(" 10 ")).isEqualTo(10);
    for (String bad : new String[] {"-2", "11", "1.5", "ten", "", "99999999999"}) {
      assertThat(refusal(integer, bad))
          .isEqualTo("setting 'count' is '" + bad + "': want a whole number from -1 to 10");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "500ms, PT0.5S",
    "10s, PT10S",
    "10 s, PT10S",
    "2m, PT2M",
    "1h, PT1H",
    "0s, PT0S",
    "PT10S, PT10S",
    "pt0.5s, PT0.5S"
  })
  void readsTimes(String text, Duration expected) {
    assertThat(duration.parse(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "10",
        "s",
        "-5s",
        "PT-5S",
        "1d",
        "ten s",
        "",
        "99999999999999999999s",
        "9223372036854775807h",
        "9223372036854775807m",
        "PT9223372036854775807H"
      })
  void refusesOtherTimes(String text) {
    assertThat(refusal(duration, text))
        .isEqualTo(
            "setting 'timeout' is '"
                + text
                + "': want a time with its unit, such as 500ms, 10s, 2m, 1h or PT10S");
  }

  @Test
  void readsUris() {
    assertThat(uri.parse("http://localhost:4318/v1"))
        .isEqualTo(URI.create("http://localhost:4318/v1"));
    for (String bad : new String[] {"localhost:4318", "/v1", "http:///x", "http://a b", ""}) {
      assertThat(refusal(uri, bad))
          .isEqualTo(
              "setting 'endpoint' is '"
                  + bad
                  + "': want an absolute URI with a host, such as https://collector:4318");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:hunter2@a b",
        "http://user:hunter2/@#?@host:port",
        "//hunter2@host",
        "x http://a@b http://hunter2@c"
      })
  void doesNotShowTheCredentialsOfABadUri(String text) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> uri.parse(text))
        .satisfies(e -> assertThat(stackTrace(e)).contains("endpoint").doesNotContain("hunter2"));
  }

  @Test
  void refusesABadPath() {
    assertThat(refusal(Setting.path("file", "of it"), "a\0b"))
        .isEqualTo("setting 'file' is 'a\0b': want a path");
  }

  @ParameterizedTest
  @ValueSource(strings = {"http-protobuf", "HTTP-Protobuf", "http_protobuf", "HTTP_PROTOBUF"})
  void readsChoices(String text) {
    assertThat(choice.parse(text)).isEqualTo(Protocol.HTTP_PROTOBUF);
  }

  @Test
  void refusesOtherChoices() {
    assertThat(refusal(choice, "http"))
        .isEqualTo("setting 'protocol' is 'http': want one of grpc, http-protobuf");
  }

  @Test
  void readsPairsInTheirOrder() {
    var pairs = Setting.secretPairs("headers", "of it");

    assertThat(pairs.parse(" z = 1 ,y=a=b,, x=,a=2,b=3,c=4,y=5"))
        .containsExactly(
            entry("z", "1"),
            entry("y", "5"),
            entry("x", ""),
            entry("a", "2"),
            entry("b", "3"),
            entry("c", "4"));
    assertThat(pairs.parse("")).isEmpty();
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> pairs.parse("a=1").clear());
  }

  static Stream<Arguments> badSecrets() {
    return Stream.of(
        Arguments.of(Setting.secretPairs("headers", "of it"), "hunter2"),
        Arguments.of(Setting.secretPairs("headers", "of it"), "=hunter2"),
        Arguments.of(Setting.secretPairs("headers", "of it"), "a=1, =hunter2"));
  }

  @ParameterizedTest
  @MethodSource("badSecrets")
  void neverShowsASecret(Setting<?> setting, String text) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> setting.parse(text))
        .withMessage(
            "setting 'headers' is a secret value: want pairs such as key=value,key2=value2")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"));
  }

  @Test
  void knowsWhatItIs() {
    Setting<String> secret = Setting.secret("token", "for the server");
    Setting<String> required = secret.required();
    Setting<String> optional = required.withDefault("hunter2");

    assertThat(secret.key()).isEqualTo("token");
    assertThat(secret.description()).isEqualTo("for the server");
    assertThat(secret.wanted()).isEqualTo("a text");
    assertThat(secret.isSecret()).isTrue();
    assertThat(secret.isRequired()).isFalse();
    assertThat(secret.defaultValue()).isEmpty();
    assertThat(required.isRequired()).isTrue();
    assertThat(required.isSecret()).isTrue();
    assertThat(optional.isRequired()).isFalse();
    assertThat(optional.isSecret()).isTrue();
    assertThat(optional.defaultValue()).contains("hunter2");
    assertThat(optional.required().defaultValue()).isEmpty();
    assertThat(optional).hasToString("token (a text)");
    assertThat(bool.isSecret()).isFalse();
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
