/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import com.google.protobuf.Any;
import com.google.rpc.RetryInfo;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A server of grpc-java, and exporters to it. */
abstract class GrpcFixture extends OtlpFixture {

  @SuppressWarnings("NullAway.Init")
  OtlpGrpcServer grpc;

  @BeforeEach
  void startGrpc() throws Exception {
    grpc = OtlpGrpcServer.start();
  }

  @AfterEach
  void noConnectionIsLeft() throws Exception {
    closeExporters();
    grpc.awaitNoConnection(LIMIT);
    grpc.stop();
  }

  OtlpExporter grpcExporter() {
    return grpcExporter(builder -> builder);
  }

  OtlpExporter grpcExporter(UnaryOperator<OtlpExporter.Builder> setUp) {
    return exporter(
        builder -> setUp.apply(builder.protocol(OtlpProtocol.GRPC).endpoint(grpc.uri())));
  }

  /** A failure with a {@code google.rpc.RetryInfo}, as grpc-java sends it. */
  static StatusRuntimeException withRetryInfo(Status status, Duration delay) {
    RetryInfo retryInfo =
        RetryInfo.newBuilder()
            .setRetryDelay(
                com.google.protobuf.Duration.newBuilder()
                    .setSeconds(delay.getSeconds())
                    .setNanos(delay.getNano()))
            .build();
    return withDetail(status, Any.pack(retryInfo));
  }

  static StatusRuntimeException withDetail(Status status, Any detail) {
    com.google.rpc.Status.Builder proto =
        com.google.rpc.Status.newBuilder().setCode(status.getCode().value()).addDetails(detail);
    if (status.getDescription() != null) {
      proto.setMessage(status.getDescription());
    }
    return StatusProto.toStatusRuntimeException(proto.build());
  }
}
