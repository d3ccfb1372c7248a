/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import dev.telex.exporter.Payload;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Which page is where: {@code /metrics}, {@code /} and {@code /-/healthy}. */
final class Router implements Function<RequestHead, Supplier<ScrapeResponse>> {

  /** Needs no work. */
  record Ready(ScrapeResponse response) implements Supplier<ScrapeResponse> {
    @Override
    public ScrapeResponse get() {
      return response;
    }
  }

  private static final String METRICS = "/metrics";
  private static final String HEALTHY = "/-/healthy";

  private final ScrapeHandler handler;
  private final Supplier<String> landingPage;

  /** What the header must be; null if everybody may come in. */
  private final byte @Nullable [] authorization;

  Router(
      ScrapeHandler handler,
      Supplier<String> landingPage,
      @Nullable String username,
      @Nullable String password) {
    this.handler = handler;
    this.landingPage = landingPage;
    this.authorization =
        username == null || password == null
            ? null
            : Base64.getEncoder()
                .encode((username + ":" + password).getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public Supplier<ScrapeResponse> apply(RequestHead request) {
    if (!request.method().equals("GET") && !request.method().equals("HEAD")) {
      return new Ready(with(ScrapeResponse.text(405, "GET or HEAD"), "Allow", "GET, HEAD"));
    }
    if (request.path().equals(HEALTHY)) {
      return new Ready(ScrapeResponse.text(200, "healthy"));
    }
    if (!mayEnter(request)) {
      return new Ready(
          with(
              ScrapeResponse.text(401, "credentials are needed"),
              "WWW-Authenticate",
              "Basic realm=\"telex\", charset=\"UTF-8\""));
    }
    return switch (request.path()) {
      // It begins now, and not when a thread is free for it: so it shares with all that wait.
      case METRICS -> handler.begin(ScrapeRequest.of(request.query(), request::header))::answer;
      case "/" -> this::landing;
      default -> new Ready(ScrapeResponse.text(404, "there are /, " + METRICS + " and " + HEALTHY));
    };
  }

  private boolean mayEnter(RequestHead request) {
    if (authorization == null) {
      return true;
    }
    String given = request.header("authorization");
    if (given == null || !given.regionMatches(true, 0, "Basic ", 0, 6)) {
      return false;
    }
    return MessageDigest.isEqual(
        authorization, given.substring(6).strip().getBytes(StandardCharsets.ISO_8859_1));
  }

  private ScrapeResponse landing() {
    return new ScrapeResponse(
        200,
        Map.of(
            "Content-Type", "text/html; charset=utf-8",
            "Cache-Control", "no-store",
            "Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options", "nosniff"),
        Payload.of(landingPage.get().getBytes(StandardCharsets.UTF_8)));
  }

  private static ScrapeResponse with(ScrapeResponse response, String name, String value) {
    Map<String, String> headers = new HashMap<>(response.headers());
    headers.put(name, value);
    return new ScrapeResponse(response.status(), headers, response.body());
  }
}
