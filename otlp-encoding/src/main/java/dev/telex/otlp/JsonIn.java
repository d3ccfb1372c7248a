/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonRecyclerPools;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.ToIntFunction;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One JSON text that is read token by token, in the types of the proto3 JSON mapping with the
 * deviations of OTLP.
 *
 * <p>A method that reads a value finds its first token as the current one, and leaves its last.
 */
final class JsonIn {

  private static final int POOLED_BUFFERS = 8;
  private static final int MAX_SHOWN_CHARS = 40;
  private static final int MAX_PATH_CHARS = 256;

  /** More than {@link JsonCommon#MAX_DEPTH} values need, each of which nests four deep. */
  private static final int MAX_NESTING = 5_000;

  /** No number needs more, and to make one of many digits takes time. */
  private static final int MAX_DIGITS = 1_000;

  private static final Pattern NUMBER =
      Pattern.compile("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]+)?");

  private static final BigInteger MAX_UNSIGNED =
      BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          // Buffers that belong to this class, and not to every thread that once decoded.
          .recyclerPool(JsonRecyclerPools.newBoundedPool(POOLED_BUFFERS))
          // The whole text is in memory already: a text in it of any length is no further risk.
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_NESTING)
                  .maxStringLength(Integer.MAX_VALUE)
                  .maxNumberLength(MAX_DIGITS)
                  .build())
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .build();

  /** Takes the fields of an object. */
  interface Fields {
    /** Reads the value of a field, or returns false if it does not know the name. */
    boolean field(String name) throws IOException;
  }

  /** Reads one value. */
  interface Element<T> {
    T read() throws IOException;
  }

  /** Reads a whole text. */
  interface Body<T> {
    T read(JsonIn in) throws IOException;
  }

  private final JsonParser json;

  private JsonIn(JsonParser json) {
    this.json = json;
  }

  /**
   * Reads a text that is one value.
   *
   * @throws MalformedOtlpException if it is not, or the body throws it
   */
  static <T> T read(byte[] text, int offset, int length, Body<T> body)
      throws MalformedOtlpException {
    try (JsonParser json = FACTORY.createParser(text, offset, length)) {
      JsonIn in = new JsonIn(json);
      try {
        if (json.nextToken() == null) {
          throw in.malformed("is empty: want an object");
        }
        T value = body.read(in);
        if (json.nextToken() != null) {
          throw in.malformed("is followed by more: want the end");
        }
        return value;
      } catch (JsonProcessingException e) {
        throw in.malformed(
            "is no JSON from here on: " + shown(e.getOriginalMessage(), MAX_PATH_CHARS));
      }
    } catch (MalformedOtlpException e) {
      throw e;
    } catch (IOException e) {
      // Of bytes that are no text: there is no other input or output.
      throw new MalformedOtlpException("", "is no text: " + e.getMessage());
    }
  }

  /** The fields of an object, but those that are null, which counts as absent. */
  void object(Fields fields) throws IOException {
    enterObject();
    for (String name = nextField(); name != null; name = nextField()) {
      if (!fields.field(name)) {
        skip();
      }
    }
  }

  /** As {@link #object}, and gives them back. */
  <F extends Fields> F read(F fields) throws IOException {
    object(fields);
    return fields;
  }

  <T> List<T> list(Element<T> element) throws IOException {
    List<T> list = new ArrayList<>();
    enterArray();
    while (nextElement()) {
      list.add(element.read());
    }
    return list;
  }

  void enterObject() throws IOException {
    if (json.currentToken() != JsonToken.START_OBJECT) {
      throw wanted("an object");
    }
  }

  /** Goes to the value of the next field that is not null; null at the end of the object. */
  @Nullable String nextField() throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      if (json.nextToken() != JsonToken.VALUE_NULL) {
        return name;
      }
    }
    return null;
  }

  void enterArray() throws IOException {
    if (json.currentToken() != JsonToken.START_ARRAY) {
      throw wanted("an array");
    }
  }

  /** Goes to the next element, if there is one, or to the end of the array. */
  boolean nextElement() throws IOException {
    return json.nextToken() != JsonToken.END_ARRAY;
  }

  /** Passes over a value of any kind. */
  void skip() throws IOException {
    json.skipChildren();
  }

  String string() throws IOException {
    if (json.currentToken() != JsonToken.VALUE_STRING) {
      throw wanted("a string");
    }
    return json.getText();
  }

  boolean bool() throws IOException {
    return switch (json.currentToken()) {
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> throw wanted("true or false");
    };
  }

  /** In lower case; an empty one, which is an absent one, as zeros. */
  String id(int digits) throws IOException {
    String id = string();
    if (id.isEmpty()) {
      return "0".repeat(digits);
    }
    boolean valid = id.length() == digits;
    for (int i = 0; i < id.length() && valid; i++) {
      char c = id.charAt(i);
      valid = c < 0x80 && Character.digit(c, 16) >= 0;
    }
    if (!valid) {
      throw wanted(digits + " hexadecimal digits");
    }
    return id.toLowerCase(Locale.ROOT);
  }

  /** Of either alphabet, with or without padding. */
  byte[] bytes() throws IOException {
    String text = string();
    try {
      return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
    } catch (IllegalArgumentException e) {
      throw wanted("Base64");
    }
  }

  long signed64() throws IOException {
    return whole("a signed 64-bit number", Long.MIN_VALUE, BigInteger.valueOf(Long.MAX_VALUE));
  }

  /** As the bits of a long. */
  long unsigned64() throws IOException {
    return whole("an unsigned 64-bit number", 0, MAX_UNSIGNED);
  }

  int signed32() throws IOException {
    return (int)
        whole("a signed 32-bit number", Integer.MIN_VALUE, BigInteger.valueOf(Integer.MAX_VALUE));
  }

  long unsigned32() throws IOException {
    return whole("an unsigned 32-bit number", 0, BigInteger.valueOf(0xffff_ffffL));
  }

  /** The one of the constants that has the number which stands there. */
  <E> E constant(E[] constants, ToIntFunction<E> number) throws IOException {
    if (json.currentToken() == JsonToken.VALUE_NUMBER_INT) {
      int value = signed32();
      for (E constant : constants) {
        if (number.applyAsInt(constant) == value) {
          return constant;
        }
      }
    }
    throw wanted("the number of one of " + List.of(constants));
  }

  /** Whether the current token is the number 0. */
  boolean isZero() throws IOException {
    return json.currentToken() == JsonToken.VALUE_NUMBER_INT && json.getText().equals("0");
  }

  double fraction() throws IOException {
    JsonToken token = json.currentToken();
    if (token == JsonToken.VALUE_STRING || (token != null && token.isNumeric())) {
      String text = json.getText();
      switch (text) {
        case "NaN" -> {
          return Double.NaN;
        }
        case "Infinity" -> {
          return Double.POSITIVE_INFINITY;
        }
        case "-Infinity" -> {
          return Double.NEGATIVE_INFINITY;
        }
        default -> {
          if (text.length() <= MAX_DIGITS && NUMBER.matcher(text).matches()) {
            double value = Double.parseDouble(text);
            if (Double.isFinite(value)) {
              return value;
            }
          }
        }
      }
    }
    throw wanted("a 64-bit floating-point number");
  }

  /** What is wrong with the current token: {@code message} follows the path to it. */
  MalformedOtlpException malformed(String message) {
    return new MalformedOtlpException(
        shown(json.getParsingContext().pathAsPointer().toString(), MAX_PATH_CHARS), message);
  }

  /** That the current token should be something else. */
  MalformedOtlpException wanted(String words) throws IOException {
    JsonToken token = json.currentToken();
    String found =
        token == null
            ? "missing"
            : switch (token) {
              case START_OBJECT, END_OBJECT -> "an object";
              case START_ARRAY, END_ARRAY -> "an array";
              case VALUE_STRING -> "'" + shown(json.getText(), MAX_SHOWN_CHARS) + "'";
              default -> shown(json.getText(), MAX_SHOWN_CHARS);
            };
    return malformed("is " + found + ": want " + words);
  }

  /**
   * A number, or a string that holds one. Also one with a fraction or an exponent, if it is whole:
   * so do the parsers of protobuf.
   */
  private long whole(String words, long min, BigInteger max) throws IOException {
    JsonToken token = json.currentToken();
    if (token != JsonToken.VALUE_STRING && (token == null || !token.isNumeric())) {
      throw wanted(words);
    }
    String text = json.getText();
    if (text.length() > MAX_DIGITS || !NUMBER.matcher(text).matches()) {
      throw wanted(words);
    }
    BigDecimal number;
    try {
      number = new BigDecimal(text);
    } catch (NumberFormatException e) {
      // Its exponent is beyond an int.
      throw wanted(words);
    }
    // By the place of the first digit, before anything is worked out: an exponent may be huge.
    long digits = (long) number.precision() - number.scale();
    if (number.signum() == 0) {
      return 0;
    }
    if (digits < 1 || digits > 20) {
      throw wanted(words);
    }
    BigInteger value;
    try {
      value = number.toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw wanted(words);
    }
    if (value.compareTo(BigInteger.valueOf(min)) < 0 || value.compareTo(max) > 0) {
      throw wanted(words);
    }
    return value.longValue();
  }

  private static String shown(String text, int maxChars) {
    return text.length() <= maxChars ? text : text.substring(0, maxChars) + "...";
  }
}
