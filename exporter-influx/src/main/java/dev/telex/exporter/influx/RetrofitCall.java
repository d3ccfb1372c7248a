/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import java.io.IOException;
import kotlin.jvm.functions.Function0;
import kotlin.reflect.KClass;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.EventListener;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;
import okio.Timeout;
import org.jspecify.annotations.Nullable;

/** A call of Retrofit as one of OkHttp, as far as the transport uses it. */
final class RetrofitCall implements Call {

  private final retrofit2.Call<ResponseBody> call;
  private final Request request;

  RetrofitCall(retrofit2.Call<ResponseBody> call, Request request) {
    this.call = call;
    this.request = request;
  }

  @Override
  public Request request() {
    return request;
  }

  /** The answer with its body, which Retrofit gives apart. */
  @Override
  public Response execute() throws IOException {
    retrofit2.Response<ResponseBody> answer = call.execute();
    ResponseBody body = answer.isSuccessful() ? answer.body() : answer.errorBody();
    // Of 204 and 205 there is none.
    return answer
        .raw()
        .newBuilder()
        .body(body == null ? ResponseBody.create(new byte[0], null) : body)
        .build();
  }

  @Override
  public void cancel() {
    call.cancel();
  }

  @Override
  public boolean isExecuted() {
    return call.isExecuted();
  }

  @Override
  public boolean isCanceled() {
    return call.isCanceled();
  }

  @Override
  public Timeout timeout() {
    return call.timeout();
  }

  @Override
  public Call clone() {
    return new RetrofitCall(call.clone(), request);
  }

  // What the transport does not ask for (HttpTransport.Builder, callFactory), and Retrofit lacks.

  @Override
  public void enqueue(Callback callback) {
    throw unsupported();
  }

  @Override
  public void addEventListener(EventListener listener) {
    throw unsupported();
  }

  @Override
  public <T> @Nullable T tag(KClass<T> type) {
    throw unsupported();
  }

  @Override
  public <T> @Nullable T tag(Class<? extends T> type) {
    throw unsupported();
  }

  @Override
  public <T> T tag(KClass<T> type, Function0<? extends T> computeIfAbsent) {
    throw unsupported();
  }

  @Override
  public <T> T tag(Class<T> type, Function0<? extends T> computeIfAbsent) {
    throw unsupported();
  }

  private static UnsupportedOperationException unsupported() {
    return new UnsupportedOperationException(
        "a call of InfluxDB's client can be executed and cancelled, and no more");
  }
}
