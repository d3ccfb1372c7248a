/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import java.io.IOException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import okhttp3.Authenticator;
import okhttp3.Connection;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.Route;
import org.jspecify.annotations.Nullable;

/**
 * How the client shows itself to an HTTP proxy: with Basic credentials (RFC 7617), or not at all.
 *
 * <p>They go along with the first request, as the header that only the proxy sees: of the CONNECT
 * that opens a tunnel to an {@code https} endpoint, or of the request itself if that is not
 * encrypted. So a proxy that refuses them is asked once.
 */
final class ProxyAuth implements Authenticator, Interceptor {

  static final String HEADER = "Proxy-Authorization";

  private final @Nullable String credentials;

  private ProxyAuth(@Nullable String credentials) {
    this.credentials = credentials;
  }

  /** Shows nothing. */
  static ProxyAuth none() {
    return new ProxyAuth(null);
  }

  /** Shows these. */
  static ProxyAuth basic(String username, String password) {
    return new ProxyAuth(basicCredentials("proxyAuth", username, password));
  }

  /**
   * The value of a header with these credentials.
   *
   * @param setting that they were given as, for messages
   */
  static String basicCredentials(String setting, String username, String password) {
    if (username.isEmpty() || username.indexOf(':') >= 0) {
      throw new ConfigurationException(
          setting + " has the user name '" + Excerpt.of(username) + "': want one without a colon");
    }
    if ((username + password).chars().anyMatch(Character::isISOControl)) {
      throw new ConfigurationException(
          setting + " has a control character in user name or password (not shown): want none");
    }
    byte[] pair = (username + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(pair);
  }

  @Nullable String credentials() {
    return credentials;
  }

  /** Called by OkHttp before a CONNECT is sent, with an answer of its own, and after a real 407. */
  @Override
  public @Nullable Request authenticate(@Nullable Route route, Response response)
      throws IOException {
    boolean before =
        response.challenges().stream()
            .anyMatch(challenge -> challenge.scheme().equalsIgnoreCase("OkHttp-Preemptive"));
    if (!before) {
      throw new ProxyRefusedException(
          credentials == null
              ? "the proxy wants a user name and password (HTTP 407)"
              : "the proxy refuses the user name or password (HTTP 407)");
    }
    return credentials == null
        ? null
        : response.request().newBuilder().header(HEADER, credentials).build();
  }

  /** Next to the network, where it is known whether the next hop is the proxy. */
  @Override
  public Response intercept(Chain chain) throws IOException {
    Connection connection = chain.connection();
    if (credentials == null
        || connection == null
        || connection.route().proxy().type() != Proxy.Type.HTTP
        || chain.request().isHttps()) {
      return chain.proceed(chain.request());
    }
    return chain.proceed(chain.request().newBuilder().header(HEADER, credentials).build());
  }
}
