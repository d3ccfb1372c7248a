/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.Exporters;
import dev.telex.exporter.Signal;
import dev.telex.pipeline.Pipeline;
import dev.telex.pipeline.SdkBridge;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one chain of an SDK that is configured: its three signals ask for it one after the other.
 *
 * <p>Where telex is the only exporter of every signal that names it, a {@link Pipeline} takes the
 * place of the SDK's own processors and reader. Where it stands beside others, the SDK gives all of
 * them to one processor of its own, and so the chain is behind that.
 */
final class Configured {

  /** What users write as the value of {@code otel.traces.exporter}. */
  static final String NAME = "telex";

  /** The text of the chain. */
  static final String CHAIN = "telex.chain";

  /** One exporter, limited and repeated, by the environment of OTLP. */
  static final String DEFAULT_CHAIN = "otlp.timeout(10s).retry";

  private static final String METRIC_INTERVAL = "otel.metric.export.interval";

  private static final Map<ConfigProperties, Configured> ALL = new WeakHashMap<>();

  private final @Nullable Pipeline pipeline;
  private final @Nullable SdkBridge bridge;

  private Configured(@Nullable Pipeline pipeline, @Nullable SdkBridge bridge) {
    this.pipeline = pipeline;
    this.bridge = bridge;
  }

  /**
   * That of these properties, which is made by the first call.
   *
   * @throws io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException if a property is wrong
   */
  static Configured of(ConfigProperties properties) {
    synchronized (ALL) {
      return ALL.computeIfAbsent(properties, Configured::make);
    }
  }

  /** Whether these properties name telex for a signal, and nothing else. */
  static boolean isAlone(ConfigProperties properties, Signal signal) {
    return exporters(properties, signal).equals(List.of(NAME));
  }

  /** Empty where the SDK's own processors are used. */
  Optional<Pipeline> pipeline() {
    return Optional.ofNullable(pipeline);
  }

  /** Empty where the pipeline is used. */
  Optional<SdkBridge> bridge() {
    return Optional.ofNullable(bridge);
  }

  private static Configured make(ConfigProperties properties) {
    Function<String, Optional<String>> lookup =
        key -> Optional.ofNullable(properties.getString(key));
    String text = lookup.apply(CHAIN).orElse(DEFAULT_CHAIN);
    // The one that has this module, as in an extension of the Java agent.
    Exporters plugins = Exporters.load(Configured.class.getClassLoader());
    try {
      Exporter chain = ChainFromText.build(CHAIN, text, plugins, lookup);
      try {
        return isAloneWhereNamed(properties)
            ? new Configured(
                PipelineProperties.pipeline(chain, lookup, properties.getDuration(METRIC_INTERVAL)),
                null)
            : new Configured(null, SdkBridge.of(chain));
      } catch (ConfigurationException e) {
        chain.close();
        throw e;
      }
    } catch (ConfigurationException e) {
      throw new io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException(
          String.valueOf(e.getMessage()), e);
    }
  }

  private static boolean isAloneWhereNamed(ConfigProperties properties) {
    for (Signal signal : Signal.values()) {
      if (exporters(properties, signal).contains(NAME) && !isAlone(properties, signal)) {
        return false;
      }
    }
    return true;
  }

  private static List<String> exporters(ConfigProperties properties, Signal signal) {
    return properties.getList("otel." + signal.id() + ".exporter");
  }
}
