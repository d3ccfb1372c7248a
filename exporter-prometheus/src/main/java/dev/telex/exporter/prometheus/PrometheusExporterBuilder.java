/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.MetricPreferences;
import dev.telex.tls.ServerTls;
import io.opentelemetry.sdk.metrics.export.DefaultAggregationSelector;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Builds a {@link PrometheusExporter}. */
public final class PrometheusExporterBuilder {

  static final String DEFAULT_HOST = "localhost";
  static final int DEFAULT_PORT = 9464;
  static final Duration DEFAULT_EXPIRY = Duration.ofMinutes(5);
  static final int DEFAULT_MAX_SERIES = 200_000;
  static final int DEFAULT_MAX_CONNECTIONS = 256;
  static final Duration DEFAULT_CLIENT_TIMEOUT = Duration.ofSeconds(30);

  /** Longer than what is mostly between two scrapes. */
  private static final Duration IDLE_TIMEOUT = Duration.ofMinutes(2);

  private static final Duration LONGEST = Duration.ofDays(365);

  private String host = DEFAULT_HOST;
  private int port = DEFAULT_PORT;
  private boolean withServer = true;
  private @Nullable ServerTls tls;
  private @Nullable String username;
  private @Nullable String password;
  private int maxConnections = DEFAULT_MAX_CONNECTIONS;
  private Duration clientTimeout = DEFAULT_CLIENT_TIMEOUT;
  private TranslationStrategy strategy = TranslationStrategy.UNDERSCORE_ESCAPING_WITH_SUFFIXES;
  private boolean targetInfo = true;
  private boolean scopeLabels = true;
  private Predicate<String> resourceLabels = key -> false;
  private Duration expireAfter = DEFAULT_EXPIRY;
  private int maxSeries = DEFAULT_MAX_SERIES;
  private Duration minCollectionInterval = Duration.ZERO;
  private MetricPreferences preferences = MetricPreferences.cumulative();
  private InstantSource clock = InstantSource.system();
  private LongSupplier nanoTime = System::nanoTime;

  PrometheusExporterBuilder() {}

  /**
   * Where its server listens: {@code localhost}, port 9464, by default. Whoever reaches that
   * address can read all metrics: think of {@link #basicAuth} and {@link #tls} before another one.
   *
   * @param host a name or an address of this machine; {@code 0.0.0.0} is all of them
   * @param port 0 to 65535; 0 takes a free one, see {@link PrometheusExporter#uri()}
   */
  public PrometheusExporterBuilder listen(String host, int port) {
    if (host.isBlank()) {
      throw new ConfigurationException("host is blank: want one such as localhost or 0.0.0.0");
    }
    if (port < 0 || port > 65535) {
      throw new ConfigurationException("port is " + port + ": want 0 to 65535");
    }
    this.host = host;
    this.port = port;
    this.withServer = true;
    return this;
  }

  /** Without a server: for {@link PrometheusExporter#scrapeHandler()} alone. */
  public PrometheusExporterBuilder withoutServer() {
    this.withServer = false;
    return this;
  }

  /** Serves HTTPS, and to whom that lets in; HTTP by default. */
  public PrometheusExporterBuilder tls(ServerTls how) {
    this.tls = Objects.requireNonNull(how, "tls");
    return this;
  }

