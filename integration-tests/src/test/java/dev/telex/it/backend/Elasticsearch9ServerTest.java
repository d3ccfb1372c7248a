/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it.backend;

import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** The same against the next major version, which needs a newer Java. */
class Elasticsearch9ServerTest extends ElasticsearchServerTest {

  private static final int JAVA = 21;

  @Override
  String version() {
    return System.getProperty("telex.elasticsearch9.version", "9.5.3");
  }

  @Override
  boolean hasZstd() {
    return false;
  }

  @Override
  Path jdk() {
    Optional<Path> jdk = Jdks.atLeast(JAVA);
    Assumptions.assumeTrue(
        jdk.isPresent(),
        () ->
            "Elasticsearch 9 needs Java "
                + JAVA
                + " or newer: there is none beside the "
                + Jdks.own()
                + " of this build");
    return jdk.orElseThrow();
  }
}
