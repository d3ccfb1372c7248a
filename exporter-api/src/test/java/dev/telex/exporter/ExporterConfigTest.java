/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ExporterConfigTest {

  private static final Setting<Duration> TIMEOUT =
      Setting.duration("timeout", "of one attempt").withDefault(Duration.ofSeconds(10));
  private static final Setting<String> TOKEN = Setting.secret("token", "for the server").required();
  private static final Setting<Integer> COUNT = Setting.integer("count", "of it", 1, 9);
  private static final List<Setting<?>> ALL = List.of(TIMEOUT, TOKEN, COUNT);

  @Test
  void keepsACopy() {
    Map<String, String> given = new HashMap<>(Map.of("timeout", "3s"));
    ExporterConfig config = ExporterConfig.of(given);
    given.clear();

    assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void givesValuesDefaultsAndNothing() {
    ExporterConfig config = ExporterConfig.of(Map.of("token", "hunter2"));

    assertThat(config.get(TOKEN)).isEqualTo("hunter2");
    assertThat(config.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.find(TIMEOUT)).contains(Duration.ofSeconds(10));
    assertThat(config.find(COUNT)).isEmpty();
    assertThat(ExporterConfig.empty().find(TOKEN)).isEmpty();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> config.get(COUNT))
        .withMessage("setting 'count' (of it) is missing: want a whole number from 1 to 9");
  }

  @Test
  void takesDefaultsOnlyWhereItHasNothing() {
    ClassLoader loader = new URLClassLoader(new URL[0]);
    ExporterConfig config = ExporterConfig.of(Map.of("timeout", "3s")).with(loader);
    ExporterConfig more = config.withDefaults(Map.of("timeout", "4s", "count", "5"));

    assertThat(more.get(TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
    assertThat(more.get(COUNT)).isEqualTo(5);
    assertThat(more.keys()).containsExactlyInAnyOrder("timeout", "count");
    assertThat(more.classLoader()).isSameAs(loader);
    assertThat(config.keys()).containsExactly("timeout");
  }

  @Test
  void refusesABadValueWhenItIsRead() {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ExporterConfig.of(Map.of("count", "0")).find(COUNT))
        .withMessage("setting 'count' is '0': want a whole number from 1 to 9");
  }

  @Test
  void checksAllThatAProviderDeclares() {
    ExporterConfig.of(Map.of("token", "x", "timeout", "1s", "count", "1")).check(ALL);
    ExporterConfig.empty().check(List.of());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ExporterConfig.of(Map.of("token", "x", "tiemout", "1s")).check(ALL))
        .withMessage("unknown setting 'tiemout': known are timeout, token, count");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ExporterConfig.of(Map.of("a", "x")).check(List.of()))
        .withMessage("unknown setting 'a': there are none");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ExporterConfig.empty().check(ALL))
        .withMessage("setting 'token' (for the server) is missing: want a text");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> ExporterConfig.of(Map.of("token", "x", "count", "x")).check(ALL))
        .withMessageContaining("setting 'count' is 'x'");
  }

  @Test
  void showsItsKeysOnly() {
    assertThat(ExporterConfig.of(Map.of("token", "hunter2", "count", "1")))
        .hasToString("ExporterConfig[count, token]");
  }

  @Test
  @SuppressWarnings("NullAway")
  void refusesNull() {
    Map<String, String> withNull = new HashMap<>();
    withNull.put("token", null);

    assertThatThrownBy(() -> ExporterConfig.of(withNull)).isInstanceOf(NullPointerException.class);
  }

  @Test
  void settingsThatNeedEachOtherComeTogether() {
    Setting<String> user = Setting.string("user", "who");
    Setting<String> password = Setting.secret("password", "of the user");
    assertThat(ExporterConfig.empty().hasBoth(user, password)).isFalse();
    ExporterConfig both = ExporterConfig.of(Map.of("user", "me", "password", "s3cret"));
    assertThat(both.hasBoth(user, password)).isTrue();
    both.needs(password, user);
    ExporterConfig one = ExporterConfig.of(Map.of("password", "s3cret"));
    assertThatThrownBy(() -> one.hasBoth(user, password))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("setting 'user' is missing: want it together with 'password'");
    assertThatThrownBy(() -> one.needs(password, user))
        .hasMessage("setting 'user' is missing: want it together with 'password'");
    one.needs(user, password);
  }

  @Test
  void settingsThatExcludeEachOtherDoNot() {
    Setting<String> user = Setting.string("user", "who");
    Setting<String> token = Setting.secret("token", "of whom");
    ExporterConfig.of(Map.of("user", "me")).atMostOne(user, token);
    ExporterConfig both = ExporterConfig.of(Map.of("user", "me", "token", "s3cret"));
    assertThatThrownBy(() -> both.atMostOne(user, token))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("settings 'user' and 'token' are given: want one of them");
  }
}
