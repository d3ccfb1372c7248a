/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.tls;

import dev.telex.exporter.ConfigurationException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of TLS again when their content changes. Whoever is about to open a connection
 * asks for the {@linkplain #latest() latest}; nothing runs in between.
 *
 * <p>Files that cannot be used, for instance because only a half is written, change nothing: that
 * is logged once as a WARNING, until they can be used. Safe for use by several threads.
 */
public final class TlsWatch {

  /** How often the files are looked at, at most. */
  public static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  private static final System.Logger LOGGER = System.getLogger(TlsWatch.class.getPackageName());

  private final String name;
  private final Supplier<TlsFiles> reader;
  private final InstantSource clock;

  private final AtomicBoolean looking = new AtomicBoolean();
  private volatile TlsMaterial latest;
  private volatile Instant looked;

  // Used by the thread that is looking.
  private TlsFiles files;
  private @Nullable TlsFiles bad;
  private boolean complained;

  /**
   * Reads the files for the first time.
   *
   * @param name of whose they are, for the log
   * @param reader of all files; throws a {@link ConfigurationException} if it cannot
   * @throws ConfigurationException if the files cannot be used
   */
  public TlsWatch(String name, Supplier<TlsFiles> reader, InstantSource clock) {
    this.name = name;
    this.reader = reader;
    this.clock = clock;
    this.looked = clock.instant();
    this.files = reader.get();
    this.latest = files.material();
  }

  /** What the files held when they were last of use: the same instance until they change. */
  public TlsMaterial latest() {
    if (isDue() && looking.compareAndSet(false, true)) {
      try {
        look();
      } finally {
        looking.set(false);
      }
    }
    return latest;
  }

  private boolean isDue() {
    Duration since = Duration.between(looked, clock.instant());
    // A clock that is set back must not put it off.
    return since.isNegative() || since.compareTo(LOOK_EVERY) >= 0;
  }

  private void look() {
    looked = clock.instant();
    TlsFiles now = null;
    try {
      now = reader.get();
      if (now.haveContentOf(files)) {
        complained = false;
        bad = null;
        return;
      }
      if (bad != null && now.haveContentOf(bad)) {
        return;
      }
      latest = now.material();
      files = now;
      bad = null;
      complained = false;
      LOGGER.log(Level.INFO, name + ": the TLS files have changed and were read again");
    } catch (RuntimeException e) {
      // Whatever it is: the connection that happened to look can be opened as before.
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
}
