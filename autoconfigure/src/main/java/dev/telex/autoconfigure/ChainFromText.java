/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.autoconfigure.ChainText.Chain;
import dev.telex.autoconfigure.ChainText.FanOut;
import dev.telex.autoconfigure.ChainText.Leaf;
import dev.telex.autoconfigure.ChainText.Word;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Setting;
import dev.telex.reliability.ExporterChain;
import dev.telex.reliability.Join;
import dev.telex.reliability.RetryPolicy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Makes the chain that a text describes, of the plugins that there are. The settings of an exporter
 * have the name of its leg in their keys, which is that of the plugin unless the text says {@code
 * named}.
 */
final class ChainFromText {

  /** Before the name of a leg in the key of a setting. */
  static final String PREFIX = "telex.exporter.";

  private static final int MAX = 1_000_000;

  private final String source;
  private final String text;
  private final Exporters plugins;
  private final Function<String, Optional<String>> properties;
  private final List<Exporter> made = new ArrayList<>();

  private ChainFromText(
      String source,
      String text,
      Exporters plugins,
      Function<String, Optional<String>> properties) {
    this.source = source;
    this.text = text;
    this.plugins = plugins;
    this.properties = properties;
  }

  /**
   * Makes the chain.
   *
   * @param source where the text is from, for messages
   * @param properties give the value of a key, if there is one
   * @throws ConfigurationException if the text or a setting is wrong; the exporters that were made
   *     are then closed
   */
  static Exporter build(
      String source,
      String text,
      Exporters plugins,
      Function<String, Optional<String>> properties) {
    ChainFromText builder = new ChainFromText(source, text, plugins, properties);
    try {
      return builder.chain(ChainText.parse(source, text)).build();
    } catch (ConfigurationException e) {
      builder.close();
      throw e;
    } catch (IllegalArgumentException e) {
      builder.close();
      throw new ConfigurationException(source + " is '" + text + "': " + e.getMessage(), e);
    }
  }

  private void close() {
    made.forEach(Exporter::close);
  }

  private ExporterChain chain(Chain parsed) {
    ExporterChain chain =
        parsed.start() instanceof Leaf leaf
            ? ExporterChain.of(exporter(leaf, parsed.name()))
            : fanOut((FanOut) parsed.start());
    for (ChainText.Step step : parsed.steps()) {
      chain = wrap(chain, step);
    }
    return chain;
  }

  private ExporterChain wrap(ExporterChain chain, ChainText.Step step) {
    if (step instanceof ChainText.Named named) {
      return chain.named(named.name().text());
    }
    if (step instanceof ChainText.Timeout timeout) {
      return checked(timeout.time(), () -> chain.timeout(duration(timeout.time())));
    }
    if (step instanceof ChainText.Retry retry) {
      return chain.retry(policy(retry));
    }
    return chain.fallback(chains(((ChainText.Fallback) step).others()));
  }

  private ExporterChain fanOut(FanOut fanOut) {
    Join join =
        fanOut
            .quorum()
            .map(legs -> checked(legs, () -> Join.quorum(number(legs))))
            .orElse(fanOut.join().is("all") ? Join.ALL : Join.ANY);
    return ExporterChain.fanOut(join, chains(fanOut.legs()));
  }

  private ExporterChain[] chains(List<Chain> parsed) {
    return parsed.stream().map(this::chain).toArray(ExporterChain[]::new);
  }

  private Exporter exporter(Leaf leaf, Optional<Word> name) {
    String plugin = leaf.exporter().text();
    if (!plugins.names().contains(plugin)) {
      throw wrong(
          leaf.exporter(),
          "want an exporter, of those on the class path: "
              + String.join(", ", plugins.names())
              + (plugins.problems().isEmpty()
                  ? ""
                  : " (" + String.join("; ", plugins.problems()) + ")"));
    }
    String leg = name.map(Word::text).orElse(plugin);
    Map<String, String> values = new LinkedHashMap<>();
    for (Setting<?> setting : plugins.settings(plugin)) {
      properties
          .apply(PREFIX + leg + "." + setting.key())
          .ifPresent(value -> values.put(setting.key(), value));
    }
    Exporter exporter;
    try {
      exporter = plugins.create(plugin, ExporterConfig.of(values));
    } catch (ConfigurationException e) {
      throw new ConfigurationException(PREFIX + leg + ": " + e.getMessage(), e);
    }
    made.add(exporter);
    return exporter;
  }

  private RetryPolicy policy(ChainText.Retry retry) {
    RetryPolicy.Builder policy = RetryPolicy.builder();
    retry.arguments().forEach((name, value) -> set(policy, name, value));
    return policy.build();
  }

  private RetryPolicy.Builder set(RetryPolicy.Builder policy, Word name, Word value) {
    return switch (name.text().toLowerCase(Locale.ROOT)) {
      case "maxattempts" -> checked(value, () -> policy.maxAttempts(number(value)));
      case "initialbackoff" -> checked(value, () -> policy.initialBackoff(duration(value)));
      case "maxbackoff" -> checked(value, () -> policy.maxBackoff(duration(value)));
      case "maxserverdelay" -> checked(value, () -> policy.maxServerDelay(duration(value)));
      case "maxelapsed" -> checked(value, () -> policy.maxElapsed(duration(value)));
      default ->
          throw wrong(
              name,
              "want one of maxAttempts, initialBackoff, maxBackoff, maxServerDelay, maxElapsed");
    };
  }

  private int number(Word word) {
    return Setting.integer("number", "", 0, MAX).parse(word.text());
  }

  private Duration duration(Word word) {
    return Setting.duration("time", "").parse(word.text());
  }

  /** What a builder refuses is marked in the text. */
  private <T> T checked(Word word, Supplier<T> setter) {
    try {
      return setter.get();
    } catch (IllegalArgumentException e) {
      throw wrong(word, String.valueOf(e.getMessage()));
    }
  }

  private ConfigurationException wrong(Word word, String what) {
    return ChainText.wrong(source, text, word, what);
  }
}
