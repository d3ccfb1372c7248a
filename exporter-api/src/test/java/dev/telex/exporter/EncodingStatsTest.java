/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EncodingStatsTest {

  private static EncodingStats minus(EncodingStats all, EncodingStats before) {
    return new EncodingStats(
        all.encodings() - before.encodings(),
        all.encodedBytes() - before.encodedBytes(),
        all.compressions() - before.compressions(),
        all.compressedBytes() - before.compressedBytes());
  }

  @Test
  void countsForAFamilyAndForTheProcess() throws Exception {
    EncodingStats before = EncodingStats.ofProcess();
    Encoding encoding = TestEncoding.ofBytes("ten", 10);
    Batch one = TestData.spans(4);
    Batch other = TestData.logs(1);

    one.encoded(encoding);
    one.encoded(encoding);
    Batch part = one.split(2).get(0);
    part.encoded(encoding);
    long compressed = part.split(1).get(1).encoded(encoding, Gzip.fast()).size();
    other.encoded(encoding);

    EncodingStats family = new EncodingStats(3, 30, 1, compressed);
    assertThat(one.encodingStats()).isEqualTo(family);
    assertThat(part.encodingStats()).isEqualTo(family);
    assertThat(other.encodingStats()).isEqualTo(new EncodingStats(1, 10, 0, 0));
    assertThat(minus(EncodingStats.ofProcess(), before))
        .isEqualTo(new EncodingStats(4, 40, 1, compressed));
  }
}
