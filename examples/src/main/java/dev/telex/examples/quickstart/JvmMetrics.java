/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.examples.quickstart;

import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;

/** A few metrics of this JVM, by the names of the semantic conventions. */
final class JvmMetrics {

  private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");
  private static final AttributeKey<String> BUFFER = AttributeKey.stringKey("jvm.buffer.pool.name");

  private JvmMetrics() {}

  static void register(OpenTelemetry telemetry) {
    Meter meter = telemetry.getMeter("jvm");
    meter
        .upDownCounterBuilder("jvm.memory.used")
        .setUnit("By")
        .buildWithCallback(
            memory -> {
              for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
                memory.record(pool.getUsage().getUsed(), Attributes.of(POOL, pool.getName()));
              }
            });
    meter
        .upDownCounterBuilder("jvm.buffer.memory.used")
        .setUnit("By")
        .buildWithCallback(
            memory -> {
              for (BufferPoolMXBean pool :
                  ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
                memory.record(pool.getMemoryUsed(), Attributes.of(BUFFER, pool.getName()));
              }
            });
    meter
        .upDownCounterBuilder("jvm.thread.count")
        .setUnit("{thread}")
        .buildWithCallback(
            threads -> threads.record(ManagementFactory.getThreadMXBean().getThreadCount()));
    meter
        .gaugeBuilder("jvm.system.cpu.load_1m")
        .setUnit("{run_queue_item}")
        .buildWithCallback(
            load ->
                load.record(ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage()));
  }
}
