/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.telex.exporter.tcp.TcpExporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The terminal client against real exporters. */
class WatchTest {

  private static final Duration SOON = Duration.ofMillis(20);

  private final Screen screen = new Screen();

  /** What was printed last, for those who wait for something to appear. */
  private static final class Screen extends ByteArrayOutputStream {

    synchronized String await(Predicate<String> wanted) throws InterruptedException {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
      while (!wanted.test(last())) {
        long left = end - System.nanoTime();
        assertThat(left).as(last()).isPositive();
        wait(Math.max(1, left / 1_000_000));
      }
      return last();
    }

    @Override
    public synchronized void flush() {
      notifyAll();
    }

    /** What is between the last two screens' beginnings; each begins with a star. */
    private String last() {
      String all = toString(StandardCharsets.UTF_8);
      int end = all.lastIndexOf('*');
      int begin = all.lastIndexOf('*', end - 1);
      return begin < 0 ? "" : all.substring(begin, end);
    }
  }

  private CompletableFuture<Void> watching = CompletableFuture.completedFuture(null);
  private Watch watch = watch(local(1));

  private Watch watch(InetSocketAddress server) {
    return new Watch(server, new PrintStream(screen, false, StandardCharsets.UTF_8), "*");
  }

  private void start(InetSocketAddress server) {
    watch.close();
    watch = watch(server);
    watching =
        CompletableFuture.runAsync(
            () -> {
              try {
                watch.run(SOON, SOON);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            },
            task -> new Thread(task, "watch").start());
  }

  @AfterEach
  void close() throws Exception {
    watch.close();
    watching.get(30, TimeUnit.SECONDS);
  }

  @Test
  void itShowsWhatIsServedAndComesBack() throws Exception {
    TcpExporter exporter = TcpExporter.builder().listen("127.0.0.1", 0).build();
    InetSocketAddress address = exporter.address();
    try {
      start(address);
      serve(exporter, 7);
    } finally {
      exporter.close();
    }
    screen.await(text -> text.contains("trying again"));
    try (TcpExporter again = TcpExporter.builder().listen("127.0.0.1", address.getPort()).build()) {
      serve(again, 8);
    }
  }

  /** Until two collections are shown, so that there is a rate. */
  private void serve(TcpExporter exporter, long orders) throws Exception {
    try (SdkMeterProvider meters =
        SdkMeterProvider.builder().registerMetricReader(exporter.metricReader(SOON)).build()) {
      LongCounter counter = meters.get("test").counterBuilder("orders").setUnit("{order}").build();
      counter.add(orders, Attributes.of(AttributeKey.stringKey("item"), "apples"));
      DoubleHistogram duration =
          meters.get("test").histogramBuilder("duration").setUnit("s").build();
      duration.record(1.5);
      duration.record(2);
      // Drawn while it is read, so that not all of these need to appear at once.
      awaitRow("orders", "orders item=apples " + orders + " 0 count");
      awaitRow("duration.count", "duration.count 2 0 count");
      awaitRow("duration.sum", "duration.sum 3.500 seconds");
      awaitRow("duration.max", "duration.max 2 seconds");
      screen.await(text -> text.contains("connected to"));
    }
  }

  @Test
  void ratesComeFromTheTimesOfTheValues() {
    MetricTable table = new MetricTable();
    table.take(new Event.Metadata("c", true, "count"));
    table.take(value(1, Event.Operation.SET_COUNTER, 10));
    table.take(value(3, Event.Operation.SET_COUNTER, 16));
    assertThat(row(String.join("\n", table.lines(9)), "c")).isEqualTo("c 16 3 count");
    // It has begun anew.
    table.take(value(5, Event.Operation.SET_COUNTER, 1));
    assertThat(row(String.join("\n", table.lines(9)), "c")).isEqualTo("c 1 0.500 count");
    table.take(value(6, Event.Operation.INCREMENT_COUNTER, 4));
    assertThat(row(String.join("\n", table.lines(9)), "c")).isEqualTo("c 5 4 count");
  }

  @Test
  void whatTheServerCallsItselfDoesNotSteerTheTerminal() {
    MetricTable table = new MetricTable();
    table.take(new Event.Value("\033[2J", new TreeMap<>(), 1, Event.Operation.SET_GAUGE, 1));
    assertThat(table.lines(9).get(1)).startsWith("?[2J").doesNotContain("\033");
  }

  @Test
  void theExampleServesSomethingToSee() throws Exception {
    CompletableFuture<Void> serving;
    try (Serve serve = new Serve(local(0), SOON)) {
      serving =
          CompletableFuture.runAsync(
              () -> {
                try {
                  serve.run();
                } catch (InterruptedException e) {
                  Thread.currentThread().interrupt();
                }
              },
              task -> new Thread(task, "serve").start());
      start(serve.address());
      for (String metric : List.of("jvm.memory.used", "shop.orders", "shop.order.duration.count")) {
        screen.await(text -> !row(text, metric).isEmpty());
      }
    }
    serving.get(30, TimeUnit.SECONDS);
  }

  @Test
  void whatIsNoAddressIsNamed() {
    assertThat(Address.parse("127.0.0.1:7")).isEqualTo(local(7));
    assertThat(Address.parse().getPort()).isEqualTo(5000);
    for (String wrong : new String[] {"localhost", ":5", "localhost:x", "localhost:70000"}) {
      assertThatThrownBy(() -> Address.parse(wrong)).hasMessage("'" + wrong + "': want HOST:PORT");
    }
  }

  private static InetSocketAddress local(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  private static Event value(long second, Event.Operation operation, double value) {
    return new Event.Value("c", new TreeMap<>(), second * 1_000_000_000L, operation, value);
  }

  private void awaitRow(String metric, String line) throws InterruptedException {
    screen.await(text -> row(text, metric).equals(line));
  }

  /** The line of a metric with single spaces; empty if there is none. */
  private static String row(String screen, String metric) {
    return screen
        .lines()
        .filter(line -> line.startsWith(metric + " "))
        .findFirst()
        .map(line -> line.strip().replaceAll(" +", " "))
        .orElse("");
  }
}
