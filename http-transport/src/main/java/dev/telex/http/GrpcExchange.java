/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Compression;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * A unary call of gRPC (grpc/grpc, {@code doc/PROTOCOL-HTTP2.md}): the payload is one message, and
 * the trailers say what became of it.
 */
final class GrpcExchange implements Exchange {

  /** When nobody waits for the answer any more, by {@link System#nanoTime}. */
  private record Deadline(long nanos) {}

  private static final okhttp3.Headers NONE = new okhttp3.Headers.Builder().build();

  private final HttpTransport transport;
  private final @Nullable Compression compression;
  private final Function<GrpcAnswer, ExportResult> mapping;

  /**
   * For one call.
   *
   * @param compression of the message; null if it is not compressed
   */
  GrpcExchange(
      HttpTransport transport,
      @Nullable Compression compression,
      Function<GrpcAnswer, ExportResult> mapping) {
    this.transport = transport;
    this.compression = compression;
    this.mapping = mapping;
  }

  @Override
  public OkHttpClient client(OkHttpClient base, HttpUrl url) {
    OkHttpClient.Builder client = base.newBuilder().addNetworkInterceptor(GrpcExchange::intercept);
    if (!url.isHttps()) {
      client.protocols(List.of(Protocol.H2_PRIOR_KNOWLEDGE));
    }
    return client.build();
  }

  @Override
  public String encodingHeader() {
    return "grpc-encoding";
  }

  @Override
  public void prepare(Request.Builder request, Duration time) {
    request
        .header("TE", "trailers")
        .header("grpc-accept-encoding", GrpcFrame.accepted(compression))
        // gRPC compresses messages and not bodies; without this OkHttp would ask for both.
        .header("Accept-Encoding", "identity")
        .tag(Deadline.class, new Deadline(System.nanoTime() + TimeUnit.NANOSECONDS.convert(time)));
  }

  @Override
  public RequestBody body(Payload payload, PayloadBody.Begin begin, Consumer<Throwable> broken) {
    return new GrpcBody(
        compression != null, payload, begin, broken, transport.sentBytes(), transport.senders());
  }

  @Override
  public ExportResult read(Call call, int httpStatus, Response response, Headers sent)
      throws IOException {
    long limit = transport.maxResponseBytes();
    byte[] body = new byte[0];
    okhttp3.Headers trailers = NONE;
    byte @Nullable [] message = null;
    String problem = null;
    try {
      body = AnswerBody.read(response, limit + GrpcFrame.PREFIX_BYTES);
      trailers = response.trailers();
      message = GrpcFrame.read(body, response.header("grpc-encoding"), compression, limit);
    } catch (AnswerTooLargeException e) {
      // Before the response is closed, which would try to read the rest.
      call.cancel();
      return e.result("HTTP " + httpStatus, limit).withOutcomeUnknown();
    } catch (GrpcFrame.UnreadableMessageException e) {
      problem = e.problem();
    } catch (IOException e) {
      if (httpStatus == 200) {
        throw new BrokenAnswerException("HTTP 200", e);
      }
      // The status has said what matters.
      call.cancel();
    }
    if (call.request().body() instanceof GrpcBody request && !request.isWhole()) {
      // The server has said what it had to say: the rest of the body is for nobody.
      call.cancel();
    }
    return mapping.apply(
        new GrpcAnswer(httpStatus, response, trailers, message, problem, sent, transport.clock()));
  }

  /** Stands next to the network: what is said here of the time includes the connecting. */
  private static Response intercept(Interceptor.Chain chain) throws IOException {
    Connection connection = chain.connection();
    Protocol protocol = connection == null ? null : connection.protocol();
    if (protocol != Protocol.HTTP_2 && protocol != Protocol.H2_PRIOR_KNOWLEDGE) {
      throw new ProtocolException("gRPC needs HTTP/2, and the server chose " + protocol);
    }
    Request.Builder request = chain.request().newBuilder();
    Deadline deadline = chain.request().tag(Deadline.class);
    if (deadline != null) {
      request.header("grpc-timeout", GrpcTimeout.of(deadline.nanos() - System.nanoTime()));
    }
    return chain.proceed(request.build());
  }
}
