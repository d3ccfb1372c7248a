/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Exporter;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A backend like another one, but for what is overridden: mostly {@link #cannotShow}, where an
 * exporter hides something that the other backend could show.
 */
public class ForwardingBackend implements ContractBackend {

  private final ContractBackend other;

  /** Like {@code other}, which is closed with it. */
  public ForwardingBackend(ContractBackend other) {
    this.other = other;
  }

  @Override
  public Optional<String> cannotShow(Clause clause) {
    return other.cannotShow(clause);
  }

  @Override
  public boolean showsMessages() {
    return other.showsMessages();
  }

  @Override
  public void attach(Exporter exporter) throws Exception {
    other.attach(exporter);
  }

  @Override
  public URI uri() {
    return other.uri();
  }

  @Override
  public void next(Reaction reaction, String words) {
    other.next(reaction, words);
  }

  @Override
  public List<byte[]> take(int atLeast, Duration limit) throws InterruptedException {
    return other.take(atLeast, limit);
  }

  @Override
  public void awaitHanging(Duration limit) throws InterruptedException {
    other.awaitHanging(limit);
  }

  @Override
  public void release() {
    other.release();
  }

  @Override
  public void awaitAborted(Duration limit) throws InterruptedException {
    other.awaitAborted(limit);
  }

  @Override
  public void awaitIdle(Duration limit) throws InterruptedException {
    other.awaitIdle(limit);
  }

  @Override
  public void goDown() throws IOException {
    other.goDown();
  }

  @Override
  public void close() throws IOException {
    other.close();
  }
}
