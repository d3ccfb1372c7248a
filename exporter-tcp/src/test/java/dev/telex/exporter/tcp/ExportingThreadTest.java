/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What an export makes the exporting thread do, by the bytes that it allocates: a count of its work
 * that no other thread and no load of the machine changes.
 */
class ExportingThreadTest {

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private static final int WARM_UP = 300;
  private static final int BATCHES = 300;

  @Test
  void itsWorkDoesNotGrowWithTheClientsThatAreSlow() throws Exception {
    long few = allocated(1);
    long many = allocated(101);
    // Less is fine: what is compiled better meanwhile allocates less.
    assertThat(many).isLessThanOrEqualTo(few + few / 20);
  }

  /** By this thread, for all batches, while so many clients never read. */
  private static long allocated(int slow) throws Exception {
    List<Socket> clients = new ArrayList<>();
    try (TcpExporter exporter =
        TcpExporter.builder()
            .listen("127.0.0.1", 0)
            .maxClients(slow)
            .maxQueueMessages(200)
            .sendBufferBytes(4096)
            .build()) {
      for (int i = 0; i < slow; i++) {
        Socket client = new Socket();
        clients.add(client);
        client.setReceiveBufferSize(4096);
        client.connect(exporter.address());
      }
      Await.until(() -> exporter.stats().clients().size() == slow);
      while (dropping(exporter) < slow) {
        export(exporter, batches(WARM_UP));
      }
      List<Batch> batches = batches(BATCHES);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      export(exporter, batches);
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      for (Batch batch : batches) {
        assertThat(batch.encodingStats().encodings()).isEqualTo(1);
      }
      assertThat(exporter.stats().clients()).hasSize(slow);
      // They would use up any grace.
      Await.result(exporter.shutdown(Duration.ZERO));
      return allocated;
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  private static long dropping(TcpExporter exporter) {
    return exporter.stats().clients().stream().filter(c -> c.droppedMessages() > 0).count();
  }

  private static List<Batch> batches(int count) {
    List<Batch> batches = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      batches.add(Metrics.batch(i, "a", "b", "c"));
    }
    return batches;
  }

  private static void export(TcpExporter exporter, List<Batch> batches) {
    for (Batch batch : batches) {
      CompletionStage<ExportResult> export = exporter.export(batch, ExportContext.none());
      assertThat(export.toCompletableFuture()).isDone();
    }
  }
}
