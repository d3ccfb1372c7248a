/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.Signal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryCheckerTest {

  private final DeliveryChecker checker = new DeliveryChecker();

  @ParameterizedTest
  @EnumSource(Signal.class)
  void givesEveryItemAnIdOfItsOwn(Signal signal) {
    Batch one = checker.batch(signal, 3);
    Batch other = checker.batch(signal, 2);
    assertThat(one.signal()).isEqualTo(signal);
    assertThat(one.itemCount()).isEqualTo(3);
    Set<String> ids = new HashSet<>(DeliveryChecker.ids(one));
    ids.addAll(DeliveryChecker.ids(other));
    ids.addAll(DeliveryChecker.ids(new DeliveryChecker().batch(signal, 2)));
    assertThat(ids).hasSize(7).doesNotContain("");
  }

  @ParameterizedTest
  @EnumSource(Signal.class)
  void isContentWhenEachItemArrivesOnce(Signal signal) {
    RecordingExporter backend = RecordingExporter.named("backend");
    Batch batch = checker.batch(signal, 5);
    batch.split(2).forEach(part -> backend.export(part, ExportContext.none()));
    backend.batches().forEach(checker::received);
    checker.assertExactlyOnce();
    checker.assertAtLeastOnce();
    checker.assertExactlyOnce(batch);
    assertThatThrownBy(checker::assertNever)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("Not all of 5 items arrived never")
        .hasMessageContaining("arrived 5: item-");
  }

  @Test
  void saysWhatIsMissing() {
    Batch batch = checker.batch(Signal.TRACES, 3);
    checker.received(SampleBatches.tail(batch, 1));
    String first = DeliveryChecker.ids(batch).get(0);
    String second = DeliveryChecker.ids(batch).get(1);
    for (Runnable check :
        List.<Runnable>of(checker::assertExactlyOnce, checker::assertAtLeastOnce)) {
      assertThatThrownBy(check::run)
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("of 3 items")
          .hasMessageEndingWith("\n  missing 2: " + first + ", " + second);
    }
    checker.assertExactlyOnce(SampleBatches.tail(batch, 1));
  }

  @Test
  void saysWhatArrivedTooOften() {
    Batch batch = checker.batch(Signal.LOGS, 2);
    String last = DeliveryChecker.ids(batch).get(1);
    checker.received(batch);
    checker.received(List.of(last, last));
    assertThatThrownBy(checker::assertExactlyOnce)
        .isInstanceOf(AssertionError.class)
        .hasMessageEndingWith("arrived exactly once\n  duplicated 1: " + last + " (3 times)");
    checker.assertAtLeastOnce();
    assertThatThrownBy(() -> checker.assertNever(batch)).hasMessageContaining(last + " (3 times)");
  }

  @Test
  void saysWhatIsOfNobody() {
    Batch batch = checker.batch(Signal.METRICS, 1);
    checker.received(batch);
    checker.received(List.of("stray", "stray"));
    checker.received(SampleBatches.metrics(1));
    for (Runnable check :
        List.<Runnable>of(checker::assertExactlyOnce, checker::assertAtLeastOnce)) {
      assertThatThrownBy(check::run)
          .isInstanceOf(AssertionError.class)
          .hasMessageEndingWith("\n  unknown 2: stray (2 times), an item without id");
    }
  }

  @Test
  void tellsItemsThatArrivedFromThoseThatDidNot() {
    Batch sent = checker.batch(Signal.TRACES, 2);
    Batch dropped = checker.batch(Signal.TRACES, 2);
    checker.received(sent);
    checker.assertExactlyOnce(sent);
    checker.assertNever(dropped);
    assertThatThrownBy(() -> checker.assertNever(sent)).hasMessageContaining("arrived 2");
    assertThat(checker).hasToString("DeliveryChecker[2 of 4 items arrived, 0 unknown]");
  }

  @Test
  void assertsNothingOfItemsOfOthers() {
    assertThatThrownBy(() -> checker.assertNever(SampleBatches.spans(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("was not made by this checker");
  }

  @Test
  void isShortWhenMuchIsMissing() {
    checker.batch(Signal.TRACES, 1000);
    assertThatThrownBy(checker::assertExactlyOnce)
        .hasMessageContaining("missing 1000: item-")
        .hasMessageEndingWith(", … and 990 more")
        .satisfies(e -> assertThat(String.valueOf(e.getMessage()).length()).isLessThan(400));
  }

  @Test
  void countsFromSeveralThreads() throws Exception {
    Batch batch = checker.batch(Signal.TRACES, 1000);
    List<Batch> parts = batch.split(10);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (Batch part : parts) {
        running.add(threads.submit(() -> checker.received(part)));
        running.add(threads.submit(() -> checker.batch(Signal.LOGS, 1)));
      }
      for (Future<?> one : running) {
        one.get(30, TimeUnit.SECONDS);
      }
    } finally {
      threads.shutdown();
    }
    assertThatCode(() -> checker.assertExactlyOnce(batch)).doesNotThrowAnyException();
    assertThat(checker).hasToString("DeliveryChecker[1000 of 1100 items arrived, 0 unknown]");
  }
}
