/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import dev.telex.tls.Tls;
import dev.telex.tls.TlsMaterial;
import dev.telex.tls.TlsWatch;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.OkHttpClient;
import okhttp3.TlsVersion;
import org.jspecify.annotations.Nullable;

/**
 * OkHttp's client for new requests: always the same one, or another one for each change of the TLS
 * files.
 *
 * <p>Each has connections of its own, which is what keeps new requests off old connections: an
 * HTTP/2 connection would otherwise go on taking requests for as long as there are any. It has a
 * TLS context of its own as well: a resumed session would still be that of the old certificate.
 */
final class Clients {

  private final OkHttpClient base;
  private final Supplier<ConnectionPool> pools;
  private final boolean only13;
  private final @Nullable TlsWatch watch;
  private volatile Current current;

  private record Current(@Nullable TlsMaterial material, OkHttpClient client) {}

  /**
   * Reads the files for the first time.
   *
   * @param name of the exporter, for the log
   * @param base everything but TLS and the pool
   * @param tls null for what {@code base} has
   * @throws ConfigurationException if the files cannot be used
   */
  Clients(
      String name,
      OkHttpClient base,
      Supplier<ConnectionPool> pools,
      @Nullable Tls tls,
      InstantSource clock) {
    this.base = base;
    this.pools = pools;
    if (tls == null) {
      this.watch = null;
      this.only13 = false;
      this.current = new Current(null, base.newBuilder().connectionPool(pools.get()).build());
    } else {
      this.watch = new TlsWatch(name, tls::read, clock);
      this.only13 = tls.minVersion() == Tls.Version.TLS_1_3;
      this.current = with(watch.latest());
    }
  }

  /** The client for a request that begins now. May read the files. */
  OkHttpClient next() {
    if (watch != null && !watch.latest().equals(current.material())) {
      change(watch);
    }
    return current.client();
  }

  /** The client of the last request. */
  OkHttpClient current() {
    return current.client();
  }

  /** A request with this client has ended: if others have a newer one, its connections go too. */
  void ended(OkHttpClient client) {
    if (client.connectionPool() != current.client().connectionPool()) {
      client.connectionPool().evictAll();
    }
  }

  private synchronized void change(TlsWatch from) {
    TlsMaterial latest = from.latest();
    if (latest.equals(current.material())) {
      return;
    }
    ConnectionPool old = current.client().connectionPool();
    current = with(latest);
    // Those in use are closed as their requests end.
    old.evictAll();
  }

  private Current with(TlsMaterial material) {
    OkHttpClient.Builder client =
        base.newBuilder()
            .connectionPool(pools.get())
            .sslSocketFactory(material.context().getSocketFactory(), material.trusted());
    if (only13) {
      client.connectionSpecs(
          List.of(
              new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                  .tlsVersions(TlsVersion.TLS_1_3)
                  .build(),
              ConnectionSpec.CLEARTEXT));
    }
    return new Current(material, client.build());
  }
}
