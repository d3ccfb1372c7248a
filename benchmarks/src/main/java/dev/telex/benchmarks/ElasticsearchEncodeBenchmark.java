/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.telex.exporter.Batch;
import dev.telex.exporter.Signal;
import dev.telex.exporter.elasticsearch.ElasticsearchEncoding;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * From a batch of SDK items to the body of a bulk request to Elasticsearch: Telex, and
 * Elasticsearch's own client with an object of each document and Jackson. Both write the same
 * documents; their number is printed, and stands against the time of a batch.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
public class ElasticsearchEncodeBenchmark {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** What the items are. */
  @Param({"TRACES", "METRICS", "LOGS"})
  public Signal signal = Signal.TRACES;

  /** Spans, data points or log records. */
  @Param({"16", "512"})
  public int items = 512;

  private final ElasticsearchEncoding encoding = ElasticsearchEncoding.otel();
  private final ElasticsearchClientBody client = new ElasticsearchClientBody();
  private Batch batch = Batch.traces(List.of());

  /** Records the items, and makes sure that both sides write the same documents. */
  @Setup
  public void record() throws IOException {
    batch =
        switch (signal) {
          case TRACES -> Workload.traces(items);
          case METRICS -> Workload.deltaMetrics(items);
          case LOGS -> Workload.logs(items);
        };
    List<JsonNode> ours = documents(telex());
    List<JsonNode> theirs = documents(elasticsearchClient());
    if (batch.itemCount() != items || ours.isEmpty() || !ours.equals(theirs)) {
      throw new IllegalStateException(batch + ":\n" + ours.get(0) + "\n" + theirs.get(0));
    }
    long bytes = telex().stream().mapToLong(ByteBuffer::remaining).sum();
    System.out.println("documents=" + ours.size() / 2 + " bytes=" + bytes);
  }

  /** Our writers. Data points that share a document all have it as their piece: it is sent once. */
  @Benchmark
  public Collection<ByteBuffer> telex() {
    return encoding.bulkBody(batch, encoding.encode(batch));
  }

  /** Objects, Jackson, and what the client makes of them. */
  @Benchmark
  public Collection<ByteBuffer> elasticsearchClient() throws IOException {
    return client.encode(batch);
  }

  /** The lines, without what may differ: names of documents, and the hash of names of metrics. */
  private static List<JsonNode> documents(Collection<ByteBuffer> body) throws IOException {
    List<JsonNode> documents = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    body.forEach(piece -> text.append(StandardCharsets.UTF_8.decode(piece.duplicate())));
    for (String line : text.toString().split("\n", -1)) {
      JsonNode document = line.isEmpty() ? null : JSON.readTree(line);
      if (document instanceof ObjectNode object) {
        object.remove("_metric_names_hash");
        if (object.path("create") instanceof ObjectNode action) {
          action.remove("_id");
        }
        documents.add(object);
      }
    }
    return documents;
  }
}
