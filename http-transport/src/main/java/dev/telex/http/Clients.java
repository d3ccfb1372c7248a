/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
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

  /** How often the files are looked at, at most. */
  static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private static final System.Logger LOGGER = System.getLogger(Clients.class.getPackageName());

  private final String name;
  private final OkHttpClient base;
  private final Supplier<ConnectionPool> pools;
  private final @Nullable Tls tls;
  private final InstantSource clock;

  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile OkHttpClient current;
  private volatile Instant looked;

  // Used by the thread that is looking.
  private @Nullable TlsFiles files;
  private @Nullable TlsFiles bad;
  private boolean complained;

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
    this.name = name;
    this.base = base;
    this.pools = pools;
    this.tls = tls;
    this.clock = clock;
    this.looked = clock.instant();
    if (tls == null) {
      this.current = base.newBuilder().connectionPool(pools.get()).build();
    } else {
      TlsFiles first = tls.read();
      this.files = first;
      this.current = client(tls, first);
    }
  }

  /** The client for a request that begins now. May read the files. */
  OkHttpClient next() {
    if (tls != null && isDue() && looking.compareAndSet(false, true)) {
      try {
        look(tls);
      } finally {
        looking.set(false);
      }
    }
    return current;
  }

  /** The client of the last request. */
  OkHttpClient current() {
    return current;
  }

  /** A request with this client has ended: if others have a newer one, its connections go too. */
  void ended(OkHttpClient client) {
    if (client.connectionPool() != current.connectionPool()) {
      client.connectionPool().evictAll();
    }
  }

  private boolean isDue() {
    Duration since = Duration.between(looked, clock.instant());
    // A clock that is set back must not put it off.
    return since.isNegative() || since.compareTo(LOOK_EVERY) >= 0;
  }

  private void look(Tls from) {
    looked = clock.instant();
    TlsFiles now = null;
    try {
      now = from.read();
      if (files != null && now.haveContentOf(files)) {
        complained = false;
        bad = null;
        return;
      }
      if (bad != null && now.haveContentOf(bad)) {
        return;
      }
      OkHttpClient next = client(from, now);
      ConnectionPool old = current.connectionPool();
      files = now;
      bad = null;
      complained = false;
      current = next;
      // Those in use are closed as their requests end.
      old.evictAll();
      LOGGER.log(Level.INFO, name + ": the TLS files have changed and were read again");
    } catch (RuntimeException e) {
      // Whatever it is: the request that happened to look can go on as before.
      bad = now;
      if (!complained) {
        complained = true;
        LOGGER.log(
            Level.WARNING,
            name
                + ": the TLS files have changed and cannot be used, so those of before stay in use: "
                + (e instanceof ConfigurationException ? e.getMessage() : e.toString()));
      }
    }
  }

  private OkHttpClient client(Tls from, TlsFiles content) {
    TlsMaterial material = TlsMaterial.of(content);
    OkHttpClient.Builder client =
        base.newBuilder()
            .connectionPool(pools.get())
            .sslSocketFactory(material.context().getSocketFactory(), material.trusted());
    if (from.minVersion() == Tls.Version.TLS_1_3) {
      client.connectionSpecs(
          List.of(
              new ConnectionSpec.Builder(ConnectionSpec.MODERN_TLS)
                  .tlsVersions(TlsVersion.TLS_1_3)
                  .build(),
              ConnectionSpec.CLEARTEXT));
    }
    return client.build();
  }
}
