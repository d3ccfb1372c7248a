/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnknownFieldSet;
import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.otlp.OtlpEncoding;
import dev.telex.testkit.SampleBatches;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OtlpStreamTest {

  private static final int MAX_BYTES = 64 << 10;

  private final TcpExporter exporter =
      TcpExporter.builder()
          .listen("127.0.0.1", 0)
          .format(TcpFormat.OTLP)
          .maxQueueBytes(MAX_BYTES)
          .build();

  @AfterEach
  void close() {
    exporter.close();
  }

  @Test
  void eachSignalHasItsByte() throws Exception {
    try (StreamClient client = StreamClient.listening(exporter)) {
      List<Batch> batches =
          List.of(SampleBatches.spans(3), SampleBatches.metrics(2), SampleBatches.logs(200));
      for (Batch batch : batches) {
        ExportResult result = Await.result(exporter.export(batch, ExportContext.none()));
        assertThat(result.accepted()).isEqualTo(batch.itemCount());
        assertThat(batch.encodingStats().encodings()).isEqualTo(1);
      }
      exporter.close();
      byte[] stream = client.untilTheEnd();
      // The bytes are keys, so that the stream is a message too.
      UnknownFieldSet whole = UnknownFieldSet.parseFrom(stream);
      assertThat(whole.asMap()).containsOnlyKeys(1, 2, 3);
      for (int signal = 1; signal <= 3; signal++) {
        assertThat(whole.getField(signal).getLengthDelimitedList())
            .containsExactly(ByteString.copyFrom(bytes(batches.get(signal - 1))));
      }
      assertThat(read(stream))
          .containsExactly(
              ExportTraceServiceRequest.parseFrom(bytes(batches.get(0))),
              ExportMetricsServiceRequest.parseFrom(bytes(batches.get(1))),
              ExportLogsServiceRequest.parseFrom(bytes(batches.get(2))));
    }
  }

  @Test
  void aBatchLargerThanAQueueIsRefused() throws Exception {
    try (StreamClient client = StreamClient.listening(exporter)) {
      Batch large = SampleBatches.spans(2000);
      ExportResult result = Await.result(exporter.export(large, ExportContext.none()));
      assertThat(result.status()).isEqualTo(ExportResult.Status.PERMANENT);
      assertThat(exporter.stats().dropped()).containsEntry(TcpDropReason.TOO_LARGE, 2000L);
      Batch small = SampleBatches.spans(1);
      Await.result(exporter.export(small, ExportContext.none()));
      exporter.close();
      assertThat(read(client.untilTheEnd())).hasSize(1);
    }
  }

  @Test
  void messagesOfManyBuffersAndWritesStayWhole() throws Exception {
    try (TcpExporter narrow =
            TcpExporter.builder()
                .listen("127.0.0.1", 0)
                .format(TcpFormat.OTLP)
                .maxQueueBytes(1 << 30)
                .sendBufferBytes(4096)
                .build();
        StreamClient client = StreamClient.listening(narrow)) {
      List<MessageLite> wanted = new ArrayList<>();
      for (int i = 1; i <= 5; i++) {
        Batch batch = SampleBatches.spans(4000 * i);
        Await.result(narrow.export(batch, ExportContext.none()));
        wanted.add(ExportTraceServiceRequest.parseFrom(bytes(batch)));
      }
      ExportResult end = Await.result(narrow.shutdown(Duration.ofMinutes(1)));
      assertThat(end.status()).isEqualTo(ExportResult.Status.SUCCESS);
      assertThat(read(client.untilTheEnd())).isEqualTo(wanted);
    }
  }

  private static byte[] bytes(Batch batch) throws Exception {
    return batch.encoded(OtlpEncoding.PROTOBUF).toByteArray();
  }

  private static List<MessageLite> read(byte[] stream) throws IOException {
    List<MessageLite> messages = new ArrayList<>();
    ByteArrayInputStream in = new ByteArrayInputStream(stream);
    for (int signal = in.read(); signal >= 0; signal = in.read()) {
      messages.add(
          switch (signal) {
            case 0x0a -> ExportTraceServiceRequest.parseDelimitedFrom(in);
            case 0x12 -> ExportMetricsServiceRequest.parseDelimitedFrom(in);
            case 0x1a -> ExportLogsServiceRequest.parseDelimitedFrom(in);
            default -> throw new AssertionError("byte " + signal);
          });
    }
    return messages;
  }
}
