/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Compression;
import dev.telex.exporter.ConfigurationException;
import dev.telex.tls.Tls;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sets up an {@link ElasticsearchExporter}. Each setter checks at once and throws a {@link
 * ConfigurationException} that names the setting, the value and what would be right. Not safe for
 * use by several threads.
 */
public final class ElasticsearchExporterBuilder {

  private static final String AUTHORIZATION = "Authorization";
  private static final int DEFAULT_MAX_REQUEST_BYTES = 5 << 20;
  private static final int DEFAULT_MAX_RESPONSE_BYTES = 4 << 20;
  private static final int MAX_IN_FLIGHT = 8;

  private List<URI> nodes = List.of(URI.create("http://localhost:9200"));
  private ElasticsearchMode mode = ElasticsearchMode.OTEL;
  private String dataset = ElasticsearchEncoding.otel().dataset();
  private String namespace = ElasticsearchEncoding.otel().namespace();
  private @Nullable Boolean timeSeries;
  private @Nullable Compression compression;
  private Duration timeout = Duration.ofSeconds(10);
  private Duration connectTimeout = Duration.ofSeconds(10);
  private int maxInFlight = MAX_IN_FLIGHT;
  private int maxRequestBytes = DEFAULT_MAX_REQUEST_BYTES;
  private int maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES;
  private final List<Header> headers = new ArrayList<>();
  private final List<String> secrets = new ArrayList<>();
  private @Nullable Header authorization;
  private @Nullable Supplier<String> token;
  private @Nullable SSLContext tls;
  private boolean onlyTls13;

  ElasticsearchExporterBuilder() {}

  /**
   * The URL of the only node, or of what is before the cluster; {@code http://localhost:9200} by
   * default. A path is kept, and {@code /_bulk} appended.
   *
   * @param url http or https, without user name and password
   */
  public ElasticsearchExporterBuilder endpoint(String url) {
    nodes = List.of(node("endpoint", url));
    return this;
  }

  /** As {@link #endpoint(String)}. */
  public ElasticsearchExporterBuilder endpoint(URI url) {
    return endpoint(url.toString());
  }

  /**
   * The URLs of several nodes. The first attempt of a batch goes to any of them, each further one
   * to the next.
   *
   * @param urls at least one, each as for {@link #endpoint(String)}
   */
  public ElasticsearchExporterBuilder nodes(List<String> urls) {
    if (urls.isEmpty()) {
      throw new ConfigurationException("nodes is empty: want at least one URL");
    }
    nodes = urls.stream().map(url -> node("nodes", url)).toList();
    return this;
  }

  /** What documents look like; {@link ElasticsearchMode#OTEL} by default. */
  public ElasticsearchExporterBuilder mode(ElasticsearchMode choice) {
    mode = choice;
    return this;
  }

  /**
   * The dataset of data streams, {@code generic} by default, where no attribute {@code
   * data_stream.dataset} says otherwise. The mode OTEL appends {@code .otel}. Characters that no
   * name can have become underscores.
   */
  public ElasticsearchExporterBuilder dataset(String name) {
    dataset = notBlank("dataset", name);
    return this;
  }

  /**
   * The namespace of data streams, {@code default} by default, where no attribute {@code
   * data_stream.namespace} says otherwise.
   */
  public ElasticsearchExporterBuilder namespace(String name) {
    namespace = notBlank("namespace", name);
    return this;
  }

  /**
   * Whether metrics go to data streams of the index mode {@code time_series}, as those of
   * Elasticsearch's templates for OpenTelemetry are: these name documents themselves, and refuse
   * any other name. By default that is so in the mode OTEL, and not in the mode ECS.
   */
  public ElasticsearchExporterBuilder timeSeries(boolean enabled) {
    timeSeries = enabled;
    return this;
  }

  /** Compresses requests; null, the default, does not. */
  public ElasticsearchExporterBuilder compression(@Nullable Compression method) {
    compression = method;
    return this;
  }

  /** The limit of one request, 10 seconds by default. More than zero. */
  public ElasticsearchExporterBuilder timeout(Duration limit) {
    timeout = positive("timeout", limit);
    return this;
  }

  /** The limit of the connecting, 10 seconds by default. More than zero. */
  public ElasticsearchExporterBuilder connectTimeout(Duration limit) {
    connectTimeout = positive("connectTimeout", limit);
    return this;
  }

  /** How many requests a node is sent at once, 8 by default; more wait. 1 to 1000. */
  public ElasticsearchExporterBuilder maxInFlight(int requests) {
    maxInFlight = range("maxInFlight", requests, 1, 1000);
    return this;
  }

  /**
   * The largest body of a request before compression, 5 MiB by default: a larger batch is sent in
   * several. Elasticsearch takes 100 MiB by default ({@code http.max_content_length}), and is best
   * with a few.
   */
  public ElasticsearchExporterBuilder maxRequestBytes(int bytes) {
    maxRequestBytes = range("maxRequestBytes", bytes, 1, Integer.MAX_VALUE);
    return this;
  }

  /** The largest answer after decompression, 4 MiB by default. */
  public ElasticsearchExporterBuilder maxResponseBytes(int bytes) {
    maxResponseBytes = range("maxResponseBytes", bytes, 1, Integer.MAX_VALUE - 8);
    return this;
  }

