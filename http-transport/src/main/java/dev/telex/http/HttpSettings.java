/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

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
import java.util.List;
import java.util.Optional;

/**
 * The settings with which plugins offer TLS, credentials and a proxy, so that they are the same for
 * all: a provider declares {@link #all()} among its own, and has them applied.
 *
 * <pre>{@code
 * HttpTransport.Builder transport = HttpTransport.builder("jaeger");
 * HttpSettings.apply(config, transport);
 * }</pre>
 */
public final class HttpSettings {

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
  public static void apply(ExporterConfig config, HttpTransport.Builder transport) {
    transport.tls(tls(config));
    auth(config, transport);
    config.find(PROXY).ifPresent(address -> named(PROXY, () -> transport.proxy(proxy(address))));
    if (isPair(config, PROXY_USERNAME, PROXY_PASSWORD)) {
      if (config.find(PROXY).isEmpty()) {
        throw missing(PROXY, PROXY_USERNAME);
      }
      named(
          PROXY_USERNAME,
          () -> transport.proxyAuth(config.get(PROXY_USERNAME), config.get(PROXY_PASSWORD)));
    }
  }

  private static Tls tls(ExporterConfig config) {
    Tls.Builder tls = Tls.builder();
    config
        .find(CA_CERTIFICATE)
        .ifPresent(file -> named(CA_CERTIFICATE, () -> tls.caCertificate(file)));
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
    token.ifPresent(
        value ->
            named(
                BEARER_TOKEN,
                () -> {
                  Headers.check("Authorization", "Bearer " + value);
                  transport.bearerToken(() -> value);
                }));
    tokenFile.ifPresent(
        file ->
            named(
                BEARER_TOKEN_FILE,
                () -> {
                  readToken(file);
                  transport.bearerToken(() -> readToken(file));
                }));
    if (basic) {
      named(USERNAME, () -> transport.basicAuth(config.get(USERNAME), config.get(PASSWORD)));
    }
    config
        .find(API_KEY)
        .ifPresent(key -> named(API_KEY, () -> transport.apiKey(config.get(API_KEY_HEADER), key)));
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

  /** The builder names its own setters: here the key of the configuration is what helps. */
  private static void named(Setting<?> setting, Runnable setter) {
    try {
      setter.run();
    } catch (ConfigurationException e) {
      throw new ConfigurationException("setting '" + setting.key() + "': " + e.getMessage(), e);
    } catch (UncheckedIOException e) {
      throw new ConfigurationException(
          "setting '"
              + setting.key()
              + "' is a file that cannot be read ("
              + Excerpt.of(String.valueOf(e.getCause()))
              + "): want one that can",
          e);
    }
  }
}
