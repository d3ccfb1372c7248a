/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.otlp;

import com.fasterxml.jackson.core.SerializableString;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.resources.Resource;
import java.io.IOException;

/**
 * The items of one signal in OTLP JSON.
 *
 * @param <T> spans, metrics or log records
 */
interface JsonItems<T> {

  /** Of the array of the message. */
  SerializableString resourcesKey();

  /** Of the array for a resource. */
  SerializableString scopesKey();

  /** Of the array for a scope. */
  SerializableString itemsKey();

  Resource resource(T item);

  InstrumentationScopeInfo scope(T item);

  /** False for an item that is an empty envelope itself. */
  boolean isWorthIt(T item);

  /** Writes the fields of one item. */
  void fields(T item) throws IOException;
}
