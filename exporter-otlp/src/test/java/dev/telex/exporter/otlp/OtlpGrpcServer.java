/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import com.google.protobuf.Message;
import io.grpc.Attributes;
import io.grpc.BindableService;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.ServerStreamTracer;
import io.grpc.ServerTransportFilter;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.collector.logs.v1.LogsServiceGrpc;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An OTLP server of grpc-java, which shares no code with what is tested. It answers each call as
 * the next enqueued reply says, and with OK when there is none.
 */
final class OtlpGrpcServer {

  private static final Context.Key<Metadata> HEADERS = Context.key("headers");
  private static final Context.Key<SocketAddress> PEER = Context.key("peer");
  private static final Context.Key<SSLSession> SESSION = Context.key("session");

  private final Server server;
  private final int port;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final BlockingQueue<Consumer<Received>> replies = new LinkedBlockingQueue<>();
  private final BlockingQueue<Received> received = new LinkedBlockingQueue<>();
  private final List<Received> all = new CopyOnWriteArrayList<>();
  private final AtomicInteger streams = new AtomicInteger();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final BlockingQueue<Boolean> closed = new LinkedBlockingQueue<>();
  private final BlockingQueue<Long> wireSizes = new LinkedBlockingQueue<>();

  private OtlpGrpcServer(int port, UnaryOperator<NettyServerBuilder> setUp) throws Exception {
    this.server =
        setUp
            .apply(
                NettyServerBuilder.forAddress(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
            .executor(executor)
            .addService(traces())
            .addService(metrics())
            .addService(logs())
            .intercept(new HeadersAndPeer())
            .addTransportFilter(new Connections())
            .addStreamTracerFactory(new Tracers())
            .build()
            .start();
    this.port = server.getPort();
  }

  static OtlpGrpcServer start() throws Exception {
    return start(builder -> builder);
  }

  static OtlpGrpcServer start(UnaryOperator<NettyServerBuilder> setUp) throws Exception {
    return new OtlpGrpcServer(0, setUp);
  }

  static OtlpGrpcServer startOn(int port) throws Exception {
    return new OtlpGrpcServer(port, builder -> builder);
  }

  /** Also of a server that has ended. */
  int port() {
    return port;
  }

  String uri() {
    return "http://127.0.0.1:" + port();
  }

  Server server() {
    return server;
  }

  /** Answers the next call so. */
  void enqueue(Consumer<Received> reply) {
    replies.add(reply);
  }

  /** Answers the next call with this status. */
  void enqueue(StatusRuntimeException failure) {
    enqueue(call -> call.fail(failure));
  }

  /** Waits for the next call; each gives another one. */
  Received take(Duration limit) throws InterruptedException {
    Received call = received.poll(limit.toNanos(), TimeUnit.NANOSECONDS);
    if (call == null) {
      throw new AssertionError("no call within " + limit);
    }
    return call;
  }

  /** Takes all calls, and no reply is waiting any more. */
  void clear() {
    replies.clear();
    received.clear();
    wireSizes.clear();
  }

  /** All calls whose message came whole, in order. */
  List<Received> calls() {
    return all;
  }

  /** The streams that were opened, also those whose message never came. */
  int streams() {
    return streams.get();
  }

  /** The connections that were accepted. */
  int connections() {
    return connections.get();
  }

  /** The length on the wire of the next message that was read. */
  long takeWireSize(Duration limit) throws InterruptedException {
    return Objects.requireNonNull(wireSizes.poll(limit.toNanos(), TimeUnit.NANOSECONDS));
  }

  void awaitNoConnection(Duration limit) throws InterruptedException {
    while (open.get() > 0) {
      if (closed.poll(limit.toNanos(), TimeUnit.NANOSECONDS) == null) {
        throw new AssertionError(open + " connections are open after " + limit);
      }
    }
  }

  /** Ends it, and all of its calls. */
  void stop() throws InterruptedException {
    server.shutdownNow();
    if (!server.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new AssertionError("the server does not end");
    }
    executor.shutdown();
  }

  private <T extends Message> void handle(Message request, StreamObserver<T> out, T ok) {
    @SuppressWarnings("unchecked")
    StreamObserver<Message> observer = (StreamObserver<Message>) out;
    Received call =
        new Received(
            request,
            ok,
            HEADERS.get(),
            PEER.get(),
            SESSION.get(),
            Context.current(),
            (ServerCallStreamObserver<Message>) observer);
    Consumer<Received> reply = replies.poll();
    all.add(call);
    received.add(call);
    if (reply == null) {
      call.succeed();
    } else {
      reply.accept(call);
    }
  }

  private BindableService traces() {
    return new TraceServiceGrpc.TraceServiceImplBase() {
      @Override
      public void export(
          ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> out) {
        handle(request, out, ExportTraceServiceResponse.getDefaultInstance());
      }
    };
  }

  private BindableService metrics() {
    return new MetricsServiceGrpc.MetricsServiceImplBase() {
      @Override
      public void export(
          ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> out) {
        handle(request, out, ExportMetricsServiceResponse.getDefaultInstance());
      }
    };
  }

  private BindableService logs() {
    return new LogsServiceGrpc.LogsServiceImplBase() {
      @Override
      public void export(
          ExportLogsServiceRequest request, StreamObserver<ExportLogsServiceResponse> out) {
        handle(request, out, ExportLogsServiceResponse.getDefaultInstance());
      }
    };
  }

  /**
   * One call, and what its server can do with it.
   *
   * @param session null without TLS
   */
  record Received(
      Message request,
      Message ok,
      Metadata headers,
      SocketAddress peer,
      @Nullable SSLSession session,
      Context context,
      ServerCallStreamObserver<Message> out) {

    List<String> headers(String name) {
      Iterable<String> values =
          headers.getAll(Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER));
      List<String> list = new CopyOnWriteArrayList<>();
      if (values != null) {
        values.forEach(list::add);
      }
      return list;
    }

    void succeed() {
      succeed(ok);
    }

    void succeed(Message response) {
      out.onNext(response);
      out.onCompleted();
    }

    void fail(Status status) {
      fail(status.asRuntimeException());
    }

    void fail(StatusRuntimeException failure) {
      out.onError(failure);
    }
  }

  private static final class HeadersAndPeer implements ServerInterceptor {
    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
        ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
      SocketAddress peer =
          Objects.requireNonNull(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
      Context context =
          Context.current()
              .withValue(HEADERS, headers)
              .withValue(PEER, peer)
              .withValue(SESSION, call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION));
      return Contexts.interceptCall(context, call, headers, next);
    }
  }

  private final class Connections extends ServerTransportFilter {
    @Override
    public Attributes transportReady(Attributes attributes) {
      connections.incrementAndGet();
      open.incrementAndGet();
      return attributes;
    }

    @Override
    public void transportTerminated(Attributes attributes) {
      open.decrementAndGet();
      closed.add(true);
    }
  }

  private final class Tracers extends ServerStreamTracer.Factory {
    @Override
    public ServerStreamTracer newServerStreamTracer(String method, Metadata headers) {
      streams.incrementAndGet();
      return new ServerStreamTracer() {
        @Override
        public void inboundMessageRead(int number, long wireSize, long plainSize) {
          wireSizes.add(wireSize);
        }
      };
    }
  }
}
