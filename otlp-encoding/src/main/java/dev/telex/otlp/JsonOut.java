/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.io.NumberOutput;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * One JSON text that is written field by field, in the types of the proto3 JSON mapping: 64-bit
 * integers are strings, and numbers that JSON does not know are the strings {@code NaN}, {@code
 * Infinity} and {@code -Infinity}.
 *
 * <p>Unless a method says otherwise, a field with the default value of proto3 is left out.
 */
final class JsonOut implements AutoCloseable {

  private static final int POOLED_BUFFERS = 8;
  private static final int INITIAL_BYTES = 16 << 10;
  private static final int LONG_CHARS = 20;

  /** More than {@link JsonCommon#MAX_DEPTH} values need, each of which nests four deep. */
  private static final int MAX_NESTING = 5_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Buffers that belong to this class, and not to every thread that once encoded.
          .recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED_BUFFERS))
          .streamWriteConstraints(
              StreamWriteConstraints.builder().maxNestingDepth(MAX_NESTING).build())
          .enable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
          // Four bytes of UTF-8 rather than two escapes of six.
          .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
          // The shortest digits that give the number again; those of the JDK depend on its version.
          .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
          .build();

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(INITIAL_BYTES);
  private final JsonGenerator json;
  private final char[] digits = new char[LONG_CHARS];

  JsonOut() throws IOException {
    json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8);
  }

  /** A key in the form in which it is written. */
  static SerializableString key(String name) {
    return new SerializedString(name);
  }

  /** The whole text. */
  byte[] take() throws IOException {
    json.flush();
    return bytes.toByteArray();
  }

  /** The message, or an element of an array. */
  void begin() throws IOException {
    json.writeStartObject();
  }

  /** A field that is a message. */
  void begin(SerializableString key) throws IOException {
    json.writeFieldName(key);
    json.writeStartObject();
  }

  void end() throws IOException {
    json.writeEndObject();
  }

  void beginArray(SerializableString key) throws IOException {
    json.writeFieldName(key);
    json.writeStartArray();
  }

  void endArray() throws IOException {
    json.writeEndArray();
  }

  void string(SerializableString key, @Nullable String value) throws IOException {
    if (value != null && !value.isEmpty()) {
      stringAlways(key, value);
    }
  }

  /** As {@link #string}, also if it is empty, for fields with presence. */
  void stringAlways(SerializableString key, String value) throws IOException {
    json.writeFieldName(key);
    json.writeString(wellFormed(value));
  }

  void boolAlways(SerializableString key, boolean value) throws IOException {
    json.writeFieldName(key);
    json.writeBoolean(value);
  }

  void bytesAlways(SerializableString key, ByteBuffer value) throws IOException {
    byte[] copy = new byte[value.remaining()];
    value.duplicate().get(copy);
    json.writeFieldName(key);
    json.writeBinary(copy);
  }

  /** A 32-bit number, or an enum, which OTLP writes as its number. */
  void number(SerializableString key, int value) throws IOException {
    if (value != 0) {
      json.writeFieldName(key);
      json.writeNumber(value);
    }
  }

  /** A signed 64-bit number, also if it is 0. */
  void signedAlways(SerializableString key, long value) throws IOException {
    json.writeFieldName(key);
    signed(value);
  }

  /** An unsigned 64-bit number. */
  void unsigned(SerializableString key, long value) throws IOException {
    if (value != 0) {
      json.writeFieldName(key);
      unsignedElement(value);
    }
  }

  /** An unsigned 64-bit number in an array. */
  void unsignedElement(long value) throws IOException {
    if (value < 0) {
      json.writeString(Long.toUnsignedString(value));
    } else {
      signed(value);
    }
  }

  /** The default is 0 and not -0, as protobuf compares bits. */
  void fraction(SerializableString key, double value) throws IOException {
    if (Double.doubleToRawLongBits(value) != 0) {
      fractionAlways(key, value);
    }
  }

  void fractionAlways(SerializableString key, double value) throws IOException {
    json.writeFieldName(key);
    json.writeNumber(value);
  }

  void fractionElement(double value) throws IOException {
    json.writeNumber(value);
  }

  @Override
  public void close() throws IOException {
    json.close();
  }

  private void signed(long value) throws IOException {
    json.writeString(digits, 0, NumberOutput.outputLong(value, digits, 0));
  }

  /** With '?' for each surrogate without its other half, as {@link ProtoBuffer#utf8} does. */
  private static String wellFormed(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
      }
    }
    return text;
  }
}
