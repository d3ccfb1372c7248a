/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * A backend over HTTP, on a {@link FaultServer}: 200 accepts, 503 with {@code Retry-After: 0} is
 * retryable, 400 permanent, all without a body but for the words they are given. For a protocol
 * with other answers say which before the first request:
 *
 * <pre>{@code
 * HttpBackend.start().accepting(Answer.status(204)).refusing(words -> Answer.status(422).body(words))
 * }</pre>
 *
 * <p>A message is the body of a request as it was on the wire.
 */
public final class HttpBackend implements ContractBackend {

  /** More than any exporter should keep of an answer; it is made while it is sent. */
  private static final long HUGE_BYTES = 64 << 20;

  private final FaultServer server = FaultServer.start();
  private Answer accepting = Answer.ok();
  private Function<String, Answer> retryable =
      words -> withWords(Answer.status(503).header("Retry-After", "0"), words);
  private Function<String, Answer> permanent = words -> withWords(Answer.status(400), words);
  private Hold hold = new Hold();
  private int taken;

  private HttpBackend() {}

  /** A backend on a free port of 127.0.0.1. */
  public static HttpBackend start() {
    return new HttpBackend();
  }

  /** Accepts with this answer, which may be {@linkplain Answer#computed computed}. */
  public HttpBackend accepting(Answer answer) {
    accepting = answer;
    server.answerByDefault(answer);
    return this;
  }

  /**
   * Is retryable with this answer.
   *
   * @param answer of the words that it should carry
   */
  public HttpBackend retryable(Function<String, Answer> answer) {
    retryable = answer;
    return this;
  }

  /**
   * Refuses with this answer.
   *
   * @param answer of the words that it should carry
   */
  public HttpBackend refusing(Function<String, Answer> answer) {
    permanent = answer;
    return this;
  }

  /** The server underneath. */
  public FaultServer server() {
    return server;
  }

  @Override
  public URI uri() {
    return server.uri();
  }

  @Override
  public void next(Reaction reaction, String words) {
    server.enqueue(
        switch (reaction) {
          case RETRYABLE -> retryable.apply(words);
          case PERMANENT -> permanent.apply(words);
          case LOST -> Answer.reset();
          case HUGE ->
              // Not the accepting answer: one like 204 has no body.
              Answer.ok()
                  .bodyOfSize(2 * HUGE_BYTES)
                  .chunked()
                  .holdWhileAnswering(HUGE_BYTES, new Hold());
          case HANG -> accepting.holdBeforeAnswer(hold);
        });
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) throws InterruptedException {
    List<byte[]> messages = new ArrayList<>();
    while (messages.size() < atLeast || server.requests().size() > taken) {
      messages.add(server.takeRequest(limit).body());
      taken++;
    }
    return messages;
  }

  @Override
  public void awaitHanging(Duration limit) throws InterruptedException {
    hold.awaitRequest(limit);
  }

  @Override
  public void release() {
    hold.release();
    hold = new Hold();
  }

  @Override
  public void awaitAborted(Duration limit) throws InterruptedException {
    hold.awaitClientClosed(limit);
  }

  @Override
  public void awaitIdle(Duration limit) throws InterruptedException {
    server.awaitConnectionsOpen(0, limit);
  }

  @Override
  public void goDown() {
    server.close();
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "HttpBackend[" + uri() + "]";
  }

  private static Answer withWords(Answer answer, String words) {
    return words.isEmpty() ? answer : answer.body("text/plain; charset=utf-8", words);
  }
}
