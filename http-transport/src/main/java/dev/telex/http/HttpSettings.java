/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.Compression;
import dev.telex.exporter.Compressions;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/**
 * The settings that plugins over HTTP have in common, so that they are the same for all: a provider
 * declares {@link #all()} among its own, and has them applied.
 *
 * <pre>{@code
 * JaegerExporter.Builder builder = JaegerExporter.builder();
 * HttpSettings.apply(config, builder);
 * }</pre>
 */
public final class HttpSettings {

  private static final String NO_COMPRESSION = "none";
  private static final Setting<String> COMPRESSION =
      Setting.string("compression", "of the requests: none, gzip, or another that is there")
          .withDefault(NO_COMPRESSION);
  private static final Setting<Integer> COMPRESSION_LEVEL =
      Setting.integer("compression-level", "1 is fastest; up to 9 for gzip, 19 for zstd", 1, 22);
  private static final Setting<Map<String, String>> HEADERS =
      Setting.secretPairs("headers", "sent with every request");
  private static final Setting<Duration> TIMEOUT =
      Setting.duration("timeout", "of one export").withDefault(Duration.ofSeconds(10));
  private static final Setting<Duration> CONNECT_TIMEOUT =
      Setting.duration("connect-timeout", "of the connecting").withDefault(Duration.ofSeconds(10));
  private static final Setting<Integer> MAX_IN_FLIGHT =
      Setting.integer("max-in-flight", "requests at once", 1, 1000).withDefault(8);
  private static final Setting<Integer> MAX_REQUEST_BYTES =
      Setting.integer(
          "max-request-bytes", "largest request before compression", 1, Integer.MAX_VALUE);
  private static final Setting<Integer> MAX_RESPONSE_BYTES =
      Setting.integer(
              "max-response-bytes", "largest answer after decompression", 0, Integer.MAX_VALUE - 8)
          .withDefault(4 << 20);

  private static final Setting<Path> CA_CERTIFICATE =
      Setting.path("ca-certificate", "PEM file of the certificate authorities to trust");
  private static final Setting<Path> CLIENT_CERTIFICATE =
      Setting.path("client-certificate", "PEM file of the client's certificate and its chain");
  private static final Setting<Path> CLIENT_KEY =
      Setting.path("client-key", "PEM file of the client's private key");
  private static final Setting<String> CLIENT_KEY_PASSWORD =
      Setting.secret("client-key-password", "of an encrypted client key");
  private static final Setting<String> TLS_MIN_VERSION =
      Setting.string("tls-min-version", "1.2 or 1.3").withDefault("1.2");

  private static final Setting<String> BEARER_TOKEN =
      Setting.secret("bearer-token", "sent as Authorization: Bearer");
  private static final Setting<Path> BEARER_TOKEN_FILE =
      Setting.path("bearer-token-file", "file of the bearer token, read again on a 401");
  private static final Setting<String> USERNAME =
      Setting.string("username", "sent with the password as Authorization: Basic");
  private static final Setting<String> PASSWORD = Setting.secret("password", "of the user name");
  private static final Setting<String> API_KEY =
      Setting.secret("api-key", "sent in the header that api-key-header names");
  private static final Setting<String> API_KEY_HEADER =
      Setting.string("api-key-header", "name of the header of the API key")
          .withDefault("X-API-Key");

  private static final Setting<String> PROXY = Setting.string("proxy", "HTTP proxy as host:port");
  private static final Setting<String> PROXY_USERNAME =
      Setting.string("proxy-username", "shown to the proxy");
  private static final Setting<String> PROXY_PASSWORD =
      Setting.secret("proxy-password", "shown to the proxy");

  private static final int MAX_TOKEN_BYTES = 64 << 10;

  private HttpSettings() {}

