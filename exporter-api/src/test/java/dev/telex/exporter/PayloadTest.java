/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ReadOnlyBufferException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PayloadTest {

  private static String text(ByteBuffer buffer) {
    return UTF_8.decode(buffer).toString();
  }

  @Test
  void givesReadOnlyViewsOnly() {
    Payload one = Payload.of(new byte[] {1, 2, 3});
    Payload items = Payload.ofItems(List.of(ByteBuffer.allocate(2), ByteBuffer.allocateDirect(2)));

    for (Payload payload : List.of(one, items)) {
      for (ByteBuffer view : payload.buffers()) {
        assertThat(view.isReadOnly()).isTrue();
        assertThat(view.hasArray()).isFalse();
        assertThatExceptionOfType(ReadOnlyBufferException.class)
            .isThrownBy(() -> view.put(0, (byte) 9));
      }
      assertThat(payload.item(0).isReadOnly()).isTrue();
    }
  }

  @Test
  void viewsHavePositionsOfTheirOwn() {
    Payload payload = Payload.of("hello".getBytes(UTF_8));
    ByteBuffer drained = payload.buffers().get(0);
    assertThat(text(drained)).isEqualTo("hello");
    assertThat(drained.hasRemaining()).isFalse();
    payload.item(0).position(3).limit(4);
    payload.buffers().clear();

    assertThat(payload.buffers()).hasSize(1);
    assertThat(text(payload.buffers().get(0))).isEqualTo("hello");
    assertThat(text(payload.item(0))).isEqualTo("hello");
    assertThat(payload.toByteArray()).isEqualTo("hello".getBytes(UTF_8));
  }

  @Test
  void takesSlicesOfOneArray() {
    byte[] shared = "one two three".getBytes(UTF_8);
    ByteBuffer second = ByteBuffer.wrap(shared, 4, 3);
    Payload payload =
        Payload.ofItems(
            List.of(ByteBuffer.wrap(shared, 0, 3), second, ByteBuffer.wrap(shared, 8, 5).slice()));
    // What happens to the buffers that were handed over is of no account, only their memory is.
    second.position(0).limit(13);

    assertThat(payload.itemCount()).isEqualTo(3);
    assertThat(payload.size()).isEqualTo(11);
    assertThat(text(payload.item(0))).isEqualTo("one");
    assertThat(text(payload.item(1))).isEqualTo("two");
    assertThat(text(payload.item(2))).isEqualTo("three");
    assertThat(payload.toByteArray()).isEqualTo("onetwothree".getBytes(UTF_8));
    assertThat(payload).hasToString("Payload[11 bytes, 3 items]");
    assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> payload.item(3));
  }

  @Test
  void doesNotShowWhatLiesBesideASlice() {
    byte[] shared = "secret item secret".getBytes(UTF_8);
    Payload payload = Payload.ofItems(List.of(ByteBuffer.wrap(shared, 7, 4)));

    ByteBuffer view = payload.item(0);

    assertThat(view.capacity()).isEqualTo(4);
    assertThat(text(view.clear())).isEqualTo("item");
  }

  @Test
  void mayBeEmpty() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();

    Payload.of(new byte[0]).writeTo(out);
    Payload.ofItems(List.of()).writeTo(out);

    assertThat(out.size()).isZero();
    assertThat(Payload.of(new byte[0])).hasToString("Payload[0 bytes, 1 item]");
    assertThat(Payload.ofItems(List.of()).itemCount()).isZero();
    assertThat(Payload.ofItems(List.of()).buffers()).isEmpty();
  }

  @Test
  void writesAllPiecesThroughItsOwnScratch() throws Exception {
    byte[] bytes = new byte[20_000];
    new Random(1).nextBytes(bytes);
    Payload payload =
        Payload.ofItems(
            List.of(ByteBuffer.wrap(bytes, 0, 1), ByteBuffer.wrap(bytes, 1, bytes.length - 1)));
    ByteArrayOutputStream kept = new ByteArrayOutputStream();
    // A stream that scribbles over what it was given.
    OutputStream vandal =
        new OutputStream() {
          @Override
          public void write(int b) {
            kept.write(b);
          }

          @Override
          public void write(byte[] b, int from, int length) {
            kept.write(b, from, length);
            Arrays.fill(b, (byte) 0);
          }
        };

    payload.writeTo(vandal);

    assertThat(kept.toByteArray()).isEqualTo(bytes);
    assertThat(payload.toByteArray()).isEqualTo(bytes);
  }

  @Test
  void copiesForThoseWhoNeedAnArray() {
    Payload payload = Payload.of(new byte[] {1, 2});

    payload.toByteArray()[0] = 9;

    assertThat(payload.toByteArray()).containsExactly(1, 2);
  }
}
