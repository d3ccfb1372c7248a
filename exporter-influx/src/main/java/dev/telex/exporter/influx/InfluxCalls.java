/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import com.influxdb.client.InfluxDBClient;
import com.influxdb.client.InfluxDBClientFactory;
import com.influxdb.client.InfluxDBClientOptions;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Has the calls of a transport made by InfluxDB's client, with what the transport has set up.
 *
 * <p>The client is built around a copy of the transport's {@link OkHttpClient}: the same
 * connections, sockets, TLS and proxy, and the same switches against retries and redirects. Its
 * service makes a call with a request of its own, in whose place the transport's is sent: that has
 * the headers, a body that is sent once, and the tags. The client adds {@code Accept-Encoding:
 * identity}; its {@code User-Agent} gives way to ours. It has no thread of its own as long as it is
 * asked for no {@code WriteApi}, and nothing to be closed but what is the transport's.
 */
final class InfluxCalls implements Function<OkHttpClient, Call.Factory> {

  private static final String USER_AGENT = "User-Agent";

  private final AtomicReference<@Nullable Service> last = new AtomicReference<>();

  @Override
  public Call.Factory apply(OkHttpClient client) {
    return request -> {
      InfluxWrite write = service(client, request).write();
      return new RetrofitCall(
          write.write(request.url().toString(), request.body(), request), request);
    };
  }

  /** Made anew when the transport has another client, and when a test has another server. */
  private Service service(OkHttpClient client, Request request) {
    Service known = last.get();
    if (known == null || known.client() != client) {
      known = new Service(client, write(client, request));
      last.set(known);
    }
    return known;
  }

  private static InfluxWrite write(OkHttpClient client, Request request) {
    InfluxDBClientOptions options =
        InfluxDBClientOptions.builder()
            .url(request.url().newBuilder().encodedPath("/").query(null).build().toString())
            .okHttpClient(
                client
                    .newBuilder()
                    .addInterceptor(InfluxCalls::replace)
                    .addNetworkInterceptor(InfluxCalls::ownUserAgent))
            .build();
    // Not closed: that would close the transport's connections. See above.
    InfluxDBClient influx = InfluxDBClientFactory.create(options);
    return influx.getService(InfluxWrite.class);
  }

  private static Response replace(Interceptor.Chain chain) throws IOException {
    return chain.proceed(original(chain.request()));
  }

  private static Response ownUserAgent(Interceptor.Chain chain) throws IOException {
    Request request = chain.request();
    Request ours = original(request);
    String userAgent = ours.header(USER_AGENT);
    return chain.proceed(
        userAgent == null ? request : request.newBuilder().header(USER_AGENT, userAgent).build());
  }

  /** The request of the transport. */
  private static Request original(Request made) {
    Request original = made.tag(Request.class);
    return original == null ? made : original.newBuilder().tag(Request.class, original).build();
  }

  private record Service(OkHttpClient client, InfluxWrite write) {}
}
