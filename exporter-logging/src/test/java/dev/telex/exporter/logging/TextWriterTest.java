/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.logging;

import static dev.telex.exporter.logging.Samples.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.Signal;
import dev.telex.otlp.GeneratedBatches;
import io.opentelemetry.api.common.Value;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TextWriterTest {

  @Test
  void whatIsPlainIsNotQuoted() {
    for (String plain :
        List.of("GET", "/users/:id", "a.b-c_d", "50%", "\u00fcber", "\u65e5\u672c")) {
      assertThat(text(plain)).isEqualTo(plain);
    }
  }

  @Test
  void whatCouldBeReadAsSomethingElseIsQuoted() {
    assertThat(text("")).isEqualTo("\"\"");
    assertThat(text("a b")).isEqualTo("\"a b\"");
    assertThat(text("trace=1")).isEqualTo("\"trace=1\"");
    assertThat(text("x} {y")).isEqualTo("\"x} {y\"");
    assertThat(text("a, b")).isEqualTo("\"a, b\"");
    assertThat(text("say \"no\"")).isEqualTo("\"say \\\"no\\\"\"");
    assertThat(text("back\\slash")).isEqualTo("\"back\\\\slash\"");
  }

  @Test
  void nothingCanBeginALineOrMoveTheCursor() {
    assertThat(text("a\nb\r\tc")).isEqualTo("\"a\\nb\\r\\tc\"");
    assertThat(text("\u001b[2J\u0000\u007f\u0085"))
        .isEqualTo("\"\\u001b[2J\\u0000\\u007f\\u0085\"");
    assertThat(text("\u2028\u2029")).isEqualTo("\"\\u2028\\u2029\"");
    // What reorders the letters around it, or cannot be seen.
    assertThat(text("\u202eabc\u2066\ufeff\u200b"))
        .isEqualTo("\"\\u202eabc\\u2066\\ufeff\\u200b\"");
    assertThat(text("\udb40\udc41")).isEqualTo("\\udb40\\udc41");
    assertThat(text("a\ud83d")).isEqualTo("a\\ud83d");
    assertThat(text("\ud83d\ude00")).isEqualTo("\ud83d\ude00");
  }

  @Test
  void aForgedLineStaysWhatItIs() throws Exception {
    String forged = "ok\n2018-12-13T14:51:00.123Z LOG ERROR \"you are hacked\"";
    for (LoggingFormat format : LoggingFormat.values()) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (LoggingExporter exporter =
          LoggingExporter.builder().stream(bytes).format(format).build()) {
        await(exporter.export(Samples.logs(forged), ExportContext.none()));
      }
      assertThat(bytes.toString(UTF_8).lines())
          .noneMatch(line -> line.startsWith("2018-12-13T14:51:00.123Z LOG ERROR"));
    }
  }

  @Test
  void aLineIsCutAtItsBound() {
    TextWriter to = new TextWriter(80);
    to.put("LOG ").text("x".repeat(1_000), 500);
    assertThat(to.isFull()).isTrue();
    String line = to.put(" never").take();
    assertThat(line).isEqualTo("LOG " + "x".repeat(73) + "...");
    assertThat(line).hasSize(80);

    to.put("LOG ").text("\ud83d\ude00".repeat(100), 500);
    assertThat(to.take()).isEqualTo("LOG " + "\ud83d\ude00".repeat(36) + "...");
    to.put("LOG ").text("\n".repeat(100), 500);
    assertThat(to.take()).isEqualTo("LOG \"" + "\\n".repeat(36) + "...");
  }

  @Test
  void aValueIsCutAtItsBoundAndTheRestIsStillThere() {
    TextWriter to = new TextWriter(80);
    to.put("LOG ").text("x y".repeat(1_000), 10).put(" rest");
    assertThat(to.take()).isEqualTo("LOG \"x yx yx yx...\" rest");
  }

  @Test
  void deepAndWideValuesAreBounded() {
    Value<?> deep = Value.of("x");
    for (int i = 0; i < 5_000; i++) {
      deep = Value.of(deep);
    }
    TextWriter to = new TextWriter(80);
    Texts.value(to, deep);
    assertThat(to.take()).isEqualTo("[".repeat(9) + "..." + "]".repeat(9));

    TextWriter wide = new TextWriter(200);
    Texts.value(wide, Value.of(new byte[1_000]));
    assertThat(wide.take()).isEqualTo("0x" + "00".repeat(32) + "... (1000 bytes)");
  }

  /** Telemetry with every kind of text gives lines of bounded length, in valid UTF-8. */
  @ParameterizedTest
  @EnumSource(Signal.class)
  void everyLineIsBoundedAndWellFormed(Signal signal) throws CharacterCodingException {
    for (int seed = 0; seed < 50; seed++) {
      Batch batch = GeneratedBatches.of(signal, seed, 20);
      for (ByteBuffer piece : new ReadableEncoding(Layout.LINE, 200).encode(batch).buffers()) {
        String line = UTF_8.newDecoder().decode(piece).toString();
        assertThat(line).hasSizeBetween(1, 200);
        assertThat(line.chars().filter(c -> Character.getType(c) == Character.CONTROL)).isEmpty();
      }
      for (ByteBuffer piece : new ReadableEncoding(Layout.PRETTY, 200).encode(batch).buffers()) {
        for (String line : UTF_8.newDecoder().decode(piece).toString().split("\n", -1)) {
          assertThat(line).hasSizeBetween(1, 200);
          assertThat(line.chars().filter(c -> Character.getType(c) == Character.CONTROL)).isEmpty();
        }
      }
    }
  }

  private static String text(String value) {
    return new TextWriter(1_000).text(value, 500).take();
  }
}
