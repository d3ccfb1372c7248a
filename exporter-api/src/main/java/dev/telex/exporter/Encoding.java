/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.Set;

/**
 * A wire format, and the key under which a {@link Batch} keeps the bytes that it made.
 *
 * <p>Implement it as an enum constant or a record: two exporters share one encoded payload exactly
 * if their encodings are {@linkplain Object#equals equal}, so an encoding is compared by value and
 * everything that changes its bytes belongs into its value. Encodings are stateless and safe for
 * use by several threads.
 */
public interface Encoding {

  /** The media type of the payload, for instance {@code application/x-protobuf}. */
  String contentType();

  /** The signals that this format can carry. */
  Set<Signal> signals();

  /**
   * Writes a batch in this format.
   *
   * <p>Call {@link Batch#encoded(Encoding)} rather than this method: it runs it at most once. The
   * batch may hold no items. The method runs on the thread that first asked for the payload.
   *
   * @throws Exception if the batch cannot be written. The batch remembers the failure, and every
   *     export that needs this encoding of it fails for good; only an interrupt and an {@link
   *     Error} are not remembered
   */
  Payload encode(Batch batch) throws Exception;
}
