/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What of a batch is shown: the first items in a readable form, and how many more there are; or all
 * of it as OTLP JSON.
 *
 * @param format how
 * @param maxLineLength of a readable line, in chars
 * @param maxItems of one batch in a readable form
 */
record Shown(LoggingFormat format, int maxLineLength, int maxItems) {

  /** One text for each item and one for those left out, or one for all; none ends its line. */
  List<String> of(Batch batch) throws InterruptedException {
    Encoding encoding = format.encoding(maxLineLength);
    int left = format == LoggingFormat.OTLP_JSON ? 0 : batch.itemCount() - maxItems;
    Payload payload = (left > 0 ? first(batch) : batch).encoded(encoding);
    List<String> texts = new ArrayList<>(payload.itemCount() + 1);
    for (ByteBuffer piece : payload.buffers()) {
      texts.add(StandardCharsets.UTF_8.decode(piece).toString());
    }
    if (left > 0) {
      texts.add(TextWriter.CUT + " and " + left + " more " + noun(batch, left));
    }
    return texts;
  }

  private Batch first(Batch batch) {
    BitSet items = new BitSet(maxItems);
    items.set(0, maxItems);
    return batch.retain(items);
  }

  private static String noun(Batch batch, int count) {
    String noun =
        switch (batch.signal()) {
          case TRACES -> "span";
          case METRICS -> "data point";
          case LOGS -> "log record";
        };
    return count == 1 ? noun : noun + "s";
  }
}
