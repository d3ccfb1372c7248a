/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.testkit.Answer;
import dev.telex.testkit.SampleBatches;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Every status of HTTP, with and without a delay of the server, and what else answers say. */
class ZipkinStatusTableTest extends ZipkinFixture {

  /** All statuses that are in use, and the edges of each class. */
  static Stream<Arguments> statuses() {
    return IntStream.of(
            200, 201, 202, 203, 204, 206, 207, 208, 226, 299, //
            300, 301, 302, 303, 304, 305, 307, 308, 399, //
            400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416,
            417, 418, 421, 422, 423, 424, 425, 426, 428, 429, 431, 451, 499, //
            500, 501, 502, 503, 504, 505, 506, 507, 508, 510, 511, 520, 529, 599)
        .boxed()
        .flatMap(
            status -> Stream.of(ZipkinFormat.values()).map(format -> Arguments.of(status, format)));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void mapsEveryStatus(int status, ZipkinFormat format) throws Exception {
    Status expected =
        switch (status) {
          case 429, 502, 503, 504 -> Status.RETRYABLE;
          default -> status < 300 ? Status.SUCCESS : Status.PERMANENT;
        };
    ZipkinExporter exporter = exporter(builder -> builder.format(format));
    server.enqueue(Answer.status(status), Answer.status(status).header("Retry-After", "7"));
    for (Optional<Duration> delay :
        List.of(Optional.<Duration>empty(), Optional.of(Duration.ofSeconds(7)))) {
      // One span, because 413 halves a batch of several.
      ExportResult result = export(exporter, SampleBatches.spans(1));
      assertThat(result.status()).isEqualTo(expected);
      assertThat(result.statusCode()).hasValue(status);
      assertThat(result.accepted()).isEqualTo(expected == Status.SUCCESS ? 1 : 0);
      assertThat(result.outcomeUnknown()).isFalse();
      assertThat(result.retryAfter())
          .isEqualTo(expected == Status.RETRYABLE ? delay : Optional.empty());
    }
    // One request each: neither a redirect nor a status made a second one.
    assertThat(server.requests()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "400 | text/* | id is all zeros reading List<Span> from json | HTTP 400: id is all zeros reading List<Span> from json",
        "400 | text/plain | no | HTTP 400: no",
        "500 | text/*; charset=utf-8 | it broke | HTTP 500: it broke",
        "404 | text/html | <html>nothing here</html> | HTTP 404",
        "403 | application/json | {\"message\":\"key\"} | HTTP 403: {\"message\":\"key\"}",
      })
  void saysWhatTheServerSays(int status, String type, String body, String message)
      throws Exception {
    server.enqueue(Answer.status(status).body(type, body));
    ExportResult result = export(exporter(builder -> builder), SampleBatches.spans(2));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.message()).hasValue(message);
  }

  @Test
  void aPageOfALoginIsNoSuccess() throws Exception {
    server.enqueue(Answer.status(200).body("text/html; charset=utf-8", "<html>log in</html>"));
    ExportResult result = export(exporter(builder -> builder), SampleBatches.spans(2));
    assertThat(result.status()).isEqualTo(Status.PERMANENT);
    assertThat(result.statusCode()).hasValue(200);
    assertThat(result.message().orElseThrow()).contains("not the answer of a Zipkin server");
  }

  @Test
  void otherBodiesOfASuccessDoNotMatter() throws Exception {
    server.enqueue(
        Answer.status(200).body("application/json", "{}"),
        Answer.status(202).body("text/plain", "accepted"),
        Answer.status(200).header("Content-Type", "text/html"));
    ZipkinExporter exporter = exporter(builder -> builder);
    for (int i = 0; i < 3; i++) {
      assertThat(export(exporter, SampleBatches.spans(2)).status()).isEqualTo(Status.SUCCESS);
    }
  }

  @Test
  void sendsWhatZipkinWants() throws Exception {
    for (ZipkinFormat format : ZipkinFormat.values()) {
      export(exporter(builder -> builder.format(format)), SampleBatches.spans(2));
      var request = server.takeRequest(LIMIT);
      assertThat(request.method()).isEqualTo("POST");
      assertThat(request.path()).isEqualTo("/api/v2/spans");
      assertThat(request.headers("Content-Type")).containsExactly(format.contentType());
      assertThat(request.headers("Content-Encoding")).isEmpty();
      assertThat(request.headers("b3")).as("no traces of traces").containsExactly("0");
      assertThat(spans(request)).extracting(zipkin2.Span::name).containsExactly("span-0", "span-1");
    }
  }
}
