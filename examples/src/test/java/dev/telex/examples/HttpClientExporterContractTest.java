/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples;

import static dev.telex.testkit.Clause.FOUND_BY_NAME;
import static dev.telex.testkit.Clause.SHUTDOWN_CLOSES_CONNECTIONS;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import dev.telex.testkit.Exempt;
import dev.telex.testkit.ExporterContract;
import java.net.URI;
import java.util.Set;

@Exempt(value = FOUND_BY_NAME, because = "an example, which is used in code")
@Exempt(
    value = SHUTDOWN_CLOSES_CONNECTIONS,
    because =
        "the JDK's client cannot be closed before Java 21: idle connections end when it is garbage")
class HttpClientExporterContractTest extends ExporterContract {

  @Override
  protected Exporter newExporter(URI backend) {
    return new HttpClientExporter(backend);
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(CsvEncoding.UTF_8);
  }
}