  /**
   * Wants these credentials (HTTP Basic, UTF-8) for all pages but {@code /-/healthy}. They cross
   * the network readable unless {@link #tls} is set.
   *
   * @param username without a colon
   */
  public PrometheusExporterBuilder basicAuth(String username, String password) {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new ConfigurationException("username is empty or has a colon: want one without");
    }
    if (password.isEmpty()) {
      throw new ConfigurationException("password is empty: want one");
    }
    this.username = username;
    this.password = password;
    return this;
  }

  /**
   * The most connections that are open at once, 1 to 10,000: 256 by default. A further one takes
   * the place of the one that has been idle, or has not moved, for longest.
   */
  public PrometheusExporterBuilder maxConnections(int connections) {
    if (connections < 1 || connections > 10_000) {
      throw new ConfigurationException("maxConnections is " + connections + ": want 1 to 10000");
    }
    this.maxConnections = connections;
    return this;
  }

  /**
   * How long a client may take to send a request, and to read an answer: 30 seconds by default. One
   * that takes longer is cut off. Between two requests a connection may be idle for two minutes.
   */
  public PrometheusExporterBuilder clientTimeout(Duration timeout) {
    this.clientTimeout = positive("clientTimeout", timeout);
    return this;
  }

  /** What becomes of names: {@link TranslationStrategy#UNDERSCORE_ESCAPING_WITH_SUFFIXES}. */
  public PrometheusExporterBuilder translationStrategy(TranslationStrategy strategy) {
    this.strategy = Objects.requireNonNull(strategy, "translationStrategy");
    return this;
  }

  /**
   * Whether there is a {@code target_info} with the attributes of the resource: true by default.
   */
  public PrometheusExporterBuilder targetInfo(boolean targetInfo) {
    this.targetInfo = targetInfo;
    return this;
  }

  /**
   * Whether each series tells its instrumentation scope in labels {@code otel_scope_…}: true by
   * default. Without them, of series of two scopes that differ in nothing else one is left out.
   */
  public PrometheusExporterBuilder scopeLabels(boolean scopeLabels) {
    this.scopeLabels = scopeLabels;
    return this;
  }

  /**
   * Which attributes of the resource are labels of each series as well: none by default. An
   * attribute of a point goes before one of the resource.
   *
   * @param keys is given the key of an attribute; must not block
   */
  public PrometheusExporterBuilder resourceLabels(Predicate<String> keys) {
    this.resourceLabels = Objects.requireNonNull(keys, "resourceLabels");
    return this;
  }

  /** When a series that nobody pushes any more vanishes: after five minutes, by default. */
  public PrometheusExporterBuilder expireAfter(Duration expiry) {
    this.expireAfter = positive("expireAfter", expiry);
    return this;
  }

  /**
   * The most pushed series that are kept, 1 or more: 200,000 by default. Points of others are
   * refused.
   */
  public PrometheusExporterBuilder maxSeries(int series) {
    if (series < 1) {
      throw new ConfigurationException("maxSeries is " + series + ": want 1 or more");
    }
    this.maxSeries = series;
    return this;
  }

  /**
   * How long what was collected from SDKs is also given to scrapes that begin later: zero by
   * default, when only those share it that come before the first of them has its answer.
   */
  public PrometheusExporterBuilder minCollectionInterval(Duration interval) {
    if (interval.isNegative() || interval.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          "minCollectionInterval is " + interval + ": want 0 to " + LONGEST);
    }
    this.minCollectionInterval = interval;
    return this;
  }

  /**
   * The aggregation of instruments for which no view says another; the SDK's by default. {@code
   * Aggregation.base2ExponentialBucketHistogram()} for histograms makes native ones.
   */
  public PrometheusExporterBuilder defaultAggregation(DefaultAggregationSelector selector) {
    this.preferences = MetricPreferences.cumulative().withAggregation(selector);
    return this;
  }

  /** Tells when things happened. */
  PrometheusExporterBuilder clock(InstantSource clock) {
    this.clock = clock;
    return this;
  }

  /** Tells how long things took, and how old they are. */
  PrometheusExporterBuilder nanoTime(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    return this;
  }

  /**
   * Builds it, and opens its server.
   *
   * @throws ConfigurationException if the address is taken or not of this machine, or files of TLS
   *     cannot be read
   */
  public PrometheusExporter build() {
    Warnings warnings = new Warnings();
    Tally tally = new Tally();
    LastCollection last = new LastCollection(clock);
    SeriesStore store = new SeriesStore(expireAfter, maxSeries, nanoTime, warnings);
    Converter converter =
        new Converter(strategy, targetInfo, scopeLabels, resourceLabels, warnings);
    Scrapes scrapes =
        new Scrapes(store, converter, tally, last, warnings, minCollectionInterval, nanoTime);
    ScrapeHandler handler = new ScrapeHandler(scrapes, tally, warnings);
    ScrapeServer server = null;
    if (withServer) {
      LandingPage page = new LandingPage(clock, last, tally, store, strategy);
      server =
          new ScrapeServer(
              new InetSocketAddress(host, port),
              tls == null ? null : tls.engines("prometheus", InstantSource.system()),
              maxConnections,
              clientTimeout,
              IDLE_TIMEOUT.compareTo(clientTimeout) > 0 ? IDLE_TIMEOUT : clientTimeout,
              new Router(handler, page::html, username, password));
      page.connections(server::connections);
      server.start();
    }
    return new PrometheusExporter(preferences, store, scrapes, handler, tally, server);
  }

  /** What it is for; no setting, because one is a password. */
  @Override
  public String toString() {
    return "PrometheusExporterBuilder";
  }

  private static Duration positive(String name, Duration value) {
    if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new ConfigurationException(
          name + " is " + value + ": want more than 0 and at most " + LONGEST);
    }
    return value;
  }
}
