/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.tcp;

import dev.telex.exporter.tcp.TcpExporter;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongCounter;
import io.opentelemetry.api.metrics.LongUpDownCounter;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.sdk.metrics.SdkMeterProvider;
import io.opentelemetry.sdk.resources.Resource;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A shop that only exists in its metrics, and serves them: {@code serve}, and {@code watch} in
 * another terminal.
 */
public final class Serve implements AutoCloseable {

  private static final AttributeKey<String> ITEM = AttributeKey.stringKey("item");
  private static final String[] ITEMS = {"apples", "pears", "plums"};

  private final TcpExporter exporter;
  private final SdkMeterProvider meters;
  private final CountDownLatch closed = new CountDownLatch(1);

  Serve(InetSocketAddress listen, Duration interval) {
    exporter = TcpExporter.builder().listen(listen.getHostString(), listen.getPort()).build();
    meters =
        SdkMeterProvider.builder()
            .setResource(
                Resource.create(Attributes.of(AttributeKey.stringKey("service.name"), "shop")))
            .registerMetricReader(exporter.metricReader(interval))
            .build();
  }

  /** Serves until it is interrupted. */
  public static void main(String[] args) throws InterruptedException {
    try (Serve serve = new Serve(Address.parse(args), TcpExporter.METRIC_INTERVAL)) {
      System.out.println("serving at " + serve.address() + ", stop with Ctrl-C");
      serve.run();
    } catch (IllegalArgumentException e) {
      // A ConfigurationException, of a port that is taken, is one too.
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  InetSocketAddress address() {
    return exporter.address();
  }

  /** Sells until it is closed. */
  void run() throws InterruptedException {
    Meter meter = meters.get("shop");
    LongCounter orders = meter.counterBuilder("shop.orders").setUnit("{order}").build();
    LongUpDownCounter stock = meter.upDownCounterBuilder("shop.stock").setUnit("{item}").build();
    DoubleHistogram duration = meter.histogramBuilder("shop.order.duration").setUnit("s").build();
    meter
        .gaugeBuilder("jvm.memory.used")
        .setUnit("By")
        .ofLongs()
        .buildWithCallback(
            memory -> {
              Runtime jvm = Runtime.getRuntime();
              memory.record(jvm.totalMemory() - jvm.freeMemory());
            });
    Random random = new Random();
    do {
      Attributes item = Attributes.of(ITEM, ITEMS[random.nextInt(ITEMS.length)]);
      orders.add(1, item);
      stock.add(random.nextInt(3) - 1, item);
      duration.record(0.001 + random.nextDouble() / 50);
    } while (!closed.await(5 + random.nextInt(50), TimeUnit.MILLISECONDS));
  }

  @Override
  public void close() {
    closed.countDown();
    meters.close();
    exporter.close();
  }
}
