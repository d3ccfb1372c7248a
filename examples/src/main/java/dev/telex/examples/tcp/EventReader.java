/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import dev.telex.examples.tcp.Event.Operation;
import java.io.IOException;
import java.io.InputStream;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the events of a stream, each with its length before it. The numbers are those of the fields
 * in {@code event.proto} of {@code metrics-exporter-tcp}; who generates code from that file reads
 * with {@code Event.parseDelimitedFrom} and needs none of this.
 */
final class EventReader {

  /** No event of a sane server is longer. */
  private static final int MAX_BYTES = 1 << 20;

  private static final long NANOS_A_SECOND = 1_000_000_000L;

  private final CodedInputStream in;

  EventReader(InputStream stream) {
    in = CodedInputStream.newInstance(stream);
  }

  /** Waits for the next event; null where the stream ends. */
  @Nullable Event next() throws IOException {
    while (true) {
      in.resetSizeCounter();
      if (in.isAtEnd()) {
        return null;
      }
      Parts parts = new Parts();
      message(number -> event(number, parts));
      Event event = parts.event();
      // An event of a kind that is newer than this program is passed over.
      if (event != null) {
        return event;
      }
    }
  }

  private boolean event(int number, Parts parts) throws IOException {
    switch (number) {
      case 1 -> message(field -> metadata(field, parts));
      case 2 -> message(field -> metric(field, parts));
      default -> {
        return false;
      }
    }
    parts.kind = number;
    return true;
  }

  private boolean metadata(int number, Parts parts) throws IOException {
    switch (number) {
      case 1 -> parts.name = in.readString();
      case 2 -> parts.type = in.readEnum();
      case 3 -> parts.unit = in.readString();
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean metric(int number, Parts parts) throws IOException {
    switch (number) {
      case 1 -> parts.name = in.readString();
      case 2 -> message(field -> time(field, parts));
      case 3 -> label(parts);
      case 4 -> parts.operation(Operation.INCREMENT_COUNTER, (double) in.readUInt64());
      case 5 -> parts.operation(Operation.SET_COUNTER, (double) in.readUInt64());
      case 6 -> parts.operation(Operation.INCREMENT_GAUGE, in.readDouble());
      case 7 -> parts.operation(Operation.DECREMENT_GAUGE, in.readDouble());
      case 8 -> parts.operation(Operation.SET_GAUGE, in.readDouble());
      case 9 -> parts.operation(Operation.RECORD_HISTOGRAM, in.readDouble());
      default -> {
        return false;
      }
    }
    return true;
  }

  private boolean time(int number, Parts parts) throws IOException {
    switch (number) {
      case 1 -> parts.epochNanos += in.readInt64() * NANOS_A_SECOND;
      case 2 -> parts.epochNanos += in.readInt32();
      default -> {
        return false;
      }
    }
    return true;
  }

  private void label(Parts parts) throws IOException {
    String[] entry = {"", ""};
    message(
        number -> {
          if (number > entry.length) {
            return false;
          }
          entry[number - 1] = in.readString();
          return true;
        });
    parts.labels.put(entry[0], entry[1]);
  }

  /** Reads a field, or does not know it. */
  private interface Fields {
    boolean read(int number) throws IOException;
  }

  /** The fields of a message that begins with its length. */
  private void message(Fields fields) throws IOException {
    int length = in.readRawVarint32();
    if (length < 0 || length > MAX_BYTES) {
      throw new IOException("a message of " + length + " bytes: that is no stream of events");
    }
    int outer = in.pushLimit(length);
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (!fields.read(WireFormat.getTagFieldNumber(tag))) {
        in.skipField(tag);
      }
    }
    in.popLimit(outer);
  }

  /** An event while it is read. */
  private static final class Parts {
    private final TreeMap<String, String> labels = new TreeMap<>();
    private int kind;
    private String name = "";
    private int type;
    private String unit = "";
    private long epochNanos;
    private @Nullable Operation operation;
    private double value;

    void operation(Operation what, double by) {
      operation = what;
      value = by;
    }

    @Nullable Event event() {
      if (kind == 1) {
        return new Event.Metadata(name, type == 0, unit);
      }
      return kind == 2 && operation != null
          ? new Event.Value(name, labels, epochNanos, operation, value)
          : null;
    }
  }
}
