/**
 * OTLP as bytes: protobuf and JSON of a batch, and JSON back into a batch, without a transport.
 *
 * @see dev.telex.otlp.OtlpEncoding
 * @see dev.telex.otlp.OtlpJsonDecoder
 */
@NullMarked
package dev.telex.otlp;

import org.jspecify.annotations.NullMarked;
