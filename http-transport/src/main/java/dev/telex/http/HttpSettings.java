/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.CompressionSettings;
import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.Setting;
import dev.telex.tls.TlsSettings;
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
import java.util.stream.Stream;

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

  private static final List<Setting<?>> TRANSPORT =
      List.of(
          HEADERS, TIMEOUT, CONNECT_TIMEOUT, MAX_IN_FLIGHT, MAX_REQUEST_BYTES, MAX_RESPONSE_BYTES);
  private static final List<Setting<?>> ACCESS =
      List.of(
          BEARER_TOKEN,
          BEARER_TOKEN_FILE,
          USERNAME,
          PASSWORD,
          API_KEY,
          API_KEY_HEADER,
          PROXY,
          PROXY_USERNAME,
          PROXY_PASSWORD);

  private static final int MAX_TOKEN_BYTES = 64 << 10;

  private HttpSettings() {}

  /** What {@link #apply} knows, to be declared by a provider. None is required. */
  public static List<Setting<?>> all() {
    return Stream.of(CompressionSettings.all(), TRANSPORT, TlsSettings.all(), ACCESS)
        .flatMap(List::stream)
        .toList();
  }

  /**
   * Applies those that are given.
   *
   * @throws ConfigurationException if a value is wrong, two exclude each other, or one is missing
   *     that belongs to another
   */
  public static void apply(ExporterConfig config, HttpExporterBuilder<?> builder) {
    CompressionSettings.apply(config, builder::compression);
    apply(config, builder.transport());
  }

  static void apply(ExporterConfig config, HttpTransport.Builder transport) {
    config.apply(HEADERS, transport::headers);
    config.apply(TIMEOUT, transport::timeout);
    config.apply(CONNECT_TIMEOUT, transport::connectTimeout);
    config.apply(MAX_IN_FLIGHT, transport::maxInFlight);
    config.apply(MAX_REQUEST_BYTES, bytes -> transport.maxRequestBytes(bytes));
    config.apply(MAX_RESPONSE_BYTES, bytes -> transport.maxResponseBytes(bytes));
    transport.tls(TlsSettings.read(config));
    auth(config, transport);
    config.apply(PROXY, address -> transport.proxy(proxy(address)));
    if (config.hasBoth(PROXY_USERNAME, PROXY_PASSWORD)) {
      config.needs(PROXY_USERNAME, PROXY);
      config.apply(
          PROXY_USERNAME, username -> transport.proxyAuth(username, config.get(PROXY_PASSWORD)));
    }
  }

  private static void auth(ExporterConfig config, HttpTransport.Builder transport) {
    Optional<Path> tokenFile = config.find(BEARER_TOKEN_FILE);
    boolean basic = config.hasBoth(USERNAME, PASSWORD);
    config.atMostOne(USERNAME, BEARER_TOKEN, BEARER_TOKEN_FILE);
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
}
