/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.zipkin;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IpLiteralsTest {

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0, 0.0.0.0",
    "10.20.199.255, 10.20.199.255",
    "255.249.100.9, 255.249.100.9",
    "::, 0:0:0:0:0:0:0:0",
    "::1, 0:0:0:0:0:0:0:1",
    "2001:DB8::7, 2001:db8:0:0:0:0:0:7",
    "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8",
    "::ffff:1.2.3.4, 1.2.3.4",
    "fe80::1%eth0, fe80:0:0:0:0:0:0:1",
  })
  void readsAddresses(String text, String shown) {
    InetAddress address = Objects.requireNonNull(IpLiterals.parse(text));
    assertThat(IpLiterals.format(address)).isEqualTo(shown);
  }

  /** What the JDK takes for a number of its own, or would ask a name server for. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "localhost",
        "db",
        "1",
        "1.2",
        "1.2.3",
        "1.2.3.4.",
        "1.2.3.4.5",
        ".1.2.3.4",
        "256.1.1.1",
        "1.2.3.400",
        "01.2.3.4567",
        "1.2.3.4:80",
        "[::1]",
        "[::1]:80",
        "::1::",
        ":",
        ":::",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9",
        "12345::",
        "g::1",
        "db:5432",
        "deadbeef",
        "a.b.c.d",
        "%eth0",
        "0000000000000000000000000000000000000000000000:1",
        "１.２.３.４"
      })
  void whatIsNoAddressIsAName(String text) {
    assertThat(IpLiterals.parse(text)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "1, 1",
    "65535, 65535",
    "65536, 0",
    "99999, 0",
    "100000, 0",
    "-1, 0",
    "8o, 0"
  })
  void readsPorts(String text, int port) {
    assertThat(Endpoint.port(text)).isEqualTo(port);
    assertThat(Endpoint.port("")).isZero();
    assertThat(Endpoint.port(null)).isZero();
  }
}
