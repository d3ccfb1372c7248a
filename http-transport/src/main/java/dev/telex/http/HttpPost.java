/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Compression;
import dev.telex.exporter.Payload;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * One request: where to, and which bytes. Immutable.
 *
 * <pre>{@code
 * HttpPost post = HttpPost.of(endpoint, encoding.contentType(), batch.encoded(encoding));
 * if (compression != null) {
 *   post = post.compressed(compression, () -> batch.encoded(encoding, compression));
 * }
 * }</pre>
 */
public final class HttpPost {

  private final HttpEndpoint endpoint;
  private final String contentType;
  private final Payload body;
  private final @Nullable String contentEncoding;
  private final Callable<Payload> sent;

  private HttpPost(
      HttpEndpoint endpoint,
      String contentType,
      Payload body,
      @Nullable String contentEncoding,
      Callable<Payload> sent) {
    this.endpoint = endpoint;
    this.contentType = contentType;
    this.body = body;
    this.contentEncoding = contentEncoding;
    this.sent = sent;
  }

  /** A request that sends the payload as it is. */
  public static HttpPost of(HttpEndpoint endpoint, String contentType, Payload body) {
    return new HttpPost(endpoint, contentType, body, null, () -> body);
  }

  /**
   * A request that sends the payload compressed.
   *
   * @param compressed gives the compressed payload; asked only if the uncompressed one is within
   *     the limit
   */
  public HttpPost compressed(Compression compression, Callable<Payload> compressed) {
    return new HttpPost(endpoint, contentType, body, compression.contentEncoding(), compressed);
  }

  HttpEndpoint endpoint() {
    return endpoint;
  }

  String contentType() {
    return contentType;
  }

  @Nullable String contentEncoding() {
    return contentEncoding;
  }

  /** Before compression. */
  long size() {
    return body.size();
  }

  Payload payloadToSend() throws Exception {
    return sent.call();
  }

  /** The endpoint without its query, and the size. */
  @Override
  public String toString() {
    return "POST " + endpoint + " [" + size() + " bytes]";
  }
}
