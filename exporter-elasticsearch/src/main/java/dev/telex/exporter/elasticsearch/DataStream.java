/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A data stream by Elastic's naming scheme, {@code type-dataset-namespace}.
 *
 * @param type {@code traces}, {@code logs} or {@code metrics}
 * @param dataset fit for a name, with its suffix
 * @param namespace fit for a name
 */
record DataStream(String type, String dataset, String namespace) {

  static final String TRACES = "traces";
  static final String LOGS = "logs";
  static final String METRICS = "metrics";

  static final String DATASET_KEY = "data_stream.dataset";
  static final String NAMESPACE_KEY = "data_stream.namespace";

  /** The length of the dataset and of the namespace, by Elastic's naming scheme. */
  private static final int MAX_BYTES = 100;

  private static final String NOT_IN_NAMES = "\\/*?\"<>| ,#:";

  /** Its name. */
  String index() {
    return type + "-" + dataset + "-" + namespace;
  }

  /**
   * A dataset fit for a name: in lower case, without what an index cannot have in its name nor the
   * hyphen, and not too long.
   */
  static String dataset(String text, String suffix) {
    return cut(clean(text, true), MAX_BYTES - suffix.length()) + suffix;
  }

  /** A namespace fit for a name; it may have hyphens. */
  static String namespace(String text) {
    return cut(clean(text, false), MAX_BYTES);
  }

  private static String clean(String text, boolean hyphenToo) {
    // Cut before all else: the value of an attribute can be of any length.
    String beginning = text.substring(0, Math.min(text.length(), MAX_BYTES));
    StringBuilder clean = new StringBuilder(beginning.toLowerCase(Locale.ROOT));
    for (int i = 0; i < clean.length(); i++) {
      char c = clean.charAt(i);
      boolean bad =
          NOT_IN_NAMES.indexOf(c) >= 0 || Character.isISOControl(c) || Character.isSurrogate(c);
      if (bad || (hyphenToo && c == '-')) {
        clean.setCharAt(i, '_');
      }
    }
    return clean.toString();
  }

  private static String cut(String text, int maxBytes) {
    String shorter = text;
    while (shorter.getBytes(StandardCharsets.UTF_8).length > maxBytes) {
      shorter = shorter.substring(0, shorter.length() - 1);
    }
    return shorter;
  }
}
