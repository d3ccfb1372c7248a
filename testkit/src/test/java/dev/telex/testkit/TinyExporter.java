/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Batch;
import dev.telex.exporter.Encoding;
import dev.telex.exporter.ExportContext;
import dev.telex.exporter.ExportResult;
import dev.telex.exporter.ExportResult.Status;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.InFlight;
import dev.telex.exporter.Signal;
import java.net.URI;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A small exporter over HTTP that keeps the contract, but for one flaw. */
final class TinyExporter implements Exporter {

  /** What an exporter with that flaw did not close. */
  static final List<SocketChannel> LEFT = new CopyOnWriteArrayList<>();

  private static final AtomicInteger COUNT = new AtomicInteger();

  final URI uri;
  final String token;
  final Flaw flaw;
  private final int number = COUNT.incrementAndGet();
  private final Encoding encoding;
  private final InFlight inFlight;
  private final AtomicInteger shutdowns = new AtomicInteger();
  private volatile byte @Nullable [] mixedUp;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          body -> {
            Thread thread = new Thread(body, "telex-tiny-" + COUNT.get());
            thread.setDaemon(true);
            return thread;
          });

  TinyExporter(URI uri, String token, Flaw flaw) {
    this.uri = uri;
    this.token = token;
    this.flaw = flaw;
    this.encoding =
        flaw == Flaw.ENCODES_AS_ITSELF
            ? LineEncoding.byIdentity()
            : new LineEncoding(flaw == Flaw.USES_ITS_ARRAY_AGAIN);
    this.inFlight =
        new InFlight(
            "tiny", flaw == Flaw.TAKES_ANY_SIGNAL ? EnumSet.allOf(Signal.class) : signals());
  }

  @Override
  public String name() {
    return switch (flaw) {
      case IS_NAMED_AFTER_ITS_BACKEND -> "tiny-" + uri.getAuthority();
      case HAS_NO_NAME -> " ";
      case HAS_A_NAME_OF_TWO_LINES -> "tiny\n2";
      default -> "tiny";
    };
  }

  @Override
  public Set<Signal> signals() {
    return flaw == Flaw.TAKES_ANY_SIGNAL
        ? EnumSet.of(Signal.TRACES, Signal.LOGS)
        : EnumSet.allOf(Signal.class);
  }

  // To break the contract is what the flaws are for.
  @SuppressWarnings("NullAway")
  @Override
  public CompletionStage<ExportResult> export(Batch batch, ExportContext context) {
    if (batch.itemCount() == 0 && flaw == Flaw.REFUSES_EMPTY_BATCHES) {
      return ExportResult.permanent("empty").completed();
    }
    if (batch.itemCount() == 0 && flaw == Flaw.SENDS_EMPTY_BATCHES) {
      return call(batch, context, new byte[0]);
    }
    if (context.isCancelled()) {
      if (flaw == Flaw.IGNORES_CANCEL) {
        return ExportResult.retryable("cancelled before").completed();
      }
      if (flaw == Flaw.SENDS_WHAT_IS_CANCELLED) {
        new TinyCall(this, batch, context, new byte[] {'x'}).run();
      }
    }
    if (inFlight.isShutdown()) {
      if (flaw == Flaw.REFUSES_AFTER_SHUTDOWN) {
        return ExportResult.permanent("closed").completed();
      }
      if (flaw == Flaw.SENDS_AFTER_SHUTDOWN) {
        new TinyCall(this, batch, context, new byte[] {'x'}).run();
      }
    }
    try {
      if (flaw != Flaw.ENCODES_ITSELF) {
        batch.encoded(encoding);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExportResult.retryable("interrupted").completed();
    } catch (RuntimeException e) {
      switch (flaw) {
        case THROWS -> throw e;
        case RETURNS_NULL -> {
          return null;
        }
        case FAILS_EXCEPTIONALLY -> {
          return CompletableFuture.failedFuture(e);
        }
        case HAS_NO_RESULT -> {
          return CompletableFuture.completedFuture(null);
        }
        case TRIES_BAD_ITEMS_AGAIN -> {
          return ExportResult.retryable("bad item").completed();
        }
        default -> {
          // As it should be: the export below makes a result of it.
        }
      }
    }
    if (flaw == Flaw.TAKES_ONE_AT_A_TIME && inFlight.count() > 0 && !inFlight.isShutdown()) {
      return ExportResult.retryable("one is under way").completed();
    }
    CompletionStage<ExportResult> result =
        inFlight.run(
            batch,
            flaw == Flaw.IGNORES_CANCEL ? new Deaf(context) : context,
            own -> call(batch, own, message(batch, own)));
    return flaw == Flaw.TRIES_AFTER_THE_GRACE
        ? result.thenApply(
            last ->
                last.status() == Status.SHUTDOWN && last.outcomeUnknown()
                    ? ExportResult.retryable("cut off").withOutcomeUnknown()
                    : last)
        : result;
  }

  private byte[] message(Batch batch, ExportContext context) throws Exception {
    byte[] bytes =
        flaw == Flaw.ENCODES_ITSELF
            ? encoding.encode(batch).toByteArray()
            : batch.encoded(encoding).toByteArray();
    return switch (flaw) {
      case SIGNS_ITS_MESSAGES -> with(bytes, number);
      case NUMBERS_ITS_ATTEMPTS -> with(bytes, context.attempt());
      case SENDS_NOTHING_OF_ITEMS -> batch.signal() == Signal.LOGS ? new byte[0] : bytes;
      default -> bytes;
    };
  }

  private static byte[] with(byte[] bytes, int number) {
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = (byte) number;
    return longer;
  }

  private CompletionStage<ExportResult> call(Batch batch, ExportContext context, byte[] message) {
    if (batch.signal() == Signal.METRICS) {
      if (flaw == Flaw.FORGETS_METRICS) {
        return ExportResult.success(batch).completed();
      }
      if (flaw == Flaw.COUNTS_METRICS_WRONGLY) {
        return call(Batch.logs(List.of()), context, message);
      }
    }
    byte[] sent = message;
    if (flaw == Flaw.MIXES_BATCHES_UP) {
      byte[] other = mixedUp;
      if (inFlight.count() > 1 && other != null) {
        sent = other;
      }
      mixedUp = message;
    }
    TinyCall call = new TinyCall(this, batch, context, sent);
    if (flaw != Flaw.IGNORES_CANCEL) {
      context.onCancel(call::abort);
    }
    Duration limit =
        flaw == Flaw.HAS_ITS_OWN_TIME
            ? Duration.ofSeconds(1)
            : context.remaining().orElse(Duration.ofDays(1));
    if (flaw != Flaw.IGNORES_THE_TIME && limit.compareTo(Duration.ofDays(1)) < 0) {
      CompletableFuture.delayedExecutor(limit.toNanos(), TimeUnit.NANOSECONDS).execute(call::abort);
    }
    if (flaw == Flaw.BLOCKS) {
      call.run();
    } else {
      threads.execute(call);
    }
    return call.promise();
  }

  @Override
  public CompletionStage<ExportResult> flush() {
    return flaw == Flaw.FLUSHES_NOTHING ? ExportResult.success().completed() : inFlight.flush();
  }

  @Override
  public CompletionStage<ExportResult> shutdown(Duration grace) {
    if (shutdowns.incrementAndGet() > 1) {
      if (flaw == Flaw.FAILS_ITS_SECOND_SHUTDOWN) {
        return ExportResult.permanent("closed before").completed();
      }
      if (flaw == Flaw.HANGS_IN_ITS_SECOND_SHUTDOWN) {
        return new CompletableFuture<>();
      }
    }
    Duration given =
        switch (flaw) {
          case GIVES_NO_GRACE -> Duration.ZERO;
          case GIVES_EVERY_GRACE -> Duration.ofDays(1);
          default -> grace;
        };
    return inFlight
        .shutdown(given)
        .thenApply(
            last -> {
              if (flaw != Flaw.LEAVES_THREADS) {
                threads.shutdown();
              }
              return flaw == Flaw.HIDES_WHAT_IT_CUT_OFF ? ExportResult.success() : last;
            });
  }

  @Override
  public String toString() {
    return flaw == Flaw.SHOWS_ITS_TOKEN ? "tiny[" + token + "]" : "tiny";
  }

  /** A context that tells nobody of its cancellation. */
  private record Deaf(ExportContext context) implements ExportContext {
    @Override
    public int attempt() {
      return context.attempt();
    }

    @Override
    public Optional<Duration> remaining() {
      return context.remaining();
    }

    @Override
    public boolean isCancelled() {
      return false;
    }

    @Override
    public void onCancel(Runnable abort) {}
  }
}
