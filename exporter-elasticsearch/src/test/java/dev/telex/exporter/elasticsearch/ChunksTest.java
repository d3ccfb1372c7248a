/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The same bytes in fewer pieces. */
class ChunksTest {

  private static final int MAX_BYTES = 64 << 10;

  @Property(tries = 300)
  void bytesAreTheSameAtEachPass(
      @ForAll @Size(max = 40) List<@IntRange(max = 100_000) Integer> lengths) {
    List<ByteBuffer> pieces = new ArrayList<>();
    for (int i = 0; i < lengths.size(); i++) {
      byte[] piece = new byte[lengths.get(i)];
      Arrays.fill(piece, (byte) i);
      pieces.add(ByteBuffer.wrap(piece).asReadOnlyBuffer());
    }
    byte[] wanted = ElasticsearchEncodingTest.concat(pieces);
    Chunks chunks = new Chunks(pieces);
    for (int pass = 0; pass < 2; pass++) {
      List<ByteBuffer> given = new ArrayList<>();
      chunks.forEach(given::add);
      assertThat(ElasticsearchEncodingTest.concat(given)).isEqualTo(wanted);
      assertThat(given)
          .allSatisfy(
              chunk ->
                  assertThat(chunk.remaining() <= MAX_BYTES || lengths.contains(chunk.remaining()))
                      .as("%s is no longer than it may be, or one piece", chunk)
                      .isTrue());
      // As the client does.
      given.forEach(chunk -> chunk.position(chunk.limit()));
    }
    assertThat(ElasticsearchEncodingTest.concat(pieces)).isEqualTo(wanted);
  }

  @Property(tries = 100)
  void smallOnesAreFilledUp(@ForAll @IntRange(min = 1, max = 2_000) int count) {
    ByteBuffer piece = ByteBuffer.allocate(700).asReadOnlyBuffer();
    List<ByteBuffer> given = new ArrayList<>();
    new Chunks(Collections.nCopies(count, piece)).forEach(given::add);

    int each = MAX_BYTES / 700;
    assertThat(given).hasSize((count + each - 1) / each);
    assertThat(given).allSatisfy(chunk -> assertThat(chunk.remaining() % 700).isZero());
  }
}
