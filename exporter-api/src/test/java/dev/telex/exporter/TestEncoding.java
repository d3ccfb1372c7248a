/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import java.util.EnumSet;
import java.util.Set;

/**
 * An encoding whose value is its name; what it does is not part of it, as tests want to see who
 * runs.
 */
final class TestEncoding implements Encoding {

  /** What an encoding does. */
  @FunctionalInterface
  interface Body {
    Payload encode(Batch batch) throws Exception;
  }

  private final String name;
  private final Set<Signal> signals;
  private final Body body;

  TestEncoding(String name, Body body) {
    this(name, EnumSet.allOf(Signal.class), body);
  }

  TestEncoding(String name, Set<Signal> signals, Body body) {
    this.name = name;
    this.signals = signals;
    this.body = body;
  }

  /** Gives this many bytes, each the same. */
  static TestEncoding ofBytes(String name, int bytes) {
    return new TestEncoding(name, batch -> Payload.of(new byte[bytes]));
  }

  @Override
  public String contentType() {
    return "application/x-test";
  }

  @Override
  public Set<Signal> signals() {
    return signals;
  }

  @Override
  public Payload encode(Batch batch) throws Exception {
    return body.encode(batch);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TestEncoding that && name.equals(that.name);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
