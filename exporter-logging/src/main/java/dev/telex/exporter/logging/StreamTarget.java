/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import dev.telex.otlp.OtlpEncoding;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A stream of the user's: flushed after each batch, never closed. */
final class StreamTarget implements Target {

  private final OutputStream stream;
  private final Shown shown;

  StreamTarget(OutputStream stream, Shown shown) {
    this.stream = stream;
    this.shown = shown;
  }

  @Override
  public Delivery delivery() {
    return Delivery.BEST_EFFORT;
  }

  @Override
  public ExportResult write(Batch batch) throws IOException, InterruptedException {
    if (shown.format() == LoggingFormat.OTLP_JSON) {
      Payload payload = batch.encoded(OtlpEncoding.JSON);
      // One write, so that no other writer of the stream gets into the line.
      ByteBuffer line = ByteBuffer.allocate(Math.toIntExact(payload.size() + 1));
      payload.buffers().forEach(line::put);
      stream.write(line.put((byte) '\n').array());
    } else if (stream instanceof PrintStream printer) {
      for (String text : shown.of(batch)) {
        // As text, so that the stream's own charset applies: a console is not always UTF-8.
        printer.print(text + "\n");
      }
    } else {
      StringBuilder all = new StringBuilder();
      shown.of(batch).forEach(text -> all.append(text).append('\n'));
      stream.write(all.toString().getBytes(StandardCharsets.UTF_8));
    }
    stream.flush();
    if (stream instanceof PrintStream printer && printer.checkError()) {
      return ExportResult.permanent("the stream reports an error, which it keeps for good")
          .withOutcomeUnknown();
    }
    return ExportResult.success(batch);
  }

  @Override
  public void close() {}
}
