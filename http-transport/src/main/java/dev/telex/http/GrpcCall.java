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
 * One unary call of gRPC: which method, and the bytes of its one message. Immutable.
 *
 * <pre>{@code
 * HttpEndpoint method = base.resolve("package.Service/Method");
 * GrpcCall call = GrpcCall.of(method, batch.encoded(encoding));
 * if (compression != null) {
 *   call = call.compressed(compression, () -> batch.encoded(encoding, compression));
 * }
 * }</pre>
 */
public final class GrpcCall {

  private static final String CONTENT_TYPE = "application/grpc";

  private final HttpPost post;
  private final @Nullable Compression compression;

  private GrpcCall(HttpPost post, @Nullable Compression compression) {
    this.post = post;
    this.compression = compression;
  }

  /**
   * A call that sends the message as it is.
   *
   * @param method over {@code http} HTTP/2 is spoken by prior knowledge, over {@code https} if the
   *     server agrees to it (ALPN)
   * @param message without the frame of gRPC, which is written before it
   */
  public static GrpcCall of(HttpEndpoint method, Payload message) {
    return new GrpcCall(HttpPost.of(method, CONTENT_TYPE, message), null);
  }

  /**
   * A call that sends the message compressed, with the {@code Content-Encoding} of the compression
   * as {@code grpc-encoding}. If it can be undone ({@link Compression#decompression}), the answer
   * may be compressed in the same way; with gzip it always may.
   *
   * @param compressed gives the compressed message; asked only if the uncompressed one is within
   *     the limit
   */
  public GrpcCall compressed(Compression compression, Callable<Payload> compressed) {
    return new GrpcCall(post.compressed(compression, compressed), compression);
  }

  HttpPost post() {
    return post;
  }

  @Nullable Compression compression() {
    return compression;
  }

  /** The method without a query, and the size of the message. */
  @Override
  public String toString() {
    return "gRPC " + post.endpoint() + " [" + post.size() + " bytes]";
  }
}
