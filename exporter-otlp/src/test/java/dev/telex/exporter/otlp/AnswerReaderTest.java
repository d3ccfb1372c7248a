/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.opentelemetry.proto.collector.trace.v1.ExportTracePartialSuccess;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswerReaderTest {

  private final AnswerReader protobuf = new ProtobufAnswerReader();
  private final AnswerReader json = new JsonAnswerReader();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 127, 128, 300, Integer.MAX_VALUE, Long.MAX_VALUE, -1, Long.MIN_VALUE})
  void readsWhatProtobufWrites(long rejected) throws Exception {
    assertThat(protobuf.readResponse(response(rejected, "gründlich")))
        .isEqualTo(new PartialSuccess(rejected, "gründlich"));
    assertThat(protobuf.readResponse(new byte[0])).isEqualTo(PartialSuccess.NONE);
  }

  @Test
  void passesUnknownProtobufFieldsOver() throws Exception {
    UnknownFieldSet unknown =
        UnknownFieldSet.newBuilder()
            .addField(3, UnknownFieldSet.Field.newBuilder().addVarint(5).build())
            .addField(4, UnknownFieldSet.Field.newBuilder().addFixed32(5).build())
            .addField(5, UnknownFieldSet.Field.newBuilder().addFixed64(5).build())
            .addField(
                600_000,
                UnknownFieldSet.Field.newBuilder()
                    .addLengthDelimited(ByteString.copyFromUtf8("abc"))
                    .build())
            .build();
    byte[] body =
        ExportTraceServiceResponse.newBuilder()
            .setUnknownFields(unknown)
            .setPartialSuccess(
                ExportTracePartialSuccess.newBuilder()
                    .setRejectedSpans(7)
                    .setErrorMessage("m")
                    .setUnknownFields(unknown))
            .build()
            .toByteArray();
    assertThat(protobuf.readResponse(body)).isEqualTo(new PartialSuccess(7, "m"));
    assertThat(protobuf.readStatusMessage(unknown.toByteArray())).isEmpty();
  }

  @Test
  void passesAFieldOfAnotherWireTypeOver() throws Exception {
    // Field 1 as a varint, where a message is expected.
    assertThat(protobuf.readResponse(hex("0805"))).isEqualTo(PartialSuccess.NONE);
  }

  @Test
  void keepsOnlyTheLastOfAFieldThatIsNotRepeated() throws Exception {
    byte[] many = new byte[4 << 20];
    for (int i = 0; i < many.length; i += 2) {
      many[i] = 0x0a; // An empty field 1.
    }
    ProtobufField last = ProtobufField.bytes(1);
    ProtobufField.read(ByteBuffer.wrap(many), last);
    assertThat(last.all()).hasSize(1);
    ProtobufField all = ProtobufField.repeatedBytes(1);
    ProtobufField.read(ByteBuffer.wrap(many, 0, 6), all);
    assertThat(all.all()).hasSize(3);
  }

  @Test
  void refusesProtobufThatIsTorn() throws Exception {
    byte[] whole = response(300, "message");
    for (int length = 1; length < whole.length; length++) {
      byte[] torn = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> protobuf.readResponse(torn))
          .as("%d of %d bytes", length, whole.length)
          .isInstanceOf(MalformedAnswerException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00", // field number 0
        "0b", // a group, which proto3 has not
        "0f", // no wire type
        "0affffffff0f", // longer than the message
        "0affffffffffffffffff01", // a negative length
        "08ffffffffffffffffffff01", // a number of more than 64 bits
        "0dff", // half a fixed32
        "09ff", // half a fixed64
      })
  void refusesWhatIsNoProtobuf(String hex) {
    assertThatThrownBy(() -> protobuf.readResponse(hex(hex)))
        .isInstanceOf(MalformedAnswerException.class);
    assertThatThrownBy(() -> protobuf.readStatusMessage(hex(hex)))
        .isInstanceOf(MalformedAnswerException.class);
  }

  @Test
  void readsJson() throws Exception {
    assertThat(
            json.readResponse(
                utf8(
                    """
                    {"a": [1, {"partialSuccess": 3}], "partialSuccess": {"x": {"rejectedSpans": 9},
                     "rejectedSpans": "12", "errorMessage": "gr\\u00fcndlich"}, "b": null}
                    """)))
        .isEqualTo(new PartialSuccess(12, "gründlich"));
    assertThat(json.readResponse(utf8("{}"))).isEqualTo(PartialSuccess.NONE);
    assertThat(json.readResponse(utf8("{\"partialSuccess\":[1]}"))).isEqualTo(PartialSuccess.NONE);
    assertThat(json.readResponse(utf8("{\"partialSuccess\":{\"rejectedSpans\":null}}")))
        .isEqualTo(PartialSuccess.NONE);
    assertThat(json.readResponse(utf8("{\"partialSuccess\":{\"rejectedLogRecords\":-3}}")))
        .isEqualTo(new PartialSuccess(-3, ""));
    assertThat(json.readStatusMessage(utf8("{\"code\":3,\"message\":\"m\",\"details\":[{}]}")))
        .isEqualTo("m");
    assertThat(json.readStatusMessage(utf8("{\"message\":{\"message\":\"inner\"}}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "ok",
        "\"ok\"",
        "[]",
        "{",
        "{\"partialSuccess\":{",
        "{}{}",
        "{} garbage",
        "{\"partialSuccess\":{\"rejectedSpans\":\"many\"}}",
        "{\"partialSuccess\":{\"rejectedSpans\":99999999999999999999}}",
        "{\"partialSuccess\":{\"rejectedSpans\":true}}"
      })
  void refusesWhatIsNoJsonOfAnAnswer(String text) {
    assertThatThrownBy(() -> json.readResponse(utf8(text)))
        .isInstanceOf(MalformedAnswerException.class)
        .hasMessageNotContaining("many");
  }

  @Test
  void refusesJsonThatIsNestedWithoutEnd() {
    assertThatThrownBy(() -> json.readResponse(utf8("{\"a\":" + "[".repeat(1_000_000))))
        .isInstanceOf(MalformedAnswerException.class);
  }

  private static byte[] response(long rejected, String message) {
    return ExportTraceServiceResponse.newBuilder()
        .setPartialSuccess(
            ExportTracePartialSuccess.newBuilder()
                .setRejectedSpans(rejected)
                .setErrorMessage(message))
        .build()
        .toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text);
  }
}
