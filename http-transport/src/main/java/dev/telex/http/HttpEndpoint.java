/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Excerpt;
import okhttp3.HttpUrl;

/**
 * A URL to post to, checked. Immutable.
 *
 * <p>It holds no user name or password: those belong into a header. Its query, which may hold a
 * token, is sent and not shown.
 */
public final class HttpEndpoint {

  private final HttpUrl url;

  private HttpEndpoint(HttpUrl url) {
    this.url = url;
  }

  /**
   * Checks a URL.
   *
   * @param setting the name of the setting that it was given as, for messages
   * @param url an absolute {@code http} or {@code https} URL; host names may have underscores
   * @throws ConfigurationException if it is none, or holds a user name or password
   */
  public static HttpEndpoint of(String setting, String url) {
    HttpUrl parsed = HttpUrl.parse(url);
    if (parsed == null) {
      throw new ConfigurationException(
          setting
              + " is '"
              + withoutSecrets(url)
              + "': want an http or https URL, such as http://localhost:4318");
    }
    if (!parsed.username().isEmpty() || !parsed.password().isEmpty()) {
      throw new ConfigurationException(
          setting
              + " is '"
              + withoutSecrets(url)
              + "': want no user name or password in a URL; set an Authorization header");
    }
    return new HttpEndpoint(parsed);
  }

  /**
   * The endpoint of a path below this one. The path and the query of this one are kept, and it does
   * not matter whether it ends with a slash.
   *
   * @param path without a leading slash, e.g. {@code v1/traces}
   */
  public HttpEndpoint resolve(String path) {
    return new HttpEndpoint(url.newBuilder().addPathSegments(path).build());
  }

  /**
   * This endpoint with one more parameter in its query.
   *
   * @param name of any characters, which are escaped as they need be; so is the value
   */
  public HttpEndpoint withQuery(String name, String value) {
    return new HttpEndpoint(url.newBuilder().addQueryParameter(name, value).build());
  }

  HttpUrl url() {
    return url;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HttpEndpoint that && url.equals(that.url);
  }

  @Override
  public int hashCode() {
    return url.hashCode();
  }

  /** The URL without its query. */
  @Override
  public String toString() {
    return url.newBuilder().query(null).build().toString();
  }

  private static String withoutSecrets(String url) {
    return Excerpt.of(url.replaceAll("(?s)//.*@", "//…@").replaceAll("(?s)[?#].*", "?…"));
  }
}
