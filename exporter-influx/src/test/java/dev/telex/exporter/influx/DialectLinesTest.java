/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.exporter.Batch;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.sdk.common.InstrumentationScopeInfo;
import io.opentelemetry.sdk.metrics.data.HistogramPointData;
import io.opentelemetry.sdk.resources.Resource;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the dialects write, to the letter. The integration tests show the servers that take it. */
class DialectLinesTest {

  private static final String T = " " + TestItems.TIME + "\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        // The name, and what it becomes: as a measurement, and as the key and the value of a tag.
        "INFLUXDB | plain | plain | plain | plain",
        "INFLUXDB | a b,c=d | a\\ b\\,c=d | a\\ b\\,c\\=d | a\\ b\\,c\\=d",
        "INFLUXDB | C:\\dir | C:\\dir | C:\\dir | C:\\dir",
        "INFLUXDB | end\\ | end\\u005c | end\\u005c | end\\u005c",
        "INFLUXDB | a\\,b | a\\u005c\\,b | a\\u005c\\,b | a\\u005c\\,b",
        "INFLUXDB | a\\\"b | a\\u005c\"b | a\\u005c\"b | a\\u005c\"b",
        "INFLUXDB | \\u000a | \\u005cu000a | \\u005cu000a | \\u005cu000a",
        "INFLUXDB | #x | \\u0023x | #x | #x",
        "INFLUXDB | time | time | \\u0074ime | time",
        "INFLUXDB | _field | _field | \\u005ffield | _field",
        "INFLUXDB | _measurement | _measurement | \\u005fmeasurement | _measurement",
        "INFLUXDB | Zürich€😀 | Zürich€😀 | Zürich€😀 | Zürich€😀",
        "INFLUXDB | !\" | !\" | !\" | !\"",
        "QUESTDB | a b,c=d | a\\ b_c\\=d | a\\ b_c\\=d | a\\ b\\,c\\=d",
        "QUESTDB | http.route | http.route | http_route | http.route",
        "QUESTDB | .a..b. | _a._b_ | _a__b_ | .a..b.",
        "QUESTDB | C:\\dir\\ | C__dir_ | C__dir_ | C:\\\\dir\\\\",
        "QUESTDB | TimeStamp | TimeStamp | TimeStamp_ | TimeStamp",
        "QUESTDB | time | time | time | time",
        "VICTORIAMETRICS | C:\\dir\\ | C:\\\\dir\\\\ | C:\\\\dir\\\\ | C:\\\\dir\\\\",
        "VICTORIAMETRICS | a,b | a\\,b | a\\,b | a\\,b",
      })
  void ofANameAndATag(
      InfluxDialect dialect, String text, String measurement, String key, String value) {
    assertThat(metric(dialect, text, Attributes.of(AttributeKey.stringKey(text), text)))
        .isEqualTo(measurement + "," + key + "=" + value + " gauge=1i" + T);
  }

  @Test
  void newlinesAndControlCharacters() {
    Attributes tag = Attributes.of(AttributeKey.stringKey("k"), "a\nb\rc\0d\ud83d");
    assertThat(metric(InfluxDialect.INFLUXDB, "m", tag))
        .isEqualTo("m,k=a\\u000ab\\u000dc\\u0000d\\ud83d gauge=1i" + T);
    assertThat(metric(InfluxDialect.QUESTDB, "m", tag))
        .isEqualTo("m,k=a\\\nb\\\rc\\\\u0000d\\\\ud83d gauge=1i" + T);
    assertThat(metric(InfluxDialect.VICTORIAMETRICS, "m", tag))
        .isEqualTo("m,k=a\\\\u000ab\\\\u000dc\\\\u0000d\\\\ud83d gauge=1i" + T);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "INFLUXDB | a\\\\b\\\"c<LF>d<CR>e<NUL>f?",
        "INFLUXDB_1 | a\\\\b\\\"c<LF>d<CR>e<NUL>f?",
        "QUESTDB | a\\\\b\\\"c\\<LF>d\\<CR>e\\\\u0000f?",
        "VICTORIAMETRICS | a\\\\b\\\"c\\\\u000ad\\\\u000de\\\\u0000f?",
      })
  void ofTheTextOfAField(InfluxDialect dialect, String text) {
    String expected = text.replace("<LF>", "\n").replace("<CR>", "\r").replace("<NUL>", "\0");
    Batch batch = Batch.logs(List.of(TestItems.log("a\\b\"c\nd\re\0f\udead").build()));
    assertThat(written(dialect, batch)).isEqualTo("logs body=\"" + expected + "\"" + T);
  }

  /** They are JSON in all dialects, so no control character is left in them. */
  @Test
  void attributesAreJsonWithinAText() {
    Batch batch =
        Batch.logs(
            List.of(
                TestItems.log("")
                    .setAttributes(
                        Attributes.builder()
                            .put("k\n", "a\"b\\c\u0001")
                            .put("list", "x\"y", "z\n")
                            .put("d", Double.NaN)
                            .build())
                    .build()));
    // The JSON, with a backslash before each of its quotation marks and backslashes.
    String json =
        "{\"d\":\"NaN\",\"k\\u000a\":\"a\\\"b\\\\c\\u0001\",\"list\":[\"x\\\"y\",\"z\\n\"]}";
    String escaped = json.replace("\\", "\\\\").replace("\"", "\\\"");
    for (InfluxDialect dialect : InfluxDialect.values()) {
      assertThat(written(dialect, batch))
          .isEqualTo("logs attributes=\"" + escaped + "\",body=\"\"" + T);
    }
  }

  @Test
  void aCountIsUnsignedWhereThatIsKnown() {
    Batch batch = Batch.logs(List.of(TestItems.log("x").setTotalAttributeCount(3).build()));
    String begin = "logs body=\"x\",dropped_attributes_count=3";
    assertThat(written(InfluxDialect.INFLUXDB, batch)).isEqualTo(begin + "u" + T);
    assertThat(written(InfluxDialect.INFLUXDB_1, batch)).isEqualTo(begin + "i" + T);
    assertThat(written(InfluxDialect.QUESTDB, batch)).isEqualTo(begin + "i" + T);
    assertThat(written(InfluxDialect.VICTORIAMETRICS, batch)).isEqualTo(begin + "u" + T);
  }

  /** Columns have one name in any case, and what differs only in that is two. */
  @Test
  void noColumnComesTwiceInALineOfQuestDb() {
    Attributes tags =
        Attributes.builder()
            .put("a.b", "1")
            .put("a_b", "2")
            .put("A-B", "3")
            .put("gauge", "4")
            .build();
    assertThat(metric(InfluxDialect.QUESTDB, "m", tags))
        .isEqualTo("m,A_B=3,a_b_=1,a_b__=2,gauge=4 gauge_=1i" + T);
  }

  @Test
  void eachBucketOfQuestDbHasTheSameColumns() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.histogram(
                    "h",
                    HistogramPointData.create(
                        0,
                        TestItems.TIME,
                        Attributes.builder().put("le", "x").put("h.bucket", "y").build(),
                        3,
                        false,
                        0,
                        false,
                        0,
                        List.of(1.0),
                        List.of(1L, 2L)))));
    InfluxEncoding encoding =
        new InfluxEncoding(
            InfluxSchema.TELEGRAF_PROMETHEUS_V2, InfluxDialect.QUESTDB, Set.of(), Set.of());
    assertThat(text(encoding, batch))
        .isEqualTo(
            "prometheus,h_bucket=y,le=x h_count=3,h_sum=3"
                + T
                + "prometheus,h_bucket=y,le=x,le_=1 h_bucket_=1"
                + T
                + "prometheus,h_bucket=y,le=x,le_=+Inf h_bucket_=3"
                + T);
  }

  @Test
  void anEmptyNameHasAPlaceholder() {
    assertThat(metric(InfluxDialect.INFLUXDB, "", Attributes.empty()))
        .isEqualTo("\\u gauge=1i" + T);
    assertThat(metric(InfluxDialect.VICTORIAMETRICS, "", Attributes.empty()))
        .isEqualTo("\\\\u gauge=1i" + T);
    assertThat(metric(InfluxDialect.QUESTDB, "", Attributes.empty())).isEqualTo("_ gauge=1i" + T);
  }

  /** What the item says counts, then the scope, then the resource. */
  @Test
  void anAttributeComesOnce() {
    Batch batch =
        Batch.metrics(
            List.of(
                TestItems.gauge(
                        "m",
                        TestItems.point(1L, Attributes.builder().put("a", "item").build()),
                        TestItems.point(2L, Attributes.empty()))
                    .of(
                        Resource.create(
                            Attributes.builder().put("a", "resource").put("b", "resource").build()),
                        InstrumentationScopeInfo.builder("lib")
                            .setVersion("1")
                            .setAttributes(Attributes.builder().put("b", "scope").build())
                            .build())));
    assertThat(written(InfluxDialect.INFLUXDB, batch))
        .isEqualTo(
            "m,a=item,b=scope,otel.library.name=lib,otel.library.version=1 gauge=1i"
                + T
                + "m,a=resource,b=scope,otel.library.name=lib,otel.library.version=1 gauge=2i"
                + T);
  }

  private static String metric(InfluxDialect dialect, String name, Attributes attributes) {
    return written(
        dialect, Batch.metrics(List.of(TestItems.gauge(name, TestItems.point(1L, attributes)))));
  }

  private static String written(InfluxDialect dialect, Batch batch) {
    return text(
        new InfluxEncoding(InfluxSchema.TELEGRAF_PROMETHEUS_V1, dialect, Set.of(), Set.of()),
        batch);
  }

  private static String text(InfluxEncoding encoding, Batch batch) {
    return new String(encoding.encode(batch).toByteArray(), StandardCharsets.UTF_8);
  }
}
