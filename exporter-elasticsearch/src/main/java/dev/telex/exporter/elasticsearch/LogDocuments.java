/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.elasticsearch;

import dev.telex.exporter.Payload;
import io.opentelemetry.sdk.logs.data.LogRecordData;
import java.util.List;

/** Log records, a document each. */
final class LogDocuments {

  private final Router router;
  private final DocumentWriter writer;
  private final ActionLines actions = new ActionLines();

  LogDocuments(ElasticsearchEncoding encoding) {
    this.router = new Router(DataStream.LOGS, encoding);
    this.writer = DocumentWriter.of(encoding);
  }

  Payload encode(List<LogRecordData> records) {
    JsonOutput out = new JsonOutput();
    Pieces pieces = new Pieces(records.size());
    for (int i = 0; i < records.size(); i++) {
      LogRecordData record = records.get(i);
      DataStream stream =
          router.route(
              record.getAttributes(),
              record.getInstrumentationScopeInfo().getAttributes(),
              record.getResource().getAttributes());
      actions.write(stream, i, out);
      writer.log(record, stream, out);
      out.raw('\n');
      pieces.end(out);
    }
    return pieces.payload(out);
  }
}
