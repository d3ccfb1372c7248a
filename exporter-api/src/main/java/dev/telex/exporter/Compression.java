/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;

/**
 * A way to compress a payload. Like an {@link Encoding} it is compared by value: implement it as an
 * enum constant or a record, and let equal values give equal bytes.
 *
 * @see Gzip
 */
public interface Compression {

  /** The token of the HTTP {@code Content-Encoding} header (RFC 9110, 8.4.1), e.g. {@code gzip}. */
  String contentEncoding();

  /**
   * Opens a stream that compresses what is written to it into {@code out}. Closing it writes the
   * trailer, if the format has one.
   */
  OutputStream open(OutputStream out) throws IOException;

  /**
   * What undoes it. gRPC asks for it: its servers answer a compressed request with an answer that
   * is compressed in the same way (grpc-go does, whatever the client says that it accepts). Nobody
   * else needs it.
   *
   * @return empty if this compression cannot be undone here, which is the default
   */
  default Optional<Decompression> decompression() {
    return Optional.empty();
  }

  /** Undoes a {@link Compression}, of any level. */
  @FunctionalInterface
  interface Decompression {

    /**
     * Opens a stream of what was compressed into {@code in}. It reads from untrusted servers: it
     * allocates no more for itself than the format needs, and its reader bounds what comes out of
     * it. Malformed input is an {@link IOException}, here or from the stream.
     */
    InputStream open(InputStream in) throws IOException;
  }
}
