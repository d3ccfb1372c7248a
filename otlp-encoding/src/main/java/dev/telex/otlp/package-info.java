/**
 * OTLP as bytes: protobuf and JSON of a batch, without a transport.
 *
 * @see dev.telex.otlp.OtlpEncoding
 */
@NullMarked
package dev.telex.otlp;

import org.jspecify.annotations.NullMarked;
