/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.Payload;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Function;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Plain HTTP: the payload is the body, and the status says what became of it. */
final class HttpExchange implements Exchange {

  private final HttpTransport transport;
  private final Function<HttpAnswer, ExportResult> mapping;

  HttpExchange(HttpTransport transport, Function<HttpAnswer, ExportResult> mapping) {
    this.transport = transport;
    this.mapping = mapping;
  }

  @Override
  public OkHttpClient client(OkHttpClient base, HttpUrl url) {
    return base;
  }

  @Override
  public String encodingHeader() {
    return "Content-Encoding";
  }

  @Override
  public void prepare(Request.Builder request, Duration time) {}

  @Override
  public RequestBody body(Payload payload, PayloadBody.Begin begin, Consumer<Throwable> broken) {
    return new PayloadBody(payload, begin, transport.sentBytes());
  }

  @Override
  public ExportResult read(Call call, int status, Response response, Headers sent)
      throws IOException {
    boolean successful = status / 100 == 2;
    long limit = transport.maxResponseBytes();
    byte[] body = new byte[0];
    try {
      body = AnswerBody.read(response, limit);
    } catch (AnswerTooLargeException e) {
      // Before the response is closed, which would try to read the rest.
      call.cancel();
      ExportResult result = e.result("HTTP " + status, limit).withStatusCode(status);
      return successful ? result.withOutcomeUnknown() : result;
    } catch (IOException e) {
      if (successful) {
        throw new BrokenAnswerException("HTTP " + status, e);
      }
      // The status has said what matters.
      call.cancel();
    }
    return mapping.apply(new HttpAnswer(status, response, body, sent, transport.clock()));
  }
}
