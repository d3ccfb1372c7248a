/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import java.io.IOException;
import java.util.List;

/** The nodes of a cluster, and who is next. */
final class Nodes implements AutoCloseable {

  private final List<Node> all;

  Nodes(List<Node> all) {
    this.all = List.copyOf(all);
  }

  /**
   * The node for an attempt. The first of a payload is any, the same for the same bytes; each
   * further attempt has the next, so that one which does not answer is not asked twice in a row.
   *
   * @param attempt from 1
   */
  Node choose(Payload payload, int attempt) {
    return all.get(
        all.size() == 1 ? 0 : (int) ((ActionLines.number(payload) + attempt - 1) % all.size()));
  }

  /** The first node, for what is sent to none in particular. */
  Node first() {
    return all.get(0);
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (Node node : all) {
      try {
        node.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  /** Their addresses. */
  @Override
  public String toString() {
    return all.toString();
  }
}
