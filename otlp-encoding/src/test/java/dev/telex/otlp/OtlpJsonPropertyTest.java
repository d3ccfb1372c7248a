/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** OTLP JSON, read strictly, is the message that the protobuf of the same batch is. */
class OtlpJsonPropertyTest {

  @Provide
  Arbitrary<Batch> batches() {
    return TelemetryArbitraries.batches();
  }

  @Property(tries = 300)
  void sameMessageAsProtobuf(@ForAll("batches") Batch batch) throws Exception {
    assertSame(batch);
  }

  @Example
  void sameMessageAsProtobufAtEverySize() throws Exception {
    for (int size : new int[] {0, 1, 512, 2_000}) {
      assertSame(Batch.traces(Telemetry.spans(size, size)));
      assertSame(Batch.metrics(Telemetry.metrics(size, size)));
    }
    // The quickest to read back; what differs with the size is the same code for all signals.
    for (int size : new int[] {0, 1, 512, 10_000}) {
      assertSame(Batch.logs(Telemetry.logs(size, size)));
    }
  }

  private static void assertSame(Batch batch) throws Exception {
    byte[] json = OtlpEncoding.JSON.encode(batch).toByteArray();
    Message expected = OtlpJsonReader.expected(batch);
    if (expected.getSerializedSize() == 0) {
      // Which no reader can tell the signal of.
      assertThat(json).asString().isEqualTo("{}");
    } else {
      assertThat(OtlpJsonReader.read(json)).isEqualTo(expected);
    }
  }
}
