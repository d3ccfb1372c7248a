/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link FaultServer} does with one request. Immutable: each method gives a copy, and one
 * answer may be used for any number of requests.
 *
 * <pre>{@code
 * server.enqueue(
 *     Answer.status(503).header("Retry-After", "1"),
 *     Answer.resetAfterBytes(100),
 *     Answer.ok().body("application/json", "{}").cutAfter(1));
 * }</pre>
 *
 * <p>An ordinary answer reads the whole request, answers with a {@code Content-Length}, and keeps
 * the connection.
 */
public final class Answer {

  /** What the server does at the end of an answer, or instead of one. */
  enum End {
    KEEP,
    CLOSE,
    RESET
  }

  private static final byte FILLER = ' ';

  private final Script script;

  private Answer(Script script) {
    this.script = script;
  }

  /** An answer without a body. */
  public static Answer status(int code) {
    if (code < 100 || code > 999) {
      throw new IllegalArgumentException("status is " + code + ": want 100 to 999");
    }
    Script script = new Script();
    script.status = code;
    return new Answer(script);
  }

  /** Status 200, without a body. */
  public static Answer ok() {
    return status(200);
  }

  /**
   * An answer that is made of the request when all of it was read, for instance with an entry for
   * each of its items. What that answer says of reading the request comes too late: say it of this
   * one, which can also be held before it is made.
   *
   * @param answer runs on a thread of the server
   */
  public static Answer computed(Function<ReceivedRequest, Answer> answer) {
    Script script = new Script();
    script.status = 200;
    script.computed = answer;
    return new Answer(script);
  }

  /** These bytes instead of an HTTP answer, after the whole request; then the server closes. */
  public static Answer raw(byte[] bytes) {
    Script script = new Script();
    script.raw = bytes.clone();
    script.end = End.CLOSE;
    return new Answer(script);
  }

