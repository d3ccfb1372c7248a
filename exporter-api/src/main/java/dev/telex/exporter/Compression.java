/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.io.IOException;
import java.io.OutputStream;

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
}
