/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.influx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JDK reads back what was written. */
class NumbersTest {

  @Property
  void integersAreTheirDigits(@ForAll long value) {
    assertThat(written(out -> out.digits(value))).isEqualTo(Long.toString(value));
  }

  @Property
  void doublesAreReadBackToTheBit(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    if (Double.isFinite(value)) {
      assertReadBack(value);
    }
  }

  @Property
  void wholeDoublesHaveNoFraction(@ForAll @LongRange(min = -1L << 53, max = 1L << 53) long value) {
    assertThat(written(out -> out.real((double) value))).isEqualTo(Long.toString(value));
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "-0.0,-0.0",
    "1,1",
    "0.1,0.1",
    "-1.5,-1.5",
    "9007199254740992,9007199254740992",
    "9007199254740994,9.007199254740994E15",
    "1e300,1.0E300",
    "4.9e-324,4.9E-324"
  })
  void doublesAreAsShort(double value, String text) {
    assertThat(written(out -> out.real(value))).isEqualTo(text);
    assertReadBack(value);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0",
    "9,9",
    "10,10",
    "-10,-10",
    "999999999999999999,999999999999999999",
    "1000000000000000000,1000000000000000000",
    "9223372036854775807,9223372036854775807",
    "-9223372036854775808,-9223372036854775808"
  })
  void integersOfAnyLength(long value, String text) {
    assertThat(written(out -> out.integer(value))).isEqualTo(text + "i");
    assertThat(written(out -> out.count(value))).isEqualTo(text + "u");
  }

  private static void assertReadBack(double value) {
    String text = written(out -> out.real(value));
    assertThat(Double.doubleToRawLongBits(Double.parseDouble(text)))
        .as(text)
        .isEqualTo(Double.doubleToRawLongBits(value));
  }

  private static String written(Consumer<LineOutput> write) {
    LineOutput out = new LineOutput(InfluxDialect.INFLUXDB);
    write.accept(out);
    return new String(out.take(), StandardCharsets.US_ASCII);
  }
}
