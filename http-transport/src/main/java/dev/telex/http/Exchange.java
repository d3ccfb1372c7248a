/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** How a protocol puts a payload into a request, and what it makes of the answer. */
interface Exchange {

  /** This client, or one that shares its connections and speaks HTTP as the protocol needs it. */
  OkHttpClient client(OkHttpClient base, HttpUrl url);

  /** The header that tells how the payload is compressed. */
  String encodingHeader();

  /**
   * Adds the headers of the protocol.
   *
   * @param time how long the request may take, from now
   */
  void prepare(Request.Builder request, Duration time);

  /**
   * The body of the request; it must not be sent twice.
   *
   * @param begin told before the first byte is written; may refuse
   * @param broken told when the writing fails on another thread, otherwise than by the connection
   */
  RequestBody body(Payload payload, PayloadBody.Begin begin, Consumer<Throwable> broken);

  /**
   * Reads an answer and makes a result of it.
   *
   * @param call to be cancelled when the rest of the answer is not wanted
   * @param status that came over the wire
   * @param sent the headers that no message may show
   * @throws BrokenAnswerException if the server has begun to say yes, and broke off
   */
  ExportResult read(Call call, int status, Response response, Headers sent) throws IOException;
}
