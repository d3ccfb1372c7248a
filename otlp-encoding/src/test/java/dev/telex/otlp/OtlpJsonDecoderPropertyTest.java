/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Message;
import dev.telex.exporter.Batch;
import io.opentelemetry.proto.common.v1.KeyValue;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class OtlpJsonDecoderPropertyTest {

  private static final String[] PIECES = {
    "{",
    "}",
    "[",
    "]",
    "[]",
    "{}",
    "null",
    "true",
    "\"",
    ",",
    ":",
    "-",
    "1e999999999",
    "-1",
    "0.5",
    "\"NaN\"",
    "\"18446744073709551616\"",
    "17",
    "\"\"",
    "\"\\ud800\"",
    "\u0000",
    "\ufeff",
    "{}{}"
  };

  @Provide
  Arbitrary<Batch> batches() {
    return TelemetryArbitraries.batches().filter(batch -> batch.itemCount() > 0);
  }

  @Property(tries = 200)
  void comesBackAsTheSameMessageInBothEncodings(@ForAll("batches") Batch batch) throws Exception {
    // Keys that are not well-formed can become equal when they are written.
    Assume.that(keysAreUnique(Decoded.ours(batch)));
    assertComesBack(batch);
  }

  @Example
  void manyItemsComeBack() throws Exception {
    assertComesBack(Batch.traces(Telemetry.spans(1, 600)));
    assertComesBack(Batch.metrics(Telemetry.metrics(2, 600)));
    assertComesBack(Batch.logs(Telemetry.logs(3, 600)));
  }

  /** Cut off, with bytes changed, and with pieces put in or in the place of values. */
  @Property(tries = 300)
  void whateverIsDamagedIsReadOrRefused(@ForAll("batches") Batch batch, @ForAll("seeds") long seed)
      throws Exception {
    byte[] json = OtlpEncoding.JSON.encode(batch).toByteArray();
    Random random = new Random(seed);
    for (int i = 0; i < 10; i++) {
      byte[] damaged = damage(json, random);
      Batch read = decodedOrNull(damaged);
      if (read != null) {
        // It is a batch like any other.
        OtlpEncoding.PROTOBUF.encode(read);
      }
    }
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs().withoutEdgeCases();
  }

  @Property(tries = 1_000)
  void anyBytesAreReadOrRefused(@ForAll byte[] bytes) {
    assertThat(decodedOrNull(bytes)).isNull();
  }

  private static void assertComesBack(Batch batch) throws Exception {
    byte[] json = OtlpEncoding.JSON.encode(batch).toByteArray();
    Batch read = OtlpJsonDecoder.decode(json);
    assertThat(read.signal()).isEqualTo(batch.signal());
    assertThat(read.itemCount()).isEqualTo(batch.itemCount());

    byte[] again = OtlpEncoding.JSON.encode(read).toByteArray();
    Message before = OtlpJsonReader.read(json);
    Message after = OtlpJsonReader.read(again);
    if (groups(before) == groups(after)) {
      assertThat(after).isEqualTo(before);
      assertThat(Decoded.ours(read)).isEqualTo(Decoded.ours(batch));
    } else {
      // A schema URL or version that is empty, and none at all, made two groups of one.
      assertThat(groups(after)).isLessThan(groups(before));
    }
    assertThat(Decoded.items(after)).isEqualTo(Decoded.items(before));
    assertThat(Decoded.items(Decoded.ours(read))).isEqualTo(Decoded.items(Decoded.ours(batch)));
    // And from then on byte for byte.
    assertThat(OtlpEncoding.JSON.encode(OtlpJsonDecoder.decode(again)).toByteArray())
        .isEqualTo(again);
  }

  private static boolean keysAreUnique(Message message) {
    for (Object value : message.getAllFields().values()) {
      Set<String> keys = new HashSet<>();
      for (Object element : value instanceof List<?> list ? list : List.of(value)) {
        if (element instanceof KeyValue pair) {
          if (!keys.add(pair.getKey())) {
            return false;
          }
        } else if (element instanceof Message nested && !keysAreUnique(nested)) {
          return false;
        }
      }
    }
    return true;
  }

  private static int groups(Message request) {
    return Decoded.messages(request, 1).stream()
        .mapToInt(resource -> Decoded.messages(resource, 2).size() + 1)
        .sum();
  }

  private static byte[] damage(byte[] json, Random random) {
    int at = random.nextInt(json.length);
    if (random.nextInt(4) == 0) {
      byte[] cut = new byte[at];
      System.arraycopy(json, 0, cut, 0, at);
      return cut;
    }
    if (random.nextBoolean()) {
      byte[] changed = json.clone();
      changed[at] = (byte) random.nextInt(256);
      return changed;
    }
    String text = new String(json, StandardCharsets.UTF_8);
    int from = text.indexOf(random.nextBoolean() ? ':' : '[', random.nextInt(text.length())) + 1;
    int to = random.nextBoolean() ? from : endOfValue(text, from);
    String piece = PIECES[random.nextInt(PIECES.length)];
    return (text.substring(0, from) + piece + text.substring(to)).getBytes(StandardCharsets.UTF_8);
  }

  /** Of a plain one: the end of a text, or what ends a number. */
  private static int endOfValue(String text, int from) {
    int to = from + 1;
    while (to < text.length() && "\",]}".indexOf(text.charAt(to)) < 0) {
      to++;
    }
    return to < text.length() && text.charAt(to) == '"' ? to + 1 : Math.min(to, text.length());
  }

  /** Null if it is refused; anything else that is thrown fails the test. */
  private static @Nullable Batch decodedOrNull(byte[] json) {
    try {
      return OtlpJsonDecoder.decode(json);
    } catch (MalformedOtlpException e) {
      assertThat(e).hasMessageStartingWith(e.path());
      return null;
    }
  }
}
