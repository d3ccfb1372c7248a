/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import io.airlift.compress.zstd.ZstdInputStream;
import io.airlift.compress.zstd.ZstdOutputStream;
import io.grpc.Codec;
import io.grpc.CompressorRegistry;
import io.grpc.DecompressorRegistry;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** zstd for grpc-java, which has none, in pure Java: it shares no code with ours. */
final class ZstdCodec implements Codec {

  /** A server that takes and gives it, beside gzip. */
  static NettyServerBuilder registeredWith(NettyServerBuilder server) {
    CompressorRegistry compressors = CompressorRegistry.newEmptyInstance();
    compressors.register(new Codec.Gzip());
    compressors.register(new ZstdCodec());
    return server
        .compressorRegistry(compressors)
        .decompressorRegistry(
            DecompressorRegistry.getDefaultInstance().with(new ZstdCodec(), true));
  }

  @Override
  public String getMessageEncoding() {
    return "zstd";
  }

  @Override
  public InputStream decompress(InputStream in) {
    return new ZstdInputStream(in);
  }

  @Override
  public OutputStream compress(OutputStream out) throws IOException {
    return new ZstdOutputStream(out);
  }
}
