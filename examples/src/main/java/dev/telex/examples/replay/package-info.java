/**
 * Sends a file of undelivered telemetry to a collector. Start reading at {@link
 * dev.telex.examples.replay.Replay}.
 */
@NullMarked
package dev.telex.examples.replay;

import org.jspecify.annotations.NullMarked;
