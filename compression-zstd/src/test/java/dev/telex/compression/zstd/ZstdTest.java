/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.compression.zstd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Compression;
import dev.telex.exporter.Compressions;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.Payload;
import dev.telex.exporter.Signal;
import dev.telex.testkit.SampleBatches;
import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HexFormat;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decompressed with a decoder in pure Java that shares no code with ours. */
class ZstdTest {

  /** Two kinds of bytes: what compresses well, and what does not. */
  private static final byte[] BYTES = bytes(3 << 20);

  private enum Fixed implements Encoding {
    BYTES_OF_THE_TEST;

    @Override
    public String contentType() {
      return "application/test";
    }

    @Override
    public Set<Signal> signals() {
      return Set.of(Signal.values());
    }

    @Override
    public Payload encode(Batch batch) {
      return Payload.of(BYTES.clone());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 19})
  void comesBackAsItWas(int level) throws Exception {
    byte[] compressed = compress(new Zstd(level), BYTES);

    assertThat(compressed).hasSizeLessThan(BYTES.length * 2 / 3);
    assertThat(decompress(compressed)).isEqualTo(BYTES);
    assertThat(decompress(compress(new Zstd(level), new byte[0]))).isEmpty();
  }

  @Test
  void undoesWhatAnotherCompressed() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = new ZstdOutputStream(out)) {
      zstd.write(BYTES);
    }
    assertThat(undo(out.toByteArray())).isEqualTo(BYTES);
    assertThat(undo(compress(new Zstd(19), BYTES))).isEqualTo(BYTES);
    assertThat(undo(compress(Zstd.fast(), new byte[0]))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00",
        // Half a frame.
        "28b52ffd",
        // An empty frame that wants a window of 16 MiB (RFC 8878, 3.1.1.1.2).
        "28b52ffd" + "00" + "70" + "010000",
      })
  void refusesToUndo(String hex) {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> undo(HexFormat.of().parseHex(hex)));
  }

  @Test
  void undoesAWindowThatEverySenderMayUse() throws Exception {
    assertThat(undo(HexFormat.of().parseHex("28b52ffd" + "00" + "68" + "010000"))).isEmpty();
  }

  @Test
  void compressesABatchOnce() throws Exception {
    Batch batch = SampleBatches.spans(1);

    Payload payload = batch.encoded(Fixed.BYTES_OF_THE_TEST, Zstd.fast());

    ByteArrayOutputStream all = new ByteArrayOutputStream();
    payload.writeTo(all);
    assertThat(decompress(all.toByteArray())).isEqualTo(BYTES);
    assertThat(batch.encoded(Fixed.BYTES_OF_THE_TEST, new Zstd(1))).isSameAs(payload);
  }

  @Test
  void aLevelMakesADifference() throws Exception {
    assertThat(compress(new Zstd(19), BYTES)).hasSizeLessThan(compress(new Zstd(1), BYTES).length);
  }

  @Test
  void needsAWindowThatEveryReceiverHas() throws Exception {
    // RFC 8878, 3.1.1.1.2: without a single segment, the byte after the descriptor.
    byte[] compressed = compress(new Zstd(19), BYTES);
    int descriptor = compressed[4] & 0xff;
    int window = compressed[5] & 0xff;
    assertThat(descriptor & 0x20).isZero();
    long base = 1L << (10 + (window >> 3));
    assertThat(base + base / 8 * (window & 7)).isLessThanOrEqualTo(8 << 20);
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 20})
  void refusesOtherLevels(int level) {
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> new Zstd(level))
        .withMessage("zstd level is " + level + ": want 1 (fastest) to 19");
  }

  @Test
  void isFoundByItsName() {
    Compressions compressions = Compressions.load(getClass().getClassLoader());
    assertThat(compressions.names()).containsExactly("gzip", "zstd");
    assertThat(compressions.create("zstd", OptionalInt.empty())).isEqualTo(new Zstd(3));
    assertThat(compressions.create("zstd", OptionalInt.of(7))).isEqualTo(new Zstd(7));
    assertThat(new Zstd(7)).hasToString("zstd(7)");
    assertThat(new Zstd(7).contentEncoding()).isEqualTo("zstd");
  }

  private static byte[] compress(Compression compression, byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream zstd = compression.open(out)) {
      zstd.write(bytes);
    }
    return out.toByteArray();
  }

  private static byte[] decompress(byte[] compressed) throws IOException {
    try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  private static byte[] undo(byte[] compressed) throws IOException {
    Compression.Decompression decompression = Zstd.fast().decompression().orElseThrow();
    try (InputStream in = decompression.open(new ByteArrayInputStream(compressed))) {
      return in.readAllBytes();
    }
  }

  private static byte[] bytes(int size) {
    byte[] bytes = new byte[size];
    Random random = new Random(42);
    random.nextBytes(bytes);
    for (int i = size / 3; i < size; i++) {
      bytes[i] = (byte) ("telemetry of " + (i / 100 % 7)).charAt(i % 14);
    }
    return bytes;
  }
}
