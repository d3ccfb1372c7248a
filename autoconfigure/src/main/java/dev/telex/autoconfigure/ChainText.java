/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.exporter.ConfigurationException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A chain as a text, in the words of {@link dev.telex.reliability.ExporterChain}, and the tree that
 * it is:
 *
 * <pre>
 * fanOut(all, otlp.named(eu).timeout(5s).retry(8).fallback(logging), jaeger)
 *
 * chain    = start { "." step }
 * start    = EXPORTER | "fanOut" "(" join { "," chain } ")"
 * join     = "all" | "any" | "quorum" "(" NUMBER ")"
 * step     = "named" "(" NAME ")" | "timeout" "(" TIME ")" | "fallback" "(" chain { "," chain } ")"
 *          | "retry" [ "(" [ argument { "," argument } ] ")" ]
 * argument = NUMBER | NAME "=" VALUE
 * </pre>
 *
 * <p>White space does not count, nor does the case of the words in quotes. What is wrong is refused
 * with the line, and a mark under the word.
 */
final class ChainText {

  /** A word of the text, and where it begins. */
  record Word(String text, int at) {
    boolean is(String other) {
      return text.equalsIgnoreCase(other);
    }
  }

  /** A start and what stands around it, innermost first. */
  record Chain(Start start, List<Step> steps) {
    /** The name that it was given, if it was. */
    Optional<Word> name() {
      return steps.stream()
          .filter(step -> step instanceof Named)
          .map(step -> ((Named) step).name())
          .reduce((one, other) -> other);
    }
  }

  /** What a chain begins with. */
  sealed interface Start {}

  /** An exporter, by the name of its plugin. */
  record Leaf(Word exporter) implements Start {}

  /** Several chains, and how many of them must deliver if the join is a quorum. */
  record FanOut(Word join, Optional<Word> quorum, List<Chain> legs) implements Start {}

  /** What stands around a chain. */
  sealed interface Step {}

  /** {@code named(eu)}. */
  record Named(Word name) implements Step {}

  /** {@code timeout(5s)}. */
  record Timeout(Word time) implements Step {}

  /** {@code retry}, {@code retry(8)} or {@code retry(maxAttempts=8, maxElapsed=2m)}. */
  record Retry(Map<Word, Word> arguments) implements Step {}

  /** {@code fallback(logging)}. */
  record Fallback(List<Chain> others) implements Step {}

  private static final String PUNCTUATION = "().,=";

  private final String source;
  private final String text;
  private int at;

  private ChainText(String source, String text) {
    this.source = source;
    this.text = text;
  }

  /**
   * Reads a text.
   *
   * @param source where it is from, for messages
   * @throws ConfigurationException if it is none
   */
  static Chain parse(String source, String text) {
    ChainText parser = new ChainText(source, text);
    Chain chain = parser.chain();
    Word rest = parser.peek();
    if (!rest.text().isEmpty()) {
      throw parser.wrong(rest, "want '.' and a step, or the end");
    }
    return chain;
  }

  /** A message that shows the line with a mark under the word. */
  static ConfigurationException wrong(String source, String text, Word word, String what) {
    String line = text.replaceAll("\\s", " ");
    String shown = word.text().isEmpty() ? "the end" : "'" + word.text() + "'";
    return new ConfigurationException(
        source
            + ": "
            + shown
            + " at column "
            + (word.at() + 1)
            + ": "
            + what
            + "\n  "
            + line
            + "\n  "
            + " ".repeat(word.at())
            + "^".repeat(Math.max(1, word.text().length())));
  }

  private Chain chain() {
    Word word = name("an exporter, or fanOut");
    Start start = word.is("fanOut") ? fanOut() : new Leaf(word);
    List<Step> steps = new ArrayList<>();
    while (skip(".")) {
      steps.add(step());
    }
    return new Chain(start, List.copyOf(steps));
  }

  private FanOut fanOut() {
    expect("(");
    Word join = name("all, any or quorum");
    Optional<Word> quorum = Optional.empty();
    if (join.is("quorum")) {
      expect("(");
      quorum = Optional.of(name("a number of legs"));
      expect(")");
    } else if (!join.is("all") && !join.is("any")) {
      throw wrong(join, "want all, any or quorum(n), and then the legs");
    }
    List<Chain> legs = new ArrayList<>();
    while (skip(",")) {
      legs.add(chain());
    }
    if (legs.isEmpty()) {
      throw wrong(peek(), "want ',' and a leg");
    }
    expect(")");
    return new FanOut(join, quorum, List.copyOf(legs));
  }

  private Step step() {
    Word word = name("a step: named, timeout, retry or fallback");
    if (word.is("retry")) {
      return new Retry(skip("(") ? arguments() : Map.of());
    }
    if (word.is("named")) {
      return new Named(only("a name"));
    }
    if (word.is("timeout")) {
      return new Timeout(only("a time, such as 5s"));
    }
    if (word.is("fallback")) {
      expect("(");
      List<Chain> others = new ArrayList<>();
      do {
        others.add(chain());
      } while (skip(","));
      expect(")");
      return new Fallback(List.copyOf(others));
    }
    throw wrong(word, "want a step: named, timeout, retry or fallback");
  }

  private Word only(String wanted) {
    expect("(");
    Word word = name(wanted);
    expect(")");
    return word;
  }

  /** A number alone stands for {@code maxAttempts}. */
  private Map<Word, Word> arguments() {
    Map<Word, Word> arguments = new LinkedHashMap<>();
    if (skip(")")) {
      return arguments;
    }
    do {
      Word first = name("a number of attempts, or name=value");
      if (skip("=")) {
        arguments.put(first, name("a value"));
      } else if (arguments.isEmpty()) {
        arguments.put(new Word("maxAttempts", first.at()), first);
      } else {
        throw wrong(peek(), "want '='");
      }
    } while (skip(","));
    expect(")");
    return arguments;
  }

  private Word name(String wanted) {
    Word word = peek();
    if (word.text().isEmpty() || isPunctuation(word.text().charAt(0))) {
      throw wrong(word, "want " + wanted);
    }
    at = word.at() + word.text().length();
    return word;
  }

  private void expect(String punctuation) {
    if (!skip(punctuation)) {
      throw wrong(peek(), "want '" + punctuation + "'");
    }
  }

  private boolean skip(String punctuation) {
    Word word = peek();
    if (!word.text().equals(punctuation)) {
      return false;
    }
    at = word.at() + 1;
    return true;
  }

  private Word peek() {
    int from = at;
    while (from < text.length() && Character.isWhitespace(text.charAt(from))) {
      from++;
    }
    int to = from;
    while (to < text.length()
        && !isPunctuation(text.charAt(to))
        && !Character.isWhitespace(text.charAt(to))) {
      to++;
    }
    if (to == from && from < text.length()) {
      to++;
    }
    return new Word(text.substring(from, to), from);
  }

  private static boolean isPunctuation(char c) {
    return PUNCTUATION.indexOf(c) >= 0;
  }

  private ConfigurationException wrong(Word word, String what) {
    return wrong(source, text, word, what);
  }
}
