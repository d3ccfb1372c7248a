/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.jaeger;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Delivery;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Signal;
import java.net.InetAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Exports spans to a Jaeger agent: as Thrift over UDP, in the compact protocol ({@code emitBatch}
 * of {@code agent.thrift}, jaeger-idl). The {@code jaeger} receiver of the OpenTelemetry Collector
 * takes them too.
 *
 * <pre>{@code
 * Exporter exporter = JaegerAgentExporter.builder().agentHost("127.0.0.1").build();
 * }</pre>
 *
 * <p>Spans are mapped as {@link JaegerExporter} says, and put into packets of at most {@code
 * maxPacketBytes}, each of spans of one resource. Nobody acknowledges a packet, so delivery is
 * {@link Delivery#BEST_EFFORT}, and results say what the system took:
 *
 * <ul>
 *   <li>SUCCESS: all packets were sent
 *   <li>PARTIAL: all but the spans that are too large for a packet, which are {@link
 *       ExportResult#refused()}; PERMANENT if all are
 *   <li>RETRYABLE: the host is not known, or a packet was not sent. What was not sent is the
 *       remainder. Where nobody listens at the port of a host that can be reached, the system tells
 *       of it after the first packet, so that the next one is not sent; which is why a batch or two
 *       may be lost as SUCCESS before
 * </ul>
 *
 * <p>The calling thread encodes, if no other exporter did it for this batch before, and does not
 * wait: a daemon thread named {@code telex-jaeger-agent}, which ends when it was idle for 30
 * seconds, looks up the host, every 30 seconds and after failures, and sends. Up to {@value
 * #MAX_WAITING} batches wait for it, within their timeout; further ones are RETRYABLE at once. Safe
 * for use by several threads.
 */
public final class JaegerAgentExporter implements Exporter {

  /** Batches that wait while one is sent. */
  static final int MAX_WAITING = 1024;

  private static final String NAME = "jaeger-agent";
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final int maxPacketBytes;
  private final Duration timeout;
  private final AgentSocket socket;
  private final ThreadPoolExecutor executor;
  private final InFlight inFlight = new InFlight(NAME, Set.of(Signal.TRACES));

  private JaegerAgentExporter(Builder builder) {
    this.maxPacketBytes = builder.maxPacketBytes;
    this.timeout = builder.timeout;
    this.socket =
        new AgentSocket(builder.agentHost, builder.agentPort, builder.resolver, builder.clock);
    this.executor =
        new ThreadPoolExecutor(
            1,
            1,
            IDLE.toSeconds(),
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MAX_WAITING),
            body -> {
              Thread thread = new Thread(body, "telex-" + NAME);
              thread.setDaemon(true);
              return thread;
            });
    executor.allowCoreThreadTimeOut(true);
  }

  /** An exporter to port 6831 of {@code localhost}, unless the builder is told otherwise. */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Set<Signal> signals() {
    return Set.of(Signal.TRACES);
  }

  @Override
  public Delivery delivery() {
    return Delivery.BEST_EFFORT;
  }

  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    return inFlight.run(batch, context, own -> send(batch, own));
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return inFlight.flush();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    CompletionStage<ExportResult> closed =
        inFlight
            .shutdown(grace)
            .thenApply(
                result -> {
                  executor.shutdown();
                  socket.close();
                  return result;
                });
    // Not that stage itself: a caller who cancels it would keep the socket from being closed.
    return closed.thenApply(result -> result);
  }

  /** The name. */
  @Override
  public String toString() {
    return NAME;
  }

  private CompletionStage<ExportResult> send(Batch batch, ExportContext context) {
    PacketPlan plan;
    try {
      plan = PacketPlan.of(batch, maxPacketBytes);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExportResult.retryable("not sent: interrupted while it was encoded").completed();
    }
    AgentExport export = new AgentExport(plan, socket, maxPacketBytes);
    export.limit(context.remaining().filter(left -> left.compareTo(timeout) < 0).orElse(timeout));
    context.onCancel(
        () -> {
          export.abort(ExportResult.retryable("cancelled"));
          executor.remove(export);
        });
    try {
      executor.execute(export);
    } catch (RejectedExecutionException e) {
      export.abort(
          ExportResult.retryable("not sent: " + MAX_WAITING + " batches wait for it already"));
    }
    return export.promise();
  }

  /**
   * Sets up an exporter. Each setter checks at once and throws a {@link ConfigurationException}
   * that names the setting, the value and what would be right. Not safe for use by several threads.
   */
  public static final class Builder {

    /** What agents read of a packet by default, and so do the receivers of the Collector. */
    static final int MAX_PACKET_BYTES = 65_000;

    static final int MIN_PACKET_BYTES = 500;

    private String agentHost = "localhost";
    private int agentPort = 6831;
    private int maxPacketBytes = MAX_PACKET_BYTES;
    private Duration timeout = Duration.ofSeconds(10);
    private AgentSocket.Resolver resolver = InetAddress::getByName;
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** The agent's host, by name or address; {@code localhost} by default. */
    public Builder agentHost(String host) {
      if (host.isEmpty()
          || !host.chars().allMatch(c -> c > ' ' && c < 0x7f && "/@?#".indexOf(c) < 0)) {
        throw new ConfigurationException(
            "agentHost is '" + host + "': want the name or address of a host, without a port");
      }
      agentHost = host;
      return this;
    }

    /** The agent's port for the compact protocol, 6831 by default; 1 to 65535. */
    public Builder agentPort(int port) {
      if (port < 1 || port > 65_535) {
        throw new ConfigurationException("agentPort is " + port + ": want 1 to 65535");
      }
      agentPort = port;
      return this;
    }

    /**
     * The largest packet, {@value #MAX_PACKET_BYTES} bytes by default, which is also what agents
     * read at most; {@value #MIN_PACKET_BYTES} or more. Smaller ones than the network's (about
     * 1400) are not fragmented on their way.
     */
    public Builder maxPacketBytes(int bytes) {
      if (bytes < MIN_PACKET_BYTES || bytes > MAX_PACKET_BYTES) {
        throw new ConfigurationException(
            "maxPacketBytes is "
                + bytes
                + ": want "
                + MIN_PACKET_BYTES
                + " to "
                + MAX_PACKET_BYTES);
      }
      maxPacketBytes = bytes;
      return this;
    }

    /**
     * How long the sending of one batch may take, 10 seconds by default, with the look-up of the
     * host; more than zero.
     */
    public Builder timeout(Duration limit) {
      if (limit.isZero() || limit.isNegative()) {
        throw new ConfigurationException("timeout is " + limit + ": want more than zero");
      }
      timeout = limit;
      return this;
    }

    /** For tests. */
    Builder resolver(AgentSocket.Resolver lookUp) {
      resolver = lookUp;
      return this;
    }

    /** For tests. */
    Builder clock(InstantSource source) {
      clock = source;
      return this;
    }

    /** An exporter with these settings. It looks up nothing and opens no socket yet. */
    public JaegerAgentExporter build() {
      return new JaegerAgentExporter(this);
    }
  }
}
