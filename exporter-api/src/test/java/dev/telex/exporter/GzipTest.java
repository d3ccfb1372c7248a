/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GzipTest {

  @Test
  void isComparedByItsLevel() {
    assertThat(Gzip.fast()).isEqualTo(new Gzip(1)).hasSameHashCodeAs(new Gzip(1));
    assertThat(Gzip.standard()).isEqualTo(new Gzip(6)).isNotEqualTo(Gzip.fast());
    assertThat(Gzip.fast().contentEncoding()).isEqualTo("gzip");
    assertThat(Gzip.fast()).hasToString("gzip(1)");
  }

  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 10})
  void refusesOtherLevels(int level) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Gzip(level))
        .withMessage("gzip level is " + level + ": want 1 (fastest) to 9");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 8192, 100_000})
  void canBeReadByTheJdk(int size) throws Exception {
    byte[] bytes = compressible(size);
    Batch batch = TestData.spans(1);

    Payload payload =
        batch.encoded(new TestEncoding("bytes", b -> Payload.of(bytes)), Gzip.standard());

    try (GZIPInputStream in =
        new GZIPInputStream(new ByteArrayInputStream(payload.toByteArray()))) {
      assertThat(in.readAllBytes()).isEqualTo(bytes);
    }
  }

  @Test
  void undoesWhatAnyLevelDoes() throws Exception {
    byte[] bytes = compressible(50_000);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream out = new Gzip(9).open(compressed)) {
      out.write(bytes);
    }
    Compression.Decompression decompression = Gzip.fast().decompression().orElseThrow();
    assertThat(decompression.open(new ByteArrayInputStream(compressed.toByteArray())))
        .hasBinaryContent(bytes);
    assertThatIOException()
        .isThrownBy(() -> decompression.open(new ByteArrayInputStream(new byte[100])));
  }

  @Test
  void aCompressionNeedNotKnowItsWayBack() {
    Compression compression =
        new Compression() {
          @Override
          public String contentEncoding() {
            return "identity";
          }

          @Override
          public OutputStream open(OutputStream out) {
            return out;
          }
        };
    assertThat(compression.decompression()).isEmpty();
  }

  @Test
  void higherLevelsMakeLess() throws Exception {
    Batch batch = TestData.spans(1);
    byte[] bytes = compressible(200_000);
    Encoding encoding = new TestEncoding("bytes", b -> Payload.of(bytes));

    long level1 = batch.encoded(encoding, new Gzip(1)).size();
    long level9 = batch.encoded(encoding, new Gzip(9)).size();

    assertThat(level9).isLessThan(level1);
    assertThat(level1).isLessThan(bytes.length);
  }

  @Test
  void equalValuesGiveEqualBytes() throws Exception {
    byte[] bytes = compressible(50_000);
    Encoding encoding = new TestEncoding("bytes", b -> Payload.of(bytes));

    assertThat(TestData.spans(1).encoded(encoding, Gzip.fast()).toByteArray())
        .isEqualTo(TestData.spans(1).encoded(encoding, Gzip.fast()).toByteArray());
  }

  private static byte[] compressible(int size) {
    Random random = new Random(7);
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) ("attribute.".charAt(i % 10) + random.nextInt(4));
    }
    return bytes;
  }
}
