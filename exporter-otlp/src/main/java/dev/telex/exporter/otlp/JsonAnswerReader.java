/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.Set;

/**
 * Reads answers in JSON (opentelemetry-proto, {@code docs/specification.md}, "JSON Protobuf
 * Encoding"): 64-bit numbers may be numbers or texts.
 */
final class JsonAnswerReader implements AnswerReader {

  private static final Set<String> REJECTED =
      Set.of("rejectedSpans", "rejectedDataPoints", "rejectedLogRecords");

  private final JsonFactory json = new JsonFactory();

  @Override
  public PartialSuccess readResponse(byte[] body) throws MalformedAnswerException {
    try (JsonParser in = open(body)) {
      PartialSuccess found = PartialSuccess.NONE;
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = in.currentName().equals("partialSuccess");
        if (in.nextToken() == JsonToken.START_OBJECT && wanted) {
          found = partialSuccess(in);
        } else {
          in.skipChildren();
        }
      }
      requireEnd(in);
      return found;
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  @Override
  public String readStatusMessage(byte[] body) throws MalformedAnswerException {
    try (JsonParser in = open(body)) {
      String message = "";
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = in.currentName().equals("message");
        if (in.nextToken() == JsonToken.VALUE_STRING && wanted) {
          message = in.getText();
        } else {
          in.skipChildren();
        }
      }
      requireEnd(in);
      return message;
    } catch (IOException e) {
      throw malformed(e);
    }
  }

  private static PartialSuccess partialSuccess(JsonParser in)
      throws IOException, MalformedAnswerException {
    long rejected = 0;
    String message = "";
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String name = in.currentName();
      JsonToken value = in.nextToken();
      if (REJECTED.contains(name) && value.isScalarValue()) {
        rejected = number(in, value);
      } else if (name.equals("errorMessage") && value == JsonToken.VALUE_STRING) {
        message = in.getText();
      } else {
        in.skipChildren();
      }
    }
    return new PartialSuccess(rejected, message);
  }

  private static long number(JsonParser in, JsonToken value)
      throws IOException, MalformedAnswerException {
    if (value == JsonToken.VALUE_NULL) {
      return 0;
    }
    try {
      return value == JsonToken.VALUE_STRING
          ? Long.parseLong(in.getText().strip())
          : in.getLongValue();
    } catch (NumberFormatException e) {
      throw malformed(e);
    }
  }

  private JsonParser open(byte[] body) throws IOException, MalformedAnswerException {
    JsonParser in = json.createParser(body);
    if (in.nextToken() != JsonToken.START_OBJECT) {
      in.close();
      throw new MalformedAnswerException("it is no JSON object");
    }
    return in;
  }

  private static void requireEnd(JsonParser in) throws IOException, MalformedAnswerException {
    if (in.nextToken() != null) {
      throw new MalformedAnswerException("there is more behind the JSON object");
    }
  }

  private static MalformedAnswerException malformed(Exception cause) {
    // Without Jackson's words, which repeat what they could not read.
    return new MalformedAnswerException("it is no JSON", cause);
  }
}
