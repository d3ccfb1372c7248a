/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryInfoTest {

  private static final dev.telex.exporter.otlp.RetryInfo NOW = info(Duration.ZERO);

  @ParameterizedTest
  @CsvSource({
    "0, 0, PT0S",
    "7, 0, PT7S",
    "0, 1, PT0.000000001S",
    "3, 500000000, PT3.5S",
    "-1, 0, PT0S",
    "0, -1, PT0S",
    "-1, -999999999, PT0S",
    "1, -1, PT0.999999999S",
    "315576000000, 0, P36500D",
    "9223372036854775807, 999999999, P36500D",
    "-9223372036854775808, -999999999, PT0S",
    "3153600000, 0, P36500D",
    "3153600000, 1, P36500D",
  })
  void readsTheDelay(long seconds, int nanos, Duration delay) {
    assertThat(find(status(Any.pack(retryInfo(seconds, nanos))))).hasValue(info(delay));
  }

  @Test
  void findsItAmongOtherDetails() {
    Any other = Any.pack(ErrorInfo.newBuilder().setReason("QUOTA").putMetadata("a", "b").build());
    assertThat(find(status(other, Any.pack(retryInfo(7, 0)), other)))
        .hasValue(info(Duration.ofSeconds(7)));
    assertThat(find(status(other))).isEmpty();
    assertThat(find(status())).isEmpty();
    assertThat(find(new byte[0])).isEmpty();
  }

  @Test
  void goesByTheNameOfTheTypeWhereverItIsKept() {
    ByteString value = retryInfo(7, 0).toByteString();
    for (String url : new String[] {"google.rpc.RetryInfo", "x/google.rpc.RetryInfo"}) {
      assertThat(find(status(Any.newBuilder().setTypeUrl(url).setValue(value).build())))
          .hasValue(info(Duration.ofSeconds(7)));
    }
    for (String url : new String[] {"", "/", "x/my.google.rpc.RetryInfo", "RetryInfo"}) {
      assertThat(find(status(Any.newBuilder().setTypeUrl(url).setValue(value).build()))).isEmpty();
    }
  }

  @Test
  void takesOneWithoutADelayForTheClientsOwnChoice() {
    assertThat(find(status(Any.pack(RetryInfo.getDefaultInstance())))).hasValue(NOW);
    assertThat(NOW.wanted()).isEmpty();
    assertThat(info(Duration.ofNanos(1)).wanted()).hasValue(Duration.ofNanos(1));
  }

  @Test
  void passesOverWhatIsTorn() {
    byte[] whole = status(Any.pack(retryInfo(300, 5)));
    for (int length = 0; length < whole.length; length++) {
      assertThat(find(Arrays.copyOf(whole, length))).as("%d of %d", length, whole.length).isEmpty();
    }
  }

  private static RetryInfo retryInfo(long seconds, int nanos) {
    return RetryInfo.newBuilder()
        .setRetryDelay(
            com.google.protobuf.Duration.newBuilder().setSeconds(seconds).setNanos(nanos))
        .build();
  }

  private static byte[] status(Any... details) {
    return Status.newBuilder()
        .setCode(8)
        .addAllDetails(Arrays.asList(details))
        .build()
        .toByteArray();
  }

  private static Optional<dev.telex.exporter.otlp.RetryInfo> find(byte[] status) {
    return dev.telex.exporter.otlp.RetryInfo.find(status);
  }

  private static dev.telex.exporter.otlp.RetryInfo info(Duration delay) {
    return new dev.telex.exporter.otlp.RetryInfo(delay);
  }
}
