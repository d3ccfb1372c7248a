/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.http;

import dev.telex.exporter.ExportResult;
import dev.telex.exporter.RetryAfter;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered, read to its end: for the function of a plugin that maps it to a result.
 *
 * <p>It lives as long as that function runs. Not safe for use by several threads.
 */
public final class HttpAnswer {

  private final int status;
  private final Response response;
  private final byte[] body;
  private final Headers sent;
  private final InstantSource clock;

  HttpAnswer(int status, Response response, byte[] body, Headers sent, InstantSource clock) {
    this.status = status;
    this.response = response;
    this.body = body;
    this.sent = sent;
    this.clock = clock;
  }

  /** The status code. */
  public int status() {
    return status;
  }

  /** Whether the status is 2xx. */
  public boolean isSuccessful() {
    return status / 100 == 2;
  }

  /** The last value of a header, whose name may be in any case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(response.header(name));
  }

  /** The media type in lower case, without parameters, e.g. {@code text/html}. */
  public Optional<String> contentType() {
    return header("Content-Type")
        .map(value -> value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
        .filter(type -> !type.isEmpty());
  }

  /**
   * The body, without its {@code Content-Encoding} if that is gzip. Of an answer that is not
   * successful and that broke off it is empty: the status says enough.
   *
   * @return the array itself, of at most {@code maxResponseBytes}
   */
  public byte[] body() {
    return body;
  }

  /** The delay that the server asks for; see {@link RetryAfter#parse}. */
  public Optional<Duration> retryAfter() {
    return header("Retry-After").flatMap(value -> RetryAfter.parse(value, clock));
  }

  /**
   * Makes words of this answer fit for a message: on one line, without control characters, without
   * the values of the headers that were sent, and of at most 200 characters.
   */
  public String excerpt(String text) {
    return sent.excerpt(text);
  }

  /**
   * The beginning of the body, if its type says that it is plain text or JSON and there is any;
   * HTML tells a log line nothing.
   */
  public Optional<String> textExcerpt() {
    String type = contentType().orElse("");
    boolean readable =
        type.equals("text/plain") || type.endsWith("/json") || type.endsWith("+json");
    if (!readable || body.length == 0) {
      return Optional.empty();
    }
    int length = Math.min(body.length, 10_000);
    String text = excerpt(new String(body, 0, length, charset()));
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  /**
   * The result of a status that is not 2xx, by the rules that OTLP states (opentelemetry-proto,
   * {@code docs/specification.md}, "Failures" and "OTLP/HTTP Throttling") and most backends share:
   * 429, 502, 503 and 504 are RETRYABLE with the delay of {@code Retry-After}, everything else is
   * PERMANENT. A redirect is not followed; the message names the host that it points to.
   *
   * @param detail what the server said, for the message; made fit for it here
   */
  public ExportResult failure(@Nullable String detail) {
    StringBuilder message = new StringBuilder("HTTP ").append(status());
    if (status() >= 300 && status() < 400) {
      message.append(redirect());
    }
    String words = detail == null ? "" : excerpt(detail);
    if (!words.isEmpty()) {
      message.append(": ").append(words);
    }
    ExportResult result;
    switch (status()) {
      case 429, 502, 503, 504 -> {
        result = ExportResult.retryable(message.toString());
        Optional<Duration> delay = retryAfter();
        if (delay.isPresent()) {
          result = result.withRetryAfter(delay.get());
        }
      }
      default -> result = ExportResult.permanent(message.toString());
    }
    return result.withStatusCode(status());
  }

  /** The status and the sizes; no header and no body. */
  @Override
  public String toString() {
    return "HttpAnswer[" + status() + ", " + body.length + " bytes]";
  }

  private Charset charset() {
    String value = response.header("Content-Type");
    MediaType type = value == null ? null : MediaType.parse(value);
    Charset stated = type == null ? null : type.charset(StandardCharsets.UTF_8);
    return stated == null ? StandardCharsets.UTF_8 : stated;
  }

  private String redirect() {
    String location = header("Location").orElse("");
    String host = "another address";
    try {
      String authority = new URI(location).getRawAuthority();
      if (authority != null) {
        host = excerpt(authority.substring(authority.lastIndexOf('@') + 1));
      }
    } catch (URISyntaxException e) {
      // What cannot be read is not shown.
    }
    return " points to " + host + ", and redirects are not followed: set the right endpoint";
  }
}
