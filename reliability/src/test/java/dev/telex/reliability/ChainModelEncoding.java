/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import java.io.IOException;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * A format of the model, which counts its runs. Equal for equal numbers of one run of the model.
 *
 * @param number with 2 it fails
 * @param ran is told each run
 */
record ChainModelEncoding(int number, BiConsumer<Batch, Integer> ran) implements Encoding {

  @Override
  public String contentType() {
    return "application/x-model-" + number;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.values());
  }

  @Override
  public Payload encode(Batch batch) throws IOException {
    ran.accept(batch, number);
    if (number == 2) {
      throw new IOException("the model's encoding " + number + " fails");
    }
    return Payload.of(new byte[] {(byte) number, (byte) batch.itemCount()});
  }

  @Override
  public String toString() {
    return "model-" + number;
  }
}
