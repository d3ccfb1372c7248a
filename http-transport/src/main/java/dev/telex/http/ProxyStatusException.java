/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * A server answered 407 as if it were a proxy. OkHttp would make a broken connection of that, and
 * so hide a status.
 */
final class ProxyStatusException extends IOException {

  private static final long serialVersionUID = 1L;

  static final int STATUS = 407;

  private final transient Response response;

  private ProxyStatusException(Response response) {
    super("HTTP " + STATUS);
    this.response = response;
  }

  /** For OkHttp's network: throws on that status. */
  static Response intercept(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    if (response.code() == STATUS) {
      response.close();
      throw new ProxyStatusException(response);
    }
    return response;
  }

  /** Its body is closed. */
  Response response() {
    return response;
  }
}
