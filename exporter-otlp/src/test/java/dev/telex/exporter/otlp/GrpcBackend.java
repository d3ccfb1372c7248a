/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.testkit.ContractBackend;
import io.grpc.Codec;
import io.grpc.DecompressorRegistry;
import io.grpc.HandlerRegistry;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerMethodDefinition;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.ChannelHandlerContext;
import io.grpc.netty.shaded.io.netty.channel.ChannelInboundHandlerAdapter;
import io.grpc.netty.shaded.io.netty.channel.EventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.ServerChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import io.grpc.netty.shaded.io.netty.util.concurrent.DefaultThreadFactory;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A backend of grpc-java, of any service and method: OK with an empty message accepts, UNAVAILABLE
 * is retryable, INVALID_ARGUMENT permanent. A message is what stands in its frame, still
 * compressed.
 */
final class GrpcBackend implements ContractBackend {

  /** More than the exporter may keep of an answer. */
  private static final int HUGE_BYTES = 8 << 20;

  private record Next(Reaction reaction, String words) {}

  private final EventLoopGroup accepting = loops("grpc-backend-accept");
  private final EventLoopGroup serving = loops("grpc-backend");
  private final Server server;
  private final int port;
  private final Map<SocketAddress, Channel> connections = new ConcurrentHashMap<>();
  private final BlockingQueue<Next> next = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> hanging = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> held = new LinkedBlockingQueue<>();
  private final BlockingQueue<Call> aborted = new LinkedBlockingQueue<>();

  GrpcBackend() throws IOException {
    server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .bossEventLoopGroup(accepting)
            .workerEventLoopGroup(serving)
            .channelFactory(this::listener)
            .directExecutor()
            .decompressorRegistry(DecompressorRegistry.emptyInstance().with(new AsItIs(), true))
            .fallbackHandlerRegistry(new AnyMethod())
            .build()
            .start();
    port = server.getPort();
  }

  @Override
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port);
  }

  @Override
  public void next(Reaction reaction, String words) {
    next.add(new Next(reaction, words));
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) throws InterruptedException {
    List<byte[]> taken = new ArrayList<>();
    while (taken.size() < atLeast) {
      taken.add(poll(messages, limit, "message"));
    }
    messages.drainTo(taken);
    return taken;
  }

  @Override
  public void awaitHanging(Duration limit) throws InterruptedException {
    poll(hanging, limit, "message that hangs");
  }

  @Override
  public void release() {
    List<Call> calls = new ArrayList<>();
    held.drainTo(calls);
    calls.forEach(Call::accept);
  }

  @Override
  public void awaitAborted(Duration limit) throws InterruptedException {
    poll(aborted, limit, "call that was aborted");
  }

  @Override
  public void awaitIdle(Duration limit) throws InterruptedException {
    for (Channel connection : connections.values()) {
      if (!connection.closeFuture().await(limit.toMillis())) {
        throw new AssertionError(connection + " is open after " + limit);
      }
    }
  }

  @Override
  public void goDown() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    server.shutdownNow();
    try {
      if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new IOException("the server does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    accepting.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    serving.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  @Override
  public String toString() {
    return "GrpcBackend[" + uri() + "]";
  }

  private static <T> T poll(BlockingQueue<T> queue, Duration limit, String what)
      throws InterruptedException {
    T found = queue.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (found == null) {
      throw new AssertionError("no " + what + " within " + limit);
    }
    return found;
  }

  private static EventLoopGroup loops(String name) {
    return new MultiThreadIoEventLoopGroup(
        1, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
  }

  /** Keeps the connections that are accepted: gRPC itself has no way to break one off. */
  private ServerChannel listener() {
    NioServerSocketChannel channel = new NioServerSocketChannel();
    channel
        .pipeline()
        .addFirst(
            new ChannelInboundHandlerAdapter() {
              @Override
              public void channelRead(ChannelHandlerContext context, Object accepted) {
                Channel connection = (Channel) accepted;
                connections.put(connection.remoteAddress(), connection);
                context.fireChannelRead(accepted);
              }
            });
    return channel;
  }

  /** One call, from its message on. */
  private final class Call extends ServerCall.Listener<byte[]> {
    private final ServerCall<byte[], byte[]> call;

    Call(ServerCall<byte[], byte[]> call) {
      this.call = call;
      call.request(2);
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onHalfClose() {
      Next what = next.poll();
      if (what == null) {
        accept();
        return;
      }
      switch (what.reaction()) {
        case RETRYABLE -> fail(Status.UNAVAILABLE, what.words());
        case PERMANENT -> fail(Status.INVALID_ARGUMENT, what.words());
        case LOST -> breakOff();
        case HUGE -> {
          call.sendHeaders(new Metadata());
          call.sendMessage(new byte[HUGE_BYTES]);
        }
        case HANG -> {
          held.add(this);
          hanging.add(this);
        }
      }
    }

    @Override
    public void onCancel() {
      if (held.remove(this)) {
        aborted.add(this);
      }
    }

    void accept() {
      call.sendHeaders(new Metadata());
      call.sendMessage(new byte[0]);
      call.close(Status.OK, new Metadata());
    }

    private void fail(Status status, String words) {
      call.close(words.isEmpty() ? status : status.withDescription(words), new Metadata());
    }

    /** Below the handlers of HTTP/2, which would wait for the answer. */
    private void breakOff() {
      Channel.Unsafe connection = connection().unsafe();
      connection.close(connection.voidPromise());
    }

    private Channel connection() {
      SocketAddress peer = call.getAttributes().get(io.grpc.Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
      return Objects.requireNonNull(connections.get(Objects.requireNonNull(peer)));
    }
  }

  private final class AnyMethod extends HandlerRegistry {
    @Override
    public ServerMethodDefinition<?, ?> lookupMethod(String name, @Nullable String authority) {
      MethodDescriptor<byte[], byte[]> method =
          MethodDescriptor.<byte[], byte[]>newBuilder()
              .setType(MethodDescriptor.MethodType.UNARY)
              .setFullMethodName(name)
              .setRequestMarshaller(new Bytes())
              .setResponseMarshaller(new Bytes())
              .build();
      ServerCallHandler<byte[], byte[]> handler = (call, headers) -> new Call(call);
      return ServerMethodDefinition.create(method, handler);
    }
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Leaves messages compressed. */
  private static final class AsItIs implements Codec {
    @Override
    public String getMessageEncoding() {
      return "gzip";
    }

    @Override
    public InputStream decompress(InputStream in) {
      return in;
    }

    @Override
    public OutputStream compress(OutputStream out) {
      return out;
    }
  }
}
