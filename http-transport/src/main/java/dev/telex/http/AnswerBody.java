/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.BufferedSource;

/** Reads the body of an answer, and no more of it than the limit. */
final class AnswerBody {

  private AnswerBody() {}

  /**
   * Reads it to its end.
   *
   * @param limit in bytes; of a compressed answer, after decompression
   * @throws AnswerTooLargeException if there is more than the limit
   */
  static byte[] read(Response response, long limit) throws IOException, AnswerTooLargeException {
    ResponseBody body = response.body();
    if (body.contentLength() > limit) {
      throw new AnswerTooLargeException();
    }
    BufferedSource source = body.source();
    if (source.request(limit + 1)) {
      throw new AnswerTooLargeException();
    }
    return source.readByteArray();
  }
}
