/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Encoding;
import dev.telex.exporter.Exporter;
import java.net.URI;
import java.util.List;
import java.util.Set;

/** In the mode ECS, with an API key, to a node that is given twice. */
class EcsExporterContractTest extends ElasticsearchExporterContractTest {

  @Override
  protected Exporter newExporter(URI backend) {
    return builder(backend)
        .nodes(List.of(backend.toString(), backend + "/"))
        .mode(ElasticsearchMode.ECS)
        .apiKey("s3cret-key")
        .build();
  }

  @Override
  protected Set<Encoding> encodings() {
    return Set.of(ElasticsearchEncoding.ecs());
  }

  @Override
  protected List<String> secrets() {
    return List.of("s3cret-key", "s3cret-tenant");
  }
}
