/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Exporter;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.RetryRegistry;
import io.github.resilience4j.timelimiter.TimeLimiterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Composes exporters and decorators. Each call wraps what was built before it, so the order of the
 * calls is the order from the inside out, and {@code toString()} of the built chain prints it:
 *
 * <pre>{@code
 * Exporter exporter =
 *     ExporterChain.of(otlp)
 *         .timeout(Duration.ofSeconds(5)) // each attempt
 *         .retry(RetryPolicy.defaults())
 *         .fallback(file)
 *         .build(); // Fallback(Retry(Timeout(otlp)), logging)
 * }</pre>
 *
 * <p>Immutable: every call gives a new chain. Nothing runs before {@link #build()}.
 */
public final class ExporterChain {

  private final ChainNode node;
  private final Options options;

  private ExporterChain(ChainNode node, Options options) {
    this.node = node;
    this.options = options;
  }

  /** A chain that is only this exporter yet. */
  public static ExporterChain of(Exporter exporter) {
    return new ExporterChain(new ChainNode.Leaf(exporter), Options.NONE);
  }

  /**
   * Gives each batch to several legs. Legs that do not carry its signal are passed over.
   *
   * @param join what to wait for
   * @param legs at least one; those with equal names need {@link #named}
   */
  public static ExporterChain fanOut(Join join, ExporterChain... legs) {
    if (legs.length == 0) {
      throw new IllegalArgumentException("fanOut has no legs: want at least one");
    }
    return new ExporterChain(new ChainNode.FanOut(join, List.of(legs)), Options.NONE);
  }

  /** As {@link #fanOut(Join, ExporterChain...)}, for exporters without decorators. */
  public static ExporterChain fanOut(Join join, Exporter... legs) {
    return fanOut(join, chains(legs));
  }

  /** With a name: of this chain, and of the leg that it becomes in a fan-out. */
  public ExporterChain named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("name is '" + name + "': want some letters");
    }
    return with(options.named(name));
  }

  /**
   * Ends what was built so far if it takes longer, with a RETRYABLE result; the work underneath is
   * cancelled. Before {@link #retry} it limits each attempt, after it the whole.
   *
   * @param timeout more than zero
   */
  public ExporterChain timeout(Duration timeout) {
    if (timeout.isNegative() || timeout.isZero()) {
      throw new IllegalArgumentException("timeout is " + timeout + ": want more than zero");
    }
    return with(new ChainNode.Timeout(node, timeout));
  }

  /**
   * Sends a batch again, or the remainder of it, after a RETRYABLE result.
   *
   * <p>{@link #build()} refuses it around a fan-out that waits for several legs: it would send the
   * batch again to legs that have it.
   */
  public ExporterChain retry(RetryPolicy policy) {
    return with(new ChainNode.Retry(node, policy));
  }

  /**
   * Hands what was not delivered to another exporter: all of it, or the remainder, and what was
   * refused for good if it is known which items that were. What that one does not deliver goes to
   * the next, and so on.
   *
   * <p>If what was built so far (the primary) fails repeatedly it is passed over for a while; see
   * {@link FallbackPolicy}, whose {@linkplain FallbackPolicy#defaults() defaults} apply.
   *
   * <p>When the chain is shut down, a fifth of the grace (2 s at most) is kept for the fallback:
   * the primary is cancelled that much earlier.
   *
   * <p>{@link #build()} refuses it around a fan-out that waits for several legs.
   *
   * @param others at least one
   */
  public ExporterChain fallback(Exporter... others) {
    return fallback(FallbackPolicy.defaults(), others);
  }

  /** As {@link #fallback(Exporter...)}, with chains of their own. */
  public ExporterChain fallback(ExporterChain... others) {
    return fallback(FallbackPolicy.defaults(), others);
  }

  /** As {@link #fallback(Exporter...)}, with another policy, also between the others. */
  public ExporterChain fallback(FallbackPolicy policy, Exporter... others) {
    return fallback(policy, chains(others));
  }

  /** As {@link #fallback(FallbackPolicy, Exporter...)}, with chains of their own. */
  public ExporterChain fallback(FallbackPolicy policy, ExporterChain... others) {
    if (others.length == 0) {
      throw new IllegalArgumentException("fallback names no exporter: want at least one");
    }
    ExporterChain rest = others[others.length - 1];
    for (int i = others.length - 2; i >= 0; i--) {
      rest = others[i].fallback(policy, rest);
    }
    return with(new ChainNode.Fallback(node, policy, rest));
  }

  /** Tells a listener what happens in the legs built so far. May be called several times. */
  public ExporterChain listener(ExportListener listener) {
    return with(options.listener(listener));
  }

  /**
   * Where timers run and time comes from. Default: a daemon thread of the chain's own and {@link
   * System#nanoTime}. Only for the outermost chain.
   *
   * <p>If you shut the scheduler down before the chain, what waits for a timer ends as SHUTDOWN
   * within seconds, and so does what needs one later.
   *
   * @param scheduler stays yours, and is not shut down; it should forget what is cancelled, as
   *     {@link java.util.concurrent.ScheduledThreadPoolExecutor#setRemoveOnCancelPolicy} does
   * @param nanoTime a clock that fits to it
   */
  public ExporterChain scheduler(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
    return with(options.scheduler(scheduler, nanoTime));
  }

  /**
   * Where the legs of a fan-out start, and attempts after the first. Default: a daemon thread of
   * its own for each leg, with room for 16,384 batches. Only for the outermost chain.
   *
   * @param executor stays yours, and is not shut down
   */
  public ExporterChain executor(Executor executor) {
    return with(options.executor(executor));
  }

  /**
   * Where the retries, the timeouts and the states of primaries are registered, under the names of
   * their legs, so that their resilience4j events and counters can be read. Default: registries of
   * the chain's own. Only for the outermost chain.
   */
  public ExporterChain registries(
      RetryRegistry retries,
      TimeLimiterRegistry timeLimiters,
      CircuitBreakerRegistry circuitBreakers) {
    return with(options.registries(new Registries(retries, timeLimiters, circuitBreakers)));
  }

  /**
   * Makes the exporter. It owns the exporters that it was given: shutting it down shuts them down.
   *
   * @throws IllegalArgumentException if the composition cannot work: a retry or a fallback around a
   *     fan-out that waits for several legs, a fan-out that waits for more acknowledged legs than
   *     there are, legs of one name, an exporter in two places, legs that need metrics of different
   *     temporality or aggregation, or an option of the outermost chain on an inner one. The
   *     exporters then stay yours
   */
  public Exporter build() {
    return ChainBuild.build(this);
  }

  ChainNode node() {
    return node;
  }

  Options options() {
    return options;
  }

  /** The name that was chosen, or else the name of what is inside. */
  String effectiveName() {
    return options.name() != null ? options.name() : nameOf(node);
  }

  private static String nameOf(ChainNode node) {
    if (node instanceof ChainNode.Leaf leaf) {
      return leaf.exporter().name();
    } else if (node instanceof ChainNode.Timeout timeout) {
      return nameOf(timeout.inner());
    } else if (node instanceof ChainNode.Retry retry) {
      return nameOf(retry.inner());
    } else if (node instanceof ChainNode.Fallback fallback) {
      return nameOf(fallback.inner());
    }
    return "fanout";
  }

  private ExporterChain with(ChainNode outer) {
    return new ExporterChain(outer, options);
  }

  private ExporterChain with(Options changed) {
    return new ExporterChain(node, changed);
  }

  private static ExporterChain[] chains(Exporter... exporters) {
    return Arrays.stream(exporters).map(ExporterChain::of).toArray(ExporterChain[]::new);
  }

  /** What a chain has beside its nodes; null where nothing was said. */
  record Options(
      @Nullable String name,
      List<ExportListener> listeners,
      @Nullable ScheduledExecutorService scheduler,
      @Nullable LongSupplier nanoTime,
      @Nullable Executor executor,
      @Nullable Registries registries) {

    static final Options NONE = new Options(null, List.of(), null, null, null, null);

    Options named(String chosen) {
      return new Options(chosen, listeners, scheduler, nanoTime, executor, registries);
    }

    Options listener(ExportListener listener) {
      List<ExportListener> more = new ArrayList<>(listeners);
      more.add(listener);
      return new Options(name, List.copyOf(more), scheduler, nanoTime, executor, registries);
    }

    Options scheduler(ScheduledExecutorService given, LongSupplier clock) {
      return new Options(name, listeners, given, clock, executor, registries);
    }

    Options executor(Executor given) {
      return new Options(name, listeners, scheduler, nanoTime, given, registries);
    }

    Options registries(Registries given) {
      return new Options(name, listeners, scheduler, nanoTime, executor, given);
    }

    /** Whether anything is set that only the outermost chain may set. */
    boolean isOutermost() {
      return scheduler != null || executor != null || registries != null;
    }
  }
}
