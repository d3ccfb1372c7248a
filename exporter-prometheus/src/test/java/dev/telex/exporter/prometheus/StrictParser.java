/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text forms and refuses what their specifications do (Prometheus, "Exposition formats";
 * OpenMetrics 1.0; names in quotes by Prometheus' proposal for UTF-8). Knows nothing of the code
 * under test nor of the client library.
 */
final class StrictParser {

  /**
   * One line.
   *
   * @param family what its family is called
   * @param type of the family
   * @param suffix what the name of the sample adds to that of the family
   */
  record Sample(
      String family, String type, String suffix, Map<String, String> labels, double value) {}

  private static final Pattern METRIC_NAME = Pattern.compile("[a-zA-Z_:][a-zA-Z0-9_:]*");
  private static final Pattern LABEL_NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");
  private static final Pattern NUMBER =
      Pattern.compile("[+-]?Inf|NaN|[+-]?[0-9]+(\\.[0-9]+)?([eE][+-]?[0-9]+)?");
  private static final Pattern TIMESTAMP = Pattern.compile("[0-9]+(\\.[0-9]+)?");

  private static final Map<String, List<String>> TEXT_SUFFIXES =
      Map.of(
          "counter", List.of(""),
          "gauge", List.of(""),
          "untyped", List.of(""),
          "histogram", List.of("_bucket", "_count", "_sum"),
          "summary", List.of("", "_count", "_sum"));
  private static final Map<String, List<String>> OPEN_METRICS_SUFFIXES =
      Map.of(
          "counter", List.of("_total", "_created"),
          "gauge", List.of(""),
          "unknown", List.of(""),
          "info", List.of("_info"),
          "histogram", List.of("_bucket", "_count", "_sum", "_created"),
          "summary", List.of("", "_count", "_sum", "_created"));

  private final boolean openMetrics;
  private final boolean utf8;
  private final List<Sample> samples = new ArrayList<>();
  private final Set<String> series = new HashSet<>();
  private final Set<String> families = new HashSet<>();
  private final Set<String> sampleNames = new HashSet<>();

  /** Of the current family: what its comments said. */
  private final Set<String> said = new HashSet<>();

  private @Nullable String family;
  private @Nullable String type;
  private final Map<Map<String, String>, List<Sample>> buckets = new HashMap<>();
  private final Map<Map<String, String>, Double> counts = new HashMap<>();

  private String line = "";
  private int at;

  private StrictParser(boolean openMetrics, boolean utf8) {
    this.openMetrics = openMetrics;
    this.utf8 = utf8;
  }

  static List<Sample> parse(byte[] bytes, boolean openMetrics, boolean utf8) {
    String text;
    try {
      text =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .decode(ByteBuffer.wrap(bytes))
              .toString();
    } catch (CharacterCodingException e) {
      throw new AssertionError("no UTF-8", e);
    }
    return new StrictParser(openMetrics, utf8).parse(text);
  }

  private List<Sample> parse(String text) {
    if (!text.isEmpty() && !text.endsWith("\n")) {
      throw new AssertionError("the last line has no end");
    }
    String[] lines = text.split("\n", -1);
    int count = lines.length - 1;
    if (openMetrics) {
      check(count > 0 && lines[count - 1].equals("# EOF"), "no # EOF at the end");
      count--;
    }
    for (int i = 0; i < count; i++) {
      line = lines[i];
      at = 0;
      if (line.startsWith("#")) {
        comment();
      } else {
        sample();
      }
    }
    endFamily();
    return samples;
  }

  private void comment() {
    String[] kinds =
        openMetrics ? new String[] {"HELP", "TYPE", "UNIT"} : new String[] {"HELP", "TYPE"};
    String kind = null;
    for (String one : kinds) {
      if (line.startsWith("# " + one + " ")) {
        kind = one;
      }
    }
    if (kind == null) {
      throw error("an unknown comment");
    }
    at = 7;
    String name = line.startsWith("\"", at) ? quoted() : untilSpace();
    checkMetricName(name, line.charAt(7) == '"');
    check(line.startsWith(" ", at), "no space behind the name");
    String rest = line.substring(at + 1);
    if (!name.equals(family)) {
      endFamily();
      check(families.add(name), "the family comes twice");
      family = name;
      type = null;
      said.clear();
    }
    check(said.add(kind), "is said twice");
    check(!said.contains("sample"), "a comment behind samples");
    switch (kind) {
      case "TYPE" -> {
        type = rest;
        check((openMetrics ? OPEN_METRICS_SUFFIXES : TEXT_SUFFIXES).containsKey(rest), "no type");
      }
      case "UNIT" -> check(name.endsWith("_" + rest), "the name does not end in its unit");
      default -> checkEscapes(rest, openMetrics ? "\\n\"" : "\\n");
    }
  }

  private void sample() {
    said.add("sample");
    boolean inBraces = line.startsWith("{");
    String name;
    boolean isQuoted = false;
    if (inBraces) {
      at = 1;
      isQuoted = true;
      name = quoted();
    } else {
      int end = 0;
      while (end < line.length() && line.charAt(end) != ' ' && line.charAt(end) != '{') {
        end++;
      }
      name = line.substring(0, end);
      at = end;
    }
    checkMetricName(name, isQuoted);
    Map<String, String> labels = new TreeMap<>();
    if (inBraces) {
      if (line.startsWith(",", at)) {
        at++;
        labels(labels);
      } else {
        expect("}");
      }
    } else if (line.startsWith("{", at)) {
      at++;
      labels(labels);
    }
    expect(" ");
    double value = number();
    String suffix = suffix(name);
    if (at < line.length()) {
      check(openMetrics, "something behind the value");
      exemplar(suffix);
    }
    check(series.add(name + labels), "the series comes twice");
    Sample sample =
        new Sample(
            Objects.requireNonNull(family), Objects.requireNonNull(type), suffix, labels, value);
    samples.add(sample);
    judge(sample, suffix);
  }

  private String suffix(String name) {
    String of = family;
    String is = type;
    if (of == null || is == null) {
      throw error("a sample without a TYPE");
    }
    List<String> allowed = (openMetrics ? OPEN_METRICS_SUFFIXES : TEXT_SUFFIXES).get(is);
    for (String suffix : Objects.requireNonNull(allowed)) {
      if (name.equals(of + suffix)) {
        sampleNames.add(name);
        return suffix;
      }
    }
    throw error("is no sample of the " + is + " " + of);
  }

  private void judge(Sample sample, String suffix) {
    Map<String, String> others = new TreeMap<>(sample.labels());
    switch (Objects.requireNonNull(type)) {
      case "counter" -> check(sample.value() >= 0, "a counter below zero or NaN");
      case "histogram" -> {
        if (suffix.equals("_bucket")) {
          check(others.remove("le") != null, "a bucket without le");
          buckets.computeIfAbsent(others, unused -> new ArrayList<>()).add(sample);
        } else {
          check(!sample.labels().containsKey("le"), "le on what is no bucket");
          if (suffix.equals("_count")) {
            counts.put(others, sample.value());
          }
        }
      }
      case "summary" -> {
        if (suffix.isEmpty()) {
          String quantile = sample.labels().get("quantile");
          check(quantile != null, "no quantile");
          double q = Double.parseDouble(Objects.requireNonNull(quantile));
          check(q >= 0 && q <= 1, "a quantile out of range");
        } else {
          check(!sample.labels().containsKey("quantile"), "quantile on what is none");
        }
      }
      case "info" -> check(sample.value() == 1, "an info that is not 1");
      default -> {}
    }
  }

  private void endFamily() {
    buckets.forEach(
        (labels, of) -> {
          double bound = Double.NEGATIVE_INFINITY;
          double count = 0;
          boolean first = true;
          for (Sample bucket : of) {
            double le = real(Objects.requireNonNull(bucket.labels().get("le")));
            check(first || le > bound, "buckets are not in order");
            check(bucket.value() >= count, "buckets are not cumulative");
            first = false;
            bound = le;
            count = bucket.value();
          }
          check(bound == Double.POSITIVE_INFINITY, "there is no bucket +Inf");
          Double whole = counts.get(labels);
          check(whole == null || whole == count, "the count is not that of the bucket +Inf");
        });
    buckets.clear();
    counts.clear();
    // Names of samples belong to one family.
    for (String name : sampleNames) {
      check(name.equals(family) || !families.contains(name), "a sample has the name of a family");
      families.add(name);
    }
    sampleNames.clear();
  }

  private void exemplar(String suffix) {
    check(suffix.equals("_total") || suffix.equals("_bucket"), "an exemplar on " + suffix);
    expect(" # {");
    Map<String, String> labels = new TreeMap<>();
    labels(labels);
    int length =
        labels.entrySet().stream()
            .mapToInt(
                e ->
                    e.getKey().codePointCount(0, e.getKey().length())
                        + e.getValue().codePointCount(0, e.getValue().length()))
            .sum();
    check(length <= 128, "an exemplar of " + length + " characters");
    expect(" ");
    number();
    if (at < line.length()) {
      expect(" ");
      check(TIMESTAMP.matcher(line.substring(at)).matches(), "no timestamp");
      at = line.length();
    }
  }

  /** Behind the brace that opens. */
  private void labels(Map<String, String> labels) {
    if (line.startsWith("}", at)) {
      at++;
      return;
    }
    while (true) {
      boolean isQuoted = line.startsWith("\"", at);
      String name;
      if (isQuoted) {
        name = quoted();
        check(utf8, "a quoted name");
        check(!name.isEmpty() && !LABEL_NAME.matcher(name).matches(), "needs no quotes: " + name);
      } else {
        int equals = line.indexOf('=', at);
        check(equals >= 0, "no value of a label");
        name = line.substring(at, equals);
        at = equals;
        check(LABEL_NAME.matcher(name).matches(), "no name of a label: " + name);
      }
      check(!name.startsWith("__"), "a name that Prometheus keeps for itself: " + name);
      expect("=");
      check(labels.put(name, quoted()) == null, "the label " + name + " is there twice");
      if (line.startsWith("}", at)) {
        at++;
        return;
      }
      expect(",");
    }
  }

  private String quoted() {
    expect("\"");
    StringBuilder text = new StringBuilder();
    while (true) {
      check(at < line.length(), "quotes that do not end");
      char c = line.charAt(at++);
      if (c == '"') {
        return text.toString();
      }
      if (c == '\\') {
        char escaped = line.charAt(at++);
        check("\\n\"".indexOf(escaped) >= 0, "an unknown escape");
        c = escaped == 'n' ? '\n' : escaped;
      }
      text.append(c);
    }
  }

  private String untilSpace() {
    int end = line.indexOf(' ', at);
    check(end >= 0, "nothing behind a name");
    String word = line.substring(at, end);
    at = end;
    return word;
  }

  private double number() {
    int end = line.indexOf(' ', at);
    String text = line.substring(at, end < 0 ? line.length() : end);
    at += text.length();
    return real(text);
  }

  private double real(String text) {
    check(NUMBER.matcher(text).matches(), "no number: " + text);
    return text.endsWith("Inf")
        ? text.startsWith("-") ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY
        : Double.parseDouble(text);
  }

  private void checkMetricName(String name, boolean isQuoted) {
    boolean classic = METRIC_NAME.matcher(name).matches();
    check(isQuoted ? utf8 && !name.isEmpty() && !classic : classic, "no name: " + name);
  }

  private void checkEscapes(String text, String known) {
    for (int i = text.indexOf('\\'); i >= 0; i = text.indexOf('\\', i + 2)) {
      check(i + 1 < text.length() && known.indexOf(text.charAt(i + 1)) >= 0, "an unknown escape");
    }
  }

  private void expect(String text) {
    check(line.startsWith(text, at), "no '" + text + "' at " + at);
    at += text.length();
  }

  private void check(boolean ok, String complaint) {
    if (!ok) {
      throw error(complaint);
    }
  }

  private AssertionError error(String complaint) {
    return new AssertionError(complaint + ", in or before: " + line);
  }
}
