/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a scraper wants (Prometheus, "Content Negotiation"; RFC 9110, 12.5.1). Of the formats with
 * the highest weight the first one named wins; text is what remains.
 *
 * @param format the format
 * @param utf8 whether it takes names of any characters
 */
record AcceptHeader(ExpositionFormat format, boolean utf8) {

  private static final int MAX_RANGES = 50;

  static AcceptHeader parse(@Nullable String header) {
    AcceptHeader best = new AcceptHeader(ExpositionFormat.TEXT, false);
    double bestWeight = 0;
    if (header == null) {
      return best;
    }
    for (String range : header.split(",", MAX_RANGES)) {
      String[] parts = range.split(";", -1);
      ExpositionFormat format = format(parts);
      double weight = 1;
      boolean utf8 = false;
      for (int i = 1; i < parts.length; i++) {
        String parameter = parts[i].strip().toLowerCase(Locale.ROOT);
        if (parameter.startsWith("q=")) {
          weight = weight(parameter.substring(2));
        } else if (parameter.equals("escaping=allow-utf-8")) {
          utf8 = true;
        }
      }
      if (format != null && weight > bestWeight) {
        best = new AcceptHeader(format, utf8);
        bestWeight = weight;
      }
    }
    return best;
  }

  private static @Nullable ExpositionFormat format(String[] parts) {
    String type = parts[0].strip().toLowerCase(Locale.ROOT);
    for (ExpositionFormat format : ExpositionFormat.values()) {
      if (type.equals(format.mediaType())) {
        return isKnown(format, parts) ? format : null;
      }
    }
    return type.equals("*/*") || type.equals("text/*") ? ExpositionFormat.TEXT : null;
  }

  /** Whether it is the version of the format, and the message, that we write. */
  private static boolean isKnown(ExpositionFormat format, String[] parts) {
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      boolean known =
          switch (format) {
            case TEXT ->
                !parameter.startsWith("version=")
                    || parameter.equals("version=0.0.4")
                    || parameter.equals("version=1.0.0");
            case OPEN_METRICS ->
                !parameter.startsWith("version=")
                    || parameter.equals("version=1.0.0")
                    || parameter.equals("version=0.0.1");
            case PROTOBUF ->
                (!parameter.startsWith("proto=")
                        || parameter.equals("proto=io.prometheus.client.MetricFamily"))
                    && (!parameter.startsWith("encoding=")
                        || parameter.equals("encoding=delimited"));
          };
      if (!known) {
        return false;
      }
    }
    return format != ExpositionFormat.PROTOBUF || format.writer().isAvailable();
  }

  private static double weight(String text) {
    try {
      double weight = Double.parseDouble(text);
      return weight >= 0 && weight <= 1 ? weight : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }

  /** Whether gzip is among the codings of an {@code Accept-Encoding} header. */
  static boolean takesGzip(@Nullable String header) {
    if (header == null) {
      return false;
    }
    for (String coding : header.split(",", MAX_RANGES)) {
      String[] parts = coding.split(";", 2);
      if (parts[0].strip().equalsIgnoreCase("gzip")) {
        String weight = parts.length == 1 ? "" : parts[1].strip().toLowerCase(Locale.ROOT);
        return !weight.startsWith("q=") || weight(weight.substring(2)) > 0;
      }
    }
    return false;
  }
}