  /** What {@link #apply} knows, to be declared by a provider. None is required. */
  public static List<Setting<?>> all() {
    return List.of(
        COMPRESSION,
        COMPRESSION_LEVEL,
        HEADERS,
        TIMEOUT,
        CONNECT_TIMEOUT,
        MAX_IN_FLIGHT,
        MAX_REQUEST_BYTES,
        MAX_RESPONSE_BYTES,
        CA_CERTIFICATE,
        CLIENT_CERTIFICATE,
        CLIENT_KEY,
        CLIENT_KEY_PASSWORD,
        TLS_MIN_VERSION,
        BEARER_TOKEN,
        BEARER_TOKEN_FILE,
        USERNAME,
        PASSWORD,
        API_KEY,
        API_KEY_HEADER,
        PROXY,
        PROXY_USERNAME,
        PROXY_PASSWORD);
  }

  /**
   * Applies those that are given.
   *
   * @throws ConfigurationException if a value is wrong, two exclude each other, or one is missing
   *     that belongs to another
   */
  public static void apply(ExporterConfig config, HttpExporterBuilder<?> builder) {
    compression(config, builder::compression);
    apply(config, builder.transport());
  }

  static void apply(ExporterConfig config, HttpTransport.Builder transport) {
    config.apply(HEADERS, transport::headers);
    config.apply(TIMEOUT, transport::timeout);
    config.apply(CONNECT_TIMEOUT, transport::connectTimeout);
    config.apply(MAX_IN_FLIGHT, transport::maxInFlight);
    config.apply(MAX_REQUEST_BYTES, bytes -> transport.maxRequestBytes(bytes));
    config.apply(MAX_RESPONSE_BYTES, bytes -> transport.maxResponseBytes(bytes));
    transport.tls(tls(config));
    auth(config, transport);
    config.apply(PROXY, address -> transport.proxy(proxy(address)));
    if (isPair(config, PROXY_USERNAME, PROXY_PASSWORD)) {
      if (config.find(PROXY).isEmpty()) {
        throw missing(PROXY, PROXY_USERNAME);
      }
      config.apply(
          PROXY_USERNAME, username -> transport.proxyAuth(username, config.get(PROXY_PASSWORD)));
    }
  }

  private static void compression(ExporterConfig config, Consumer<Compression> setter) {
    String name = config.get(COMPRESSION);
    Optional<Integer> level = config.find(COMPRESSION_LEVEL);
    if (name.equals(NO_COMPRESSION)) {
      if (level.isPresent()) {
        throw missing(COMPRESSION, COMPRESSION_LEVEL);
      }
      return;
    }
    Compressions known = Compressions.load(config.classLoader());
    if (!known.names().contains(name)) {
      throw new ConfigurationException(
          "setting '"
              + COMPRESSION.key()
              + "' is '"
              + Excerpt.of(name)
              + "': want one of "
              + NO_COMPRESSION
              + ", "
              + String.join(", ", known.names())
              + (name.equals("zstd") ? "; zstd comes with telex-compression-zstd" : ""));
    }
    if (level.isEmpty()) {
      setter.accept(known.create(name, OptionalInt.empty()));
    }
    config.apply(
        COMPRESSION_LEVEL, value -> setter.accept(known.create(name, OptionalInt.of(value))));
  }

  private static Tls tls(ExporterConfig config) {
    Tls.Builder tls = Tls.builder();
    config.apply(CA_CERTIFICATE, tls::caCertificate);
    if (isPair(config, CLIENT_CERTIFICATE, CLIENT_KEY)) {
      Path certificate = config.get(CLIENT_CERTIFICATE);
      Path key = config.get(CLIENT_KEY);
      Optional<String> password = config.find(CLIENT_KEY_PASSWORD);
      try {
        if (password.isPresent()) {
          tls.clientCertificate(certificate, key, password.get());
        } else {
          tls.clientCertificate(certificate, key);
        }
      } catch (ConfigurationException e) {
        throw new ConfigurationException(
            "settings '"
                + CLIENT_CERTIFICATE.key()
                + "' and '"
                + CLIENT_KEY.key()
                + "': "
                + e.getMessage(),
            e);
      }
    }
    switch (config.get(TLS_MIN_VERSION)) {
      case "1.2" -> tls.minVersion(Tls.Version.TLS_1_2);
      case "1.3" -> tls.minVersion(Tls.Version.TLS_1_3);
      default ->
          throw new ConfigurationException(
              "setting '"
                  + TLS_MIN_VERSION.key()
                  + "' is '"
                  + Excerpt.of(config.get(TLS_MIN_VERSION))
                  + "': want 1.2 or 1.3");
    }
    return tls.build();
  }

