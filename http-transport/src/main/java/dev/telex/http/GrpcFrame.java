/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Compression;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import okio.Buffer;
import okio.BufferedSource;
import okio.GzipSource;
import okio.Okio;
import okio.Source;
import org.jspecify.annotations.Nullable;

/**
 * The frame of a message (grpc/grpc, {@code doc/PROTOCOL-HTTP2.md}, "Length-Prefixed-Message"): a
 * byte that says whether it is compressed, four of its length, and then the message.
 */
final class GrpcFrame {

  static final int PREFIX_BYTES = 5;

  /** The largest length that the frame can state. */
  static final long MAX_MESSAGE_BYTES = 0xffff_ffffL;

  private static final String GZIP = "gzip";

  private GrpcFrame() {}

  /**
   * What stands before a message.
   *
   * @param length as it is sent, at most {@link #MAX_MESSAGE_BYTES}
   */
  static byte[] prefix(boolean compressed, long length) {
    return ByteBuffer.allocate(PREFIX_BYTES)
        .put((byte) (compressed ? 1 : 0))
        .putInt((int) length)
        .array();
  }

  /**
   * Reads the one message of an answer.
   *
   * @param body all frames
   * @param encoding the {@code grpc-encoding} of the answer, if it has one
   * @param sent the compression of the request, if it had one
   * @param limit of the message, before and after decompression
   * @throws UnreadableMessageException if it is not exactly one whole message
   */
  static byte[] read(byte[] body, @Nullable String encoding, @Nullable Compression sent, long limit)
      throws UnreadableMessageException, AnswerTooLargeException {
    if (body.length == 0) {
      throw new UnreadableMessageException("there is no message");
    }
    if (body.length < PREFIX_BYTES) {
      throw new UnreadableMessageException("it ends in the prefix of a message");
    }
    ByteBuffer in = ByteBuffer.wrap(body);
    int flag = in.get();
    long length = Integer.toUnsignedLong(in.getInt());
    if (flag != 0 && flag != 1) {
      throw new UnreadableMessageException("its message begins with the byte " + (flag & 0xff));
    }
    if (length > limit) {
      throw new AnswerTooLargeException();
    }
    if (length > in.remaining()) {
      throw new UnreadableMessageException("it ends in the middle of its message");
    }
    if (length < in.remaining()) {
      throw new UnreadableMessageException("there is more behind its message");
    }
    byte[] message = new byte[(int) length];
    in.get(message);
    return flag == 0 ? message : decompress(message, encoding, sent, limit);
  }

  /** The encodings in which an answer to a request with this compression can be read. */
  static String accepted(@Nullable Compression sent) {
    String always = "identity," + GZIP;
    return sent == null
            || sent.decompression().isEmpty()
            || sent.contentEncoding().equalsIgnoreCase(GZIP)
        ? always
        : always + "," + sent.contentEncoding();
  }

  private static byte[] decompress(
      byte[] message, @Nullable String encoding, @Nullable Compression sent, long limit)
      throws UnreadableMessageException, AnswerTooLargeException {
    Source compressed = new Buffer().write(message);
    try (BufferedSource in = Okio.buffer(decompressed(compressed, encoding, sent))) {
      if (in.request(limit + 1)) {
        throw new AnswerTooLargeException();
      }
      return in.readByteArray();
    } catch (IOException | RuntimeException e) {
      // Also the exceptions of a decompression that is not ours.
      throw new UnreadableMessageException("its message is no " + encoding);
    }
  }

  private static Source decompressed(
      Source compressed, @Nullable String encoding, @Nullable Compression sent)
      throws IOException, UnreadableMessageException {
    if (GZIP.equals(encoding)) {
      return new GzipSource(compressed);
    }
    if (sent != null && sent.contentEncoding().equals(encoding)) {
      Optional<Compression.Decompression> decompression = sent.decompression();
      if (decompression.isPresent()) {
        return Okio.source(decompression.get().open(Okio.buffer(compressed).inputStream()));
      }
    }
    throw new UnreadableMessageException(
        "its message is compressed, and not with one of " + accepted(sent));
  }

  /** The body of an answer is not one message. */
  static final class UnreadableMessageException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String problem;

    UnreadableMessageException(String problem) {
      super(problem);
      this.problem = problem;
    }

    String problem() {
      return problem;
    }
  }
}