  /** A header of every request; replaces an earlier one of that name. */
  public ElasticsearchExporterBuilder header(String name, String value) {
    Header header = Header.of(name, value);
    headers.removeIf(other -> other.name().equalsIgnoreCase(name));
    headers.add(header);
    return this;
  }

  /** As {@link #header}, of several. */
  public ElasticsearchExporterBuilder headers(Map<String, String> values) {
    values.forEach(this::header);
    return this;
  }

  /** Shows a user name and a password. Replaces another way of authentication. */
  public ElasticsearchExporterBuilder basicAuth(String username, String password) {
    if (username.indexOf(':') >= 0) {
      throw new ConfigurationException("the user name has a colon: want one without");
    }
    secrets.add(password);
    return authorization(
        "Basic "
            + Base64.getEncoder()
                .encodeToString((username + ":" + password).getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * Shows an API key. Replaces another way of authentication.
   *
   * @param encoded as Elasticsearch shows it: the id and the key, in Base64
   */
  public ElasticsearchExporterBuilder apiKey(String encoded) {
    return authorization("ApiKey " + notBlankSecret("apiKey", encoded));
  }

  /** Shows a bearer token. Replaces another way of authentication. */
  public ElasticsearchExporterBuilder bearerToken(String value) {
    return authorization("Bearer " + notBlankSecret("bearerToken", value));
  }

  /**
   * Shows the bearer token that the supplier has at the time; it is asked for each request, on the
   * thread that sends it. Replaces another way of authentication.
   */
  public ElasticsearchExporterBuilder bearerToken(Supplier<String> supplier) {
    authorization = null;
    token = supplier;
    return this;
  }

  /**
   * Trusts servers under the certificate authority that has this fingerprint, and no other:
   * Elasticsearch shows it when it is started for the first time. The server must send the
   * certificate of the authority, as Elasticsearch does.
   *
   * @param sha256 64 hexadecimal digits, with or without colons
   */
  public ElasticsearchExporterBuilder caFingerprint(String sha256) {
    return sslContext(CaFingerprint.parse(sha256).context());
  }

  /** Secures connections so, instead of how the JVM has it. Its files are read now. */
  public ElasticsearchExporterBuilder tls(Tls how) {
    tls = how.read().material().context();
    onlyTls13 = how.minVersion() == Tls.Version.TLS_1_3;
    return this;
  }

  /** TLS in all its details. */
  public ElasticsearchExporterBuilder sslContext(SSLContext context) {
    tls = context;
    onlyTls13 = false;
    return this;
  }

  /**
   * An exporter with these settings. It connects to nobody yet.
   *
   * @throws ConfigurationException if two settings exclude each other
   */
  public ElasticsearchExporter build() {
    if (tls != null && nodes.stream().noneMatch(node -> node.getScheme().equals("https"))) {
      throw new ConfigurationException(
          "TLS is set up, but no node is https: want https://… as endpoint or in nodes");
    }
    return new ElasticsearchExporter(this);
  }

  ElasticsearchEncoding encoding() {
    boolean series = timeSeries == null ? mode == ElasticsearchMode.OTEL : timeSeries;
    return new ElasticsearchEncoding(mode, dataset, namespace, series);
  }

  @Nullable Compression compression() {
    return compression;
  }

  Nodes openNodes() {
    ClientSettings settings =
        new ClientSettings(connectTimeout, maxInFlight, maxResponseBytes, tls, onlyTls13);
    return new Nodes(nodes.stream().map(uri -> new Node(uri, settings)).toList());
  }

  Headers headers() {
    List<Header> all = new ArrayList<>(headers);
    Header auth = authorization;
    if (auth != null || token != null) {
      all.removeIf(header -> header.name().equalsIgnoreCase(AUTHORIZATION));
    }
    if (auth != null) {
      all.add(auth);
    }
    return new Headers(List.copyOf(all), List.copyOf(secrets), token);
  }

  Duration timeout() {
    return timeout;
  }

  int maxRequestBytes() {
    return maxRequestBytes;
  }

  int maxResponseBytes() {
    return maxResponseBytes;
  }

  private ElasticsearchExporterBuilder authorization(String value) {
    authorization = Header.of(AUTHORIZATION, value);
    token = null;
    return this;
  }

  private static URI node(String setting, String url) {
    try {
      URI uri = new URI(url.strip());
      String scheme = uri.getScheme();
      boolean known = "http".equals(scheme) || "https".equals(scheme);
      if (known
          && uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // Said below.
    }
    throw new ConfigurationException(
        setting
            + " is '"
            + url.replaceAll("(?s)//.*@", "//…@")
            + "': want http://host:port or https://host:port, without user name, password and"
            + " query");
  }

  private static Duration positive(String name, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new ConfigurationException(name + " is " + value + ": want more than zero");
    }
    return value;
  }

  private static int range(String name, int value, int min, int max) {
    if (value < min || value > max) {
      throw new ConfigurationException(name + " is " + value + ": want " + min + " to " + max);
    }
    return value;
  }

  private static String notBlank(String name, String value) {
    if (value.isBlank()) {
      throw new ConfigurationException(name + " is blank: want a name");
    }
    return value;
  }

  private static String notBlankSecret(String name, String value) {
    if (value.isBlank()) {
      throw new ConfigurationException(name + " is blank: want one");
    }
    return value;
  }

  /** The class; no setting, because some are secret. */
  @Override
  public String toString() {
    return "ElasticsearchExporterBuilder";
  }
}