  private static void auth(ExporterConfig config, HttpTransport.Builder transport) {
    Optional<String> token = config.find(BEARER_TOKEN);
    Optional<Path> tokenFile = config.find(BEARER_TOKEN_FILE);
    boolean basic = isPair(config, USERNAME, PASSWORD);
    oneOf(BEARER_TOKEN, token.isPresent(), BEARER_TOKEN_FILE, tokenFile.isPresent());
    oneOf(USERNAME, basic, BEARER_TOKEN, token.isPresent());
    oneOf(USERNAME, basic, BEARER_TOKEN_FILE, tokenFile.isPresent());
    config.apply(
        BEARER_TOKEN,
        value -> {
          Headers.check("Authorization", "Bearer " + value);
          transport.bearerToken(() -> value);
        });
    tokenFile.ifPresent(HttpSettings::checkToken);
    tokenFile.ifPresent(file -> transport.bearerToken(() -> readToken(file)));
    if (basic) {
      config.apply(USERNAME, username -> transport.basicAuth(username, config.get(PASSWORD)));
    }
    config.apply(API_KEY, key -> transport.apiKey(config.get(API_KEY_HEADER), key));
  }

  /** A file that cannot be read now is a mistake; later on it may be about to be replaced. */
  private static void checkToken(Path file) {
    try {
      readToken(file);
    } catch (ConfigurationException e) {
      throw new ConfigurationException(
          "setting '" + BEARER_TOKEN_FILE.key() + "': " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new ConfigurationException(
          "setting '"
              + BEARER_TOKEN_FILE.key()
              + "' is a file that cannot be read ("
              + Excerpt.of(String.valueOf(e.getCause()))
              + "): want one that can",
          e);
    }
  }

  private static String readToken(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      String token = new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.UTF_8).strip();
      Headers.check("Authorization", "Bearer " + token);
      return token;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Proxy proxy(String address) {
    int colon = address.lastIndexOf(':');
    try {
      int port = Integer.parseInt(address.substring(colon + 1));
      if (colon > 0 && address.indexOf('@') < 0) {
        return new Proxy(
            Proxy.Type.HTTP, InetSocketAddress.createUnresolved(address.substring(0, colon), port));
      }
    } catch (IllegalArgumentException e) {
      // Said below, for all that can be wrong.
    }
    throw new ConfigurationException(
        "proxy is '"
            + Excerpt.of(address.replaceAll("(?s).*@", "…@"))
            + "': want host:port, such as proxy:3128");
  }

  /** Both are given, or neither is. */
  private static boolean isPair(ExporterConfig config, Setting<?> one, Setting<?> other) {
    boolean hasOne = config.find(one).isPresent();
    boolean hasOther = config.find(other).isPresent();
    if (hasOne != hasOther) {
      throw hasOne ? missing(other, one) : missing(one, other);
    }
    return hasOne;
  }

  private static ConfigurationException missing(Setting<?> setting, Setting<?> because) {
    return new ConfigurationException(
        "setting '"
            + setting.key()
            + "' is missing: want it together with '"
            + because.key()
            + "'");
  }

  private static void oneOf(Setting<?> one, boolean hasOne, Setting<?> other, boolean hasOther) {
    if (hasOne && hasOther) {
      throw new ConfigurationException(
          "settings '"
              + one.key()
              + "' and '"
              + other.key()
              + "' are both given: want one of them");
    }
  }
}
