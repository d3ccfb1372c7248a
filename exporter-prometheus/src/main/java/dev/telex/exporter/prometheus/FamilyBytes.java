/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.prometheus.metrics.config.EscapingScheme;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Families in one format, one after another, so that one that cannot be written costs nobody else
 * his bytes, and a scraper of some names gets those of the whole.
 */
final class FamilyBytes {

  private static final byte[] NOTHING = {};
  private static final byte[] END_OF_FILE = "# EOF\n".getBytes(StandardCharsets.UTF_8);

  private final Buffer out;
  private final ExpositionFormat format;
  private final boolean utf8;
  private final Warnings warnings;

  FamilyBytes(ExpositionFormat format, boolean utf8, int expected, Warnings warnings) {
    this.format = format;
    this.utf8 = utf8;
    this.out = new Buffer(expected);
    this.warnings = warnings;
  }

  EncodedFamilies encode(List<Family> families) {
    List<Family> written = new ArrayList<>(families.size());
    List<Integer> ends = new ArrayList<>(families.size());
    for (Family family : families) {
      int start = out.size();
      try {
        write(family, start);
        ends.add(out.size());
        written.add(family);
      } catch (IOException | RuntimeException e) {
        out.cut(start);
        warnings.about(
            family.name().base(),
            "metric '" + family.name().base() + "' is left out of " + format.title() + ": " + e);
      }
    }
    return new EncodedFamilies(
        out.array(),
        written,
        ends,
        format == ExpositionFormat.OPEN_METRICS ? END_OF_FILE : NOTHING);
  }

  private void write(Family family, int start) throws IOException {
    format
        .writer()
        .write(
            out,
            family.alone(),
            utf8 ? EscapingScheme.ALLOW_UTF8 : EscapingScheme.UNDERSCORE_ESCAPING);
    switch (format) {
      case OPEN_METRICS -> out.cut(out.size() - END_OF_FILE.length);
      case TEXT -> {
        if (family.name().withoutTotal()) {
          replace(start, TotalSuffix.cutFromText(out.from(start), family.name().base()));
        }
      }
      case PROTOBUF -> {
        if (family.name().withoutTotal()) {
          replace(start, TotalSuffix.cutFromProtobuf(out.from(start)));
        }
      }
    }
  }

  private void replace(int start, byte[] bytes) {
    out.cut(start);
    out.writeBytes(bytes);
  }

  /** Lets see what it has. */
  private static final class Buffer extends ByteArrayOutputStream {
    Buffer(int size) {
      super(size);
    }

    byte[] array() {
      return buf;
    }

    byte[] from(int start) {
      return Arrays.copyOfRange(buf, start, count);
    }

    void cut(int size) {
      count = size;
    }
  }
}
