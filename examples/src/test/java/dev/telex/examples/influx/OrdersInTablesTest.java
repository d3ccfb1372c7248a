/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.influx.InfluxDialect;
import dev.telex.testkit.FaultServer;
import dev.telex.testkit.ReceivedRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrdersInTablesTest {

  @TempDir private Path directory;

  @Test
  void writesSpansCountsAndLogs() {
    try (FaultServer database = FaultServer.start()) {
      OrdersInTables.main(new String[] {database.url(""), "questdb"});
      String lines = lines(database.requests());
      assertThat(database.requests())
          .extracting(ReceivedRequest::path)
          .containsOnly("/api/v2/write?bucket=otel&precision=ns");
      assertThat(count("(?m)^spans,service_name=shop,span_id=", lines)).isEqualTo(100);
      assertThat(count("(?m)^logs,service_name=shop,span_id=", lines)).isEqualTo(100);
      assertThat(lines)
          .contains(
              "orders,service_name=shop,otel_library_name=orders,country=Côte\\ d'Ivoire counter=34i",
              "orders,service_name=shop,otel_library_name=orders,country=Perú counter=66i");
    }
  }

  @Test
  void theChainIsWhatTheProgramPrints() {
    assertThat(
            OrdersInTables.chain(
                "http://localhost:8086",
                InfluxDialect.INFLUXDB_1,
                directory.resolve("undelivered.jsonl")))
        .hasToString("Fallback(Retry(Timeout(influx)), logging)");
  }

  private static String lines(List<ReceivedRequest> requests) {
    StringBuilder lines = new StringBuilder();
    requests.forEach(
        request -> lines.append(new String(request.decodedBody(), StandardCharsets.UTF_8)));
    return lines.toString();
  }

  private static long count(String line, String text) {
    return Pattern.compile(line).matcher(text).results().count();
  }
}
