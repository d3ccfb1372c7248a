/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Exporters;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChainFromTextTest {

  private final Map<String, String> properties = new HashMap<>();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "otlp | otlp",
        " otlp . timeout( 5s ) | Timeout(otlp)",
        "otlp.timeout(5s).retry | Retry(Timeout(otlp))",
        "otlp.retry().timeout(500ms) | Timeout(Retry(otlp))",
        "otlp.retry(8).fallback(logging) | Fallback(Retry(otlp), logging)",
        "otlp.fallback(logging.named(a), logging.named(b)) | Fallback(otlp, Fallback(logging, logging))",
        "fanOut(all, otlp.named(eu)) | FanOut[ALL](eu=otlp)",
        "fanOut(all, otlp, logging) | FanOut[ALL](otlp, logging)",
        "FANOUT(Any,otlp.named(eu),otlp.named(us)).Retry | Retry(FanOut[ANY](eu=otlp, us=otlp))",
        "fanOut(quorum(2), otlp.named(eu).retry, otlp) | FanOut[quorum(2)](eu=Retry(otlp), otlp)",
      })
  void isTheChainThatItSays(String text, String printed) {
    try (Exporter chain = build(text)) {
      assertThat(chain).hasToString(printed);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "otpl | 'otpl' at column 1: want an exporter, of those on the class path: logging, otlp, recorded",
        "otlp.retries(8) | 'retries' at column 6: want a step: named, timeout, retry or fallback",
        "otlp.timeout(5) | '5' at column 14: setting 'time' is '5': want a time with its unit",
        "otlp.timeout(0s) | '0s' at column 14: timeout is PT0S: want more than zero",
        "otlp.timeout() | ')' at column 14: want a time, such as 5s",
        "otlp.timeout(5s | the end at column 16: want ')'",
        "otlp.timeout 5s | '5s' at column 14: want '('",
        "otlp.retry(maxAttempt=8) | 'maxAttempt' at column 12: want one of maxAttempts, initialBackoff",
        "otlp.retry(maxAttempts=0) | '0' at column 24: maxAttempts is 0: want 1 or more",
        "otlp.retry(3, 4) | ')' at column 16: want '='",
        "otlp.retry(3s) | '3s' at column 12: setting 'number' is '3s': want a whole number",
        "otlp.named() | ')' at column 12: want a name",
        "otlp. | the end at column 6: want a step: named, timeout, retry or fallback",
        "otlp logging | 'logging' at column 6: want '.' and a step, or the end",
        "otlp) | ')' at column 5: want '.' and a step, or the end",
        "fanOut(otlp, logging) | 'otlp' at column 8: want all, any or quorum(n), and then the legs",
        "fanOut(all) | ')' at column 11: want ',' and a leg",
        "fanOut(quorum, otlp) | ',' at column 14: want '('",
        "fanOut(quorum(0), otlp) | '0' at column 15: ",
        "fanOut(all, otlp, otlp, ) | ')' at column 25: want an exporter, or fanOut",
        "'' | ''",
      })
  void pointsAtTheWordThatIsWrong(String text, String words) {
    assertThatThrownBy(() -> build(text))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("telex.chain: " + words)
        .hasMessageContaining("want")
        .hasMessageContaining("\n  " + text + "\n")
        .message()
        .satisfies(
            message -> {
              String[] lines = message.split("\n", -1);
              int column = Integer.parseInt(message.replaceAll("(?s).*? column (\\d+).*", "$1"));
              assertThat(lines[lines.length - 1].indexOf('^')).isEqualTo(2 + column - 1);
            });
  }

  @Test
  void saysWhatTheChainRefuses() {
    assertThatThrownBy(() -> build("fanOut(all, otlp, logging).retry"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("telex.chain is 'fanOut(all, otlp, logging).retry': ");
    assertThatThrownBy(() -> build("fanOut(all, otlp, otlp)"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("otlp");
  }

  @Test
  void settingsHaveTheNameOfTheLeg() {
    properties.put("telex.exporter.otlp.protocol", "http/json");
    properties.put("telex.exporter.eu.protocol", "carrier pigeon");
    build("otlp").close();
    assertThatThrownBy(() -> build("fanOut(all, otlp, otlp.timeout(5s).named(eu))"))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageStartingWith("telex.exporter.eu: exporter 'otlp': setting 'protocol'")
        .hasMessageContaining("carrier pigeon");
  }

  @Test
  void whatWasMadeIsClosedWhenTheRestIsWrong() {
    RecordedProvider.MADE.clear();
    assertThatThrownBy(() -> build("fanOut(all, recorded, otlp.retry(0))"))
        .hasMessageContaining("maxAttempts is 0");
    assertThatThrownBy(() -> build("fanOut(all, recorded, otlp).retry"))
        .hasMessageContaining("retry");
    assertThat(RecordedProvider.MADE)
        .hasSize(2)
        .allSatisfy(exporter -> assertThat(exporter.shutdowns()).isEqualTo(1));
  }

  private Exporter build(String text) {
    return ChainFromText.build(
        "telex.chain",
        text,
        Exporters.load(getClass().getClassLoader()),
        key -> Optional.ofNullable(properties.get(key)));
  }
}
