/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import java.util.function.Function;
import okhttp3.Call;
import okhttp3.OkHttpClient;

/** Lets tests of plugins wrap OkHttp as instrumentation does. */
public final class TestInstrumentation {

  private TestInstrumentation() {}

  public static void install(
      HttpTransport.Builder transport, Function<OkHttpClient, Call.Factory> wrapper) {
    transport.callFactory(wrapper);
  }
}
