/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.io.IOException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * The status that came over the wire, kept from OkHttp.
 *
 * <p>OkHttp acts on statuses by itself, and what can be switched off is not all of it: it throws on
 * 407 without a proxy, and on 503 with a Retry-After of more digits than an int has. So it is shown
 * a 200 in place of every failure.
 */
final class WireStatus {

  private volatile int code;

  /** Stands next to the network, below everything in OkHttp that follows up on a status. */
  static Response intercept(Interceptor.Chain chain) throws IOException {
    Response response = chain.proceed(chain.request());
    WireStatus status = chain.request().tag(WireStatus.class);
    if (status == null || response.isSuccessful()) {
      return response;
    }
    status.code = response.code();
    return response.newBuilder().code(200).build();
  }

  /** The status of the answer that OkHttp gave. */
  int of(Response response) {
    return code == 0 ? response.code() : code;
  }
}
