/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Encoding;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.tls.ServerTls;
import io.opentelemetry.api.metrics.MeterProvider;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Sets up a {@link TcpExporter}. Not safe for use by several threads. */
public final class TcpExporterBuilder {

  static final String DEFAULT_HOST = "127.0.0.1";
  static final int DEFAULT_PORT = 5000;
  static final int DEFAULT_MAX_CLIENTS = 100;
  static final int MOST_CLIENTS = 100_000;
  static final int DEFAULT_MAX_QUEUE_MESSAGES = 65_536;
  static final int DEFAULT_MAX_QUEUE_BYTES = 16 << 20;
  static final int MIN_QUEUE_BYTES = 1024;
  static final int DEFAULT_MAX_METRICS = 10_000;
  static final int DEFAULT_MAX_CLIENT_BYTES = 4096;
  static final int MAX_SECRET_BYTES = 1024;
  static final Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);
  static final Duration DEFAULT_STALL_TIMEOUT = Duration.ofMinutes(1);
  static final Duration DEFAULT_FLUSH_TIMEOUT = Duration.ofSeconds(5);

  /** What tells one resource from another (semantic conventions, {@code service}). */
  static final Set<String> DEFAULT_RESOURCE_LABELS =
      Set.of("service.namespace", "service.name", "service.instance.id");

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final int SEND_BUFFER_BYTES = 256 << 10;

  private String host = DEFAULT_HOST;
  private int port = DEFAULT_PORT;
  private TcpFormat format = TcpFormat.METRICS;
  private Set<String> resourceLabels = DEFAULT_RESOURCE_LABELS;
  private int maxClients = DEFAULT_MAX_CLIENTS;
  private int maxQueueMessages = DEFAULT_MAX_QUEUE_MESSAGES;
  private long maxQueueBytes = DEFAULT_MAX_QUEUE_BYTES;
  private int maxMetrics = DEFAULT_MAX_METRICS;
  private int maxClientBytes = DEFAULT_MAX_CLIENT_BYTES;
  private Duration handshakeTimeout = DEFAULT_HANDSHAKE_TIMEOUT;
  private Duration stallTimeout = DEFAULT_STALL_TIMEOUT;
  private Duration flushTimeout = DEFAULT_FLUSH_TIMEOUT;
  private byte @Nullable [] secret;
  private @Nullable ServerTls tls;
  private @Nullable MeterProvider meterProvider;
  private int sendBufferBytes = SEND_BUFFER_BYTES;
  private LongSupplier nanoTime = System::nanoTime;

  TcpExporterBuilder() {}

  /**
   * Where to listen; 127.0.0.1 and 5000 by default. Whoever can connect there sees the telemetry:
   * set a {@link #secret} and {@link #tls} before anything but loopback, or a warning is logged.
   *
   * @param listenHost an address of this machine, or its name
   * @param listenPort 0 to 65535; 0 takes a free one, which {@link TcpExporter#address()} tells
   */
  public TcpExporterBuilder listen(String listenHost, int listenPort) {
    return host(listenHost).port(listenPort);
  }

  TcpExporterBuilder host(String listenHost) {
    if (listenHost.isBlank()) {
      throw new ConfigurationException("host is '" + listenHost + "': want an address or a name");
    }
    host = listenHost;
    return this;
  }

  TcpExporterBuilder port(int listenPort) {
    if (listenPort < 0 || listenPort > 0xffff) {
      throw new ConfigurationException("port is " + listenPort + ": want 0 to 65535");
    }
    port = listenPort;
    return this;
  }

  /** What is written to the clients; {@link TcpFormat#METRICS} by default. */
  public TcpExporterBuilder format(TcpFormat wireFormat) {
    format = Objects.requireNonNull(wireFormat, "format");
    return this;
  }

  /**
   * Which attributes of the resource become labels in {@link TcpFormat#METRICS}; {@code
   * service.namespace}, {@code service.name} and {@code service.instance.id} by default.
   */
  public TcpExporterBuilder resourceLabels(Set<String> keys) {
    resourceLabels = Set.copyOf(keys);
    return this;
  }

  /** How many clients there may be at once; 100 by default. Further ones are closed at once. */
  public TcpExporterBuilder maxClients(int count) {
    maxClients = within("maxClients", count, 1, MOST_CLIENTS);
    return this;
  }

  /** How many messages may wait for a client, 1 or more; 65,536 by default. */
  public TcpExporterBuilder maxQueueMessages(int count) {
    maxQueueMessages = within("maxQueueMessages", count, 1, Integer.MAX_VALUE);
    return this;
  }

  /** How many bytes may wait for a client, 1 KiB to 1 GiB; 16 MiB by default. */
  public TcpExporterBuilder maxQueueBytes(int bytes) {
    maxQueueBytes = within("maxQueueBytes", bytes, MIN_QUEUE_BYTES, 1 << 30);
    return this;
  }

  /**
   * How many metrics there may be in {@link TcpFormat#METRICS}, 1 or more; 10,000 by default. They
   * are told apart by name and type; their metadata is kept, 1 KiB each on average, descriptions
   * cut off after 256 characters. Points of further ones are dropped.
   */
  public TcpExporterBuilder maxMetrics(int count) {
    maxMetrics = within("maxMetrics", count, 1, Integer.MAX_VALUE);
    return this;
  }

  /**
   * How many bytes a client may send, its hello among them, before it is disconnected; 4 KiB by
   * default. What TLS needs, up to 64 KiB, comes on top.
   */
  public TcpExporterBuilder maxClientBytes(int bytes) {
    maxClientBytes = within("maxClientBytes", bytes, 0, 1 << 30);
    return this;
  }

  /** How long TLS and the hello may take together, more than zero; 10 seconds by default. */
  public TcpExporterBuilder handshakeTimeout(Duration timeout) {
    handshakeTimeout = positive("handshakeTimeout", timeout);
    return this;
  }

  /**
   * How long a client may take nothing though something waits for it, more than zero; 1 minute by
   * default. Then it is disconnected. So is one whose machine is gone without a word.
   */
  public TcpExporterBuilder stallTimeout(Duration timeout) {
    stallTimeout = positive("stallTimeout", timeout);
    return this;
  }

  /** How long {@link TcpExporter#flush} waits for clients; 5 seconds by default. */
  public TcpExporterBuilder flushTimeout(Duration timeout) {
    flushTimeout = positive("flushTimeout", timeout);
    return this;
  }

  /**
   * What a client must send first: this text in UTF-8 and a line feed. Nothing is sent before. A
   * client with another first line is disconnected. {@code metrics-observer} sends none. Without
   * {@link #tls} the text crosses the network as it is.
   *
   * @param hello 1 to 1024 bytes, without line breaks
   */
  public TcpExporterBuilder secret(String hello) {
    byte[] bytes = hello.getBytes(StandardCharsets.UTF_8);
    if (bytes.length == 0
        || bytes.length > MAX_SECRET_BYTES
        || hello.indexOf('\n') >= 0
        || hello.indexOf('\r') >= 0) {
      throw new ConfigurationException(
          "secret is a text of "
              + bytes.length
              + " bytes: want 1 to "
              + MAX_SECRET_BYTES
              + " bytes without line breaks");
    }
    secret = bytes;
    return this;
  }

  /** Encrypts with TLS, and lets in whom that says; in the clear by default. */
  public TcpExporterBuilder tls(ServerTls how) {
    tls = Objects.requireNonNull(how, "tls");
    return this;
  }

  /**
   * Where the exporter's own counts go, as metrics of the scope {@code dev.telex.exporter.tcp};
   * nowhere by default. For all clients: {@code telex.tcp.clients}, {@code telex.tcp.sent}, {@code
   * telex.tcp.sent.bytes}, {@code telex.tcp.dropped} and {@code telex.tcp.closed}, the last two by
   * {@code reason}. For each that listens, by {@code network.peer.address} and {@code
   * network.peer.port}: {@code telex.tcp.client.sent}, {@code telex.tcp.client.dropped}, {@code
   * telex.tcp.client.queue.size} and {@code telex.tcp.client.lag} (seconds).
   */
  public TcpExporterBuilder meterProvider(MeterProvider provider) {
    meterProvider = Objects.requireNonNull(provider, "meterProvider");
    return this;
  }

  /** For tests: a small one fills soon. */
  TcpExporterBuilder sendBufferBytes(int bytes) {
    sendBufferBytes = bytes;
    return this;
  }

  /** For tests: the clock of all limits. */
  TcpExporterBuilder nanoTime(LongSupplier clock) {
    nanoTime = clock;
    return this;
  }

  /**
   * An exporter with these settings, which listens from now on.
   *
   * @throws ConfigurationException if the host is unknown, the port is taken, a file of TLS cannot
   *     be used, or a client may not send enough for the secret
   */
  public TcpExporter build() {
    return new TcpExporter(this);
  }

  TcpFormat format() {
    return format;
  }

  Encoding encoding() {
    return switch (format) {
      case METRICS -> new EventEncoding(resourceLabels);
      case OTLP -> OtlpEncoding.PROTOBUF;
    };
  }

  @Nullable MeterProvider meterProvider() {
    return meterProvider;
  }

  ServerSettings settings() {
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ConfigurationException(
          "host is '" + host + "', which is unknown: want an address or a name of this machine");
    }
    byte[] known = secret;
    if (known != null && maxClientBytes <= known.length) {
      throw new ConfigurationException(
          "maxClientBytes is "
              + maxClientBytes
              + ": want "
              + (known.length + 1)
              + " or more, for the secret and a line feed");
    }
    if (!address.getAddress().isLoopbackAddress() && (tls == null || secret == null)) {
      System.getLogger(TcpExporterBuilder.class.getPackageName())
          .log(
              System.Logger.Level.WARNING,
              "telemetry can be read at {0} port {1,number,#} by whoever can connect: set a secret"
                  + " and TLS",
              host,
              port);
    }
    return new ServerSettings(
        address,
        maxClients,
        maxQueueMessages,
        maxQueueBytes,
        maxMetrics,
        maxClientBytes,
        handshakeTimeout,
        stallTimeout,
        flushTimeout,
        known == null ? null : () -> new Hello(known),
        tls == null ? null : tls.engines("tcp", InstantSource.system()),
        sendBufferBytes,
        nanoTime);
  }

  static Duration positive(String name, Duration time) {
    if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          name + " is " + time + ": want more than zero, and 365 days at most");
    }
    return time;
  }

  private static int within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new ConfigurationException(name + " is " + value + ": want " + least + " to " + most);
    }
    return value;
  }
}