  /** Bytes that are no HTTP, after the whole request; then the server closes. */
  public static Answer garbage() {
    return raw("\u0001\u0002 this is not HTTP \u007f\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  /** No answer: the connection is reset (TCP RST) after the whole request was read. */
  public static Answer reset() {
    return resetAfterBytes(Long.MAX_VALUE);
  }

  /**
   * No answer: the connection is reset (TCP RST) after that many bytes of the request's body were
   * read, or after all of them if there are fewer. The client may have sent more: its and the
   * server's socket buffers take them.
   *
   * @param bodyBytes 0 or more
   */
  public static Answer resetAfterBytes(long bodyBytes) {
    Script script = new Script();
    script.raw = new byte[0];
    script.readAtMost = requireNotNegative("bodyBytes", bodyBytes);
    script.end = End.RESET;
    return new Answer(script);
  }

  /** No answer: the connection is closed in an orderly way after the whole request was read. */
  public static Answer close() {
    return raw(new byte[0]);
  }

  /**
   * With a further header. It replaces none; {@code Content-Length} and {@code Transfer-Encoding}
   * are the server's.
   */
  public Answer header(String name, String value) {
    requireHttp("a header");
    Script copy = script.copy();
    copy.headers.add(name + ": " + value);
    return new Answer(copy);
  }

  /** With a body, and its type as a header. */
  public Answer body(String contentType, byte[] bytes) {
    return header("Content-Type", contentType).body(bytes);
  }

  /** With a body of UTF-8 text, and its type as a header. */
  public Answer body(String contentType, String text) {
    return body(contentType, text.getBytes(StandardCharsets.UTF_8));
  }

  /** With a body and no header of its type. */
  public Answer body(byte[] bytes) {
    requireHttp("a body");
    Script copy = script.copy();
    copy.body = bytes.clone();
    copy.bodySize = bytes.length;
    return new Answer(copy);
  }

  /**
   * With a body of that many spaces, which is made while it is sent: it may be larger than the
   * memory. With {@link Long#MAX_VALUE} and {@link #chunked()} it does not end.
   *
   * @param size 0 or more
   */
  public Answer bodyOfSize(long size) {
    requireHttp("a body");
    Script copy = script.copy();
    copy.body = null;
    copy.bodySize = requireNotNegative("size", size);
    return new Answer(copy);
  }

  /** With the body so far compressed, and {@code Content-Encoding: gzip}. */
  public Answer gzipped() {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(compressed)) {
      for (long from = 0; from < script.bodySize; ) {
        byte[] part = script.part(from, 8192);
        gzip.write(part);
        from += part.length;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return header("Content-Encoding", "gzip").body(compressed.toByteArray());
  }

  /** With the body in chunks and no {@code Content-Length}. */
  public Answer chunked() {
    requireHttp("chunks");
    Script copy = script.copy();
    copy.chunked = true;
    return new Answer(copy);
  }

  /** Says {@code Connection: close}, and closes after the answer. */
  public Answer thenClose() {
    Script copy = header("Connection", "close").script.copy();
    copy.end = End.CLOSE;
    return new Answer(copy);
  }

  /**
   * Closes the connection in an orderly way after that many bytes of the answer's body, although
   * the headers promise all of it.
   *
   * @param bodyBytes 0 or more; must be less than the body has for the answer to be torn
   */
  public Answer cutAfter(long bodyBytes) {
    return endAfter(bodyBytes, End.CLOSE);
  }

  /** As {@link #cutAfter}, but resets the connection (TCP RST). */
  public Answer resetAnswerAfter(long bodyBytes) {
    return endAfter(bodyBytes, End.RESET);
  }

  /** Waits for the hold when the whole request is read, before anything is answered. */
  public Answer holdBeforeAnswer(Hold hold) {
    Script copy = script.copy();
    copy.beforeAnswer = hold;
    return new Answer(copy);
  }

  /**
   * Waits for the hold when that many bytes of the request's body are read, and reads no more until
   * then: a server that is slow to read. The sockets' buffers still take some; see {@link
   * FaultServer#startWithReceiveBuffer}.
   *
   * @param bodyBytes 0 or more
   */
  public Answer holdWhileReading(long bodyBytes, Hold hold) {
    Script copy = script.copy();
    copy.whileReading = hold;
    copy.whileReadingAt = requireNotNegative("bodyBytes", bodyBytes);
    return new Answer(copy);
  }

  /**
   * Waits for the hold when the headers and that many bytes of the body are answered.
   *
   * @param bodyBytes 0 or more
   */
  public Answer holdWhileAnswering(long bodyBytes, Hold hold) {
    requireHttp("a hold while answering");
    Script copy = script.copy();
    copy.whileAnswering = hold;
    copy.whileAnsweringAt = requireNotNegative("bodyBytes", bodyBytes);
    return new Answer(copy);
  }

  @Override
  public String toString() {
    if (script.computed != null) {
      return "Answer[computed]";
    }
    return script.raw == null
        ? "Answer[" + script.status + ", " + script.bodySize + " bytes, then " + script.end + "]"
        : "Answer[" + script.raw.length + " raw bytes, then " + script.end + "]";
  }

  Script script() {
    return script;
  }

  private Answer endAfter(long bodyBytes, End end) {
    requireHttp("a torn body");
    Script copy = script.copy();
    copy.sendAtMost = requireNotNegative("bodyBytes", bodyBytes);
    copy.end = end;
    return new Answer(copy);
  }

  private void requireHttp(String what) {
    if (script.computed != null) {
      throw new IllegalStateException("an answer that is computed cannot have " + what);
    }
    if (script.raw != null) {
      throw new IllegalStateException("an answer that is no HTTP cannot have " + what);
    }
  }

  private static long requireNotNegative(String name, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(name + " is " + value + ": want 0 or more");
    }
    return value;
  }

  /** The fields; changed only before the answer that holds them leaves this class. */
  static final class Script {
    int status;
    List<String> headers = new ArrayList<>();

    /** Null with a body of filler. */
    byte @Nullable [] body = new byte[0];

    long bodySize;
    boolean chunked;

    /** Makes the answer, if it is not this one. */
    @Nullable Function<ReceivedRequest, Answer> computed;

    /** Not null for an answer that is no HTTP. */
    byte @Nullable [] raw;

    long readAtMost = Long.MAX_VALUE;
    long sendAtMost = Long.MAX_VALUE;
    End end = End.KEEP;
    @Nullable Hold beforeAnswer;
    @Nullable Hold whileReading;
    long whileReadingAt;
    @Nullable Hold whileAnswering;
    long whileAnsweringAt;

    /** A part of the body, at most {@code maxBytes} long. */
    byte[] part(long from, int maxBytes) {
      int length = (int) Math.min(maxBytes, bodySize - from);
      byte[] part = new byte[length];
      if (body == null) {
        Arrays.fill(part, FILLER);
      } else {
        System.arraycopy(body, (int) from, part, 0, length);
      }
      return part;
    }

    Script copy() {
      Script copy = new Script();
      copy.status = status;
      copy.headers = new ArrayList<>(headers);
      copy.body = body;
      copy.bodySize = bodySize;
      copy.chunked = chunked;
      copy.computed = computed;
      copy.raw = raw;
      copy.readAtMost = readAtMost;
      copy.sendAtMost = sendAtMost;
      copy.end = end;
      copy.beforeAnswer = beforeAnswer;
      copy.whileReading = whileReading;
      copy.whileReadingAt = whileReadingAt;
      copy.whileAnswering = whileAnswering;
      copy.whileAnsweringAt = whileAnsweringAt;
      return copy;
    }
  }
}
