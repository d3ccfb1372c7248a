/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ByteOutputTest {

  @Test
  void writesWhatItIsGivenHoweverLittleRoomThereWas() {
    for (int initial : new int[] {0, 1, 5, 100}) {
      ByteOutput out = new ByteOutput(initial);
      out.raw('a');
      out.raw(new byte[] {'b', 'c'});
      out.ascii("def");
      out.repeat(1, 4);
      byte[] room = out.room(3);
      room[out.size()] = 'x';
      room[out.size() + 1] = 'y';
      out.advance(2);
      out.put('z');
      assertThat(out.size()).isEqualTo(12);
      assertThat(text(out.copyFrom(0))).isEqualTo("abcdefbcdxyz");
      assertThat(text(out.copyFrom(9))).isEqualTo("xyz");
      out.truncate(3);
      out.ascii("!");
      assertThat(text(out.take())).isEqualTo("abc!");
      assertThat(out.size()).isZero();
    }
  }

  @Test
  void growsAsFarAsItMustAndAtLeastToTheDouble() {
    ByteOutput out = new ByteOutput(10);
    out.raw(new byte[10]);
    assertThat(out.room(1)).hasSize(20);
    assertThat(out.room(10)).hasSize(20);
    assertThat(out.room(100)).hasSize(110);
    assertThatThrownBy(() -> out.room(Integer.MAX_VALUE))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the encoded batch is larger than 2 GiB");
  }

  @Test
  void usesMemoryAgainThatNobodyHoldsAnyMore() {
    ByteOutput first = new ByteOutput();
    first.ascii("first");
    byte[] memory = first.room(0);
    byte[] taken = first.take();
    List<ByteOutput> next = new ArrayList<>();
    boolean again = false;
    // Others of this JVM may have given theirs back as well.
    for (int i = 0; i < 64 && !again; i++) {
      ByteOutput one = new ByteOutput();
      again = one.room(0) == memory;
      next.add(one);
    }
    assertThat(again).isTrue();
    next.forEach(one -> one.ascii("other"));
    assertThat(text(taken)).isEqualTo("first");
  }

  @Test
  void twoNeverHaveTheSameMemory() {
    ByteOutput one = new ByteOutput();
    ByteOutput other = new ByteOutput();
    one.ascii("one");
    other.ascii("other");
    assertThat(text(one.take())).isEqualTo("one");
    assertThat(text(other.take())).isEqualTo("other");
  }

  /** Around the eight bytes that are looked at together. */
  @Test
  void quotesExactlyWhatNeedsNoEscape() {
    for (int c = 0; c < 0x180; c++) {
      boolean plain = c >= ' ' && c < 0x80 && c != '"' && c != '\\';
      for (int place = 0; place < 18; place++) {
        String text = "x".repeat(place) + (char) c + "y".repeat(17 - place);
        ByteOutput out = new ByteOutput(0);
        out.raw('[');
        assertThat(out.quotedIfPlain(text)).as("%d at %d", c, place).isEqualTo(plain);
        assertThat(text(out.take())).isEqualTo(plain ? "[\"" + text + "\"" : "[");
      }
    }
    ByteOutput out = new ByteOutput(0);
    assertThat(out.quotedIfPlain("")).isTrue();
    assertThat(text(out.take())).isEqualTo("\"\"");
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.US_ASCII);
  }
}
