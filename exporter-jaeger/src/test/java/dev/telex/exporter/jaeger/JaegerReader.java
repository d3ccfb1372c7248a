/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import static org.assertj.core.api.Assertions.assertThat;

import io.jaegertracing.agent.thrift.Agent;
import io.jaegertracing.thriftjava.Batch;
import java.util.Arrays;
import org.apache.thrift.TException;
import org.apache.thrift.protocol.TBinaryProtocol;
import org.apache.thrift.protocol.TCompactProtocol;
import org.apache.thrift.protocol.TMessage;
import org.apache.thrift.protocol.TMessageType;
import org.apache.thrift.protocol.TProtocol;
import org.apache.thrift.protocol.TProtocolFactory;
import org.apache.thrift.transport.TMemoryBuffer;
import org.apache.thrift.transport.TMemoryInputTransport;

/**
 * Reads what was sent with Jaeger's own classes, strictly: all of it must be read, and those
 * classes must write the same bytes again.
 */
final class JaegerReader {

  private interface Body {
    void move(TProtocol protocol) throws TException;
  }

  private JaegerReader() {}

  /** The body of a request to a collector. */
  static Batch collector(byte[] body) throws TException {
    Batch batch = new Batch();
    TProtocolFactory binary = new TBinaryProtocol.Factory();
    read(body, binary, batch::read);
    assertThat(written(binary, batch::write)).isEqualTo(body);
    return batch;
  }

  /** A packet to an agent. */
  static Batch agent(byte[] packet) throws TException {
    TProtocolFactory compact = new TCompactProtocol.Factory();
    Agent.emitBatch_args arguments = new Agent.emitBatch_args();
    read(
        packet,
        compact,
        protocol -> {
          TMessage message = protocol.readMessageBegin();
          assertThat(message.name).isEqualTo("emitBatch");
          assertThat(message.type).isEqualTo(TMessageType.ONEWAY);
          arguments.read(protocol);
          protocol.readMessageEnd();
        });
    byte[] again =
        written(
            compact,
            protocol -> {
              protocol.writeMessageBegin(new TMessage("emitBatch", TMessageType.ONEWAY, 0));
              arguments.write(protocol);
              protocol.writeMessageEnd();
            });
    assertThat(again).isEqualTo(packet);
    return arguments.getBatch();
  }

  private static void read(byte[] bytes, TProtocolFactory factory, Body body) throws TException {
    TMemoryInputTransport transport = new TMemoryInputTransport(bytes);
    body.move(factory.getProtocol(transport));
    assertThat(transport.getBytesRemainingInBuffer()).as("bytes that were not read").isZero();
  }

  private static byte[] written(TProtocolFactory factory, Body body) throws TException {
    TMemoryBuffer memory = new TMemoryBuffer(1024);
    body.move(factory.getProtocol(memory));
    return Arrays.copyOf(memory.getArray(), memory.length());
  }
}
