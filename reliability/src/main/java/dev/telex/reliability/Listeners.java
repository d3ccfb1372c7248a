/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.reliability;

import dev.telex.exporter.Batch;
import dev.telex.exporter.ExportResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Several listeners as one that never throws. */
final class Listeners implements ExportListener {

  private static final System.Logger LOGGER = System.getLogger(Listeners.class.getPackageName());

  private final List<ExportListener> all;
  private final AtomicLong failures = new AtomicLong();

  Listeners(List<ExportListener> all) {
    this.all = List.copyOf(all);
  }

  Listeners and(List<ExportListener> more) {
    List<ExportListener> both = new ArrayList<>(all);
    both.addAll(more);
    return new Listeners(both);
  }

  @Override
  public void onResult(String leg, Batch batch, ExportResult result) {
    tell(listener -> listener.onResult(leg, batch, result));
  }

  @Override
  public void onRetry(String leg, Batch batch, ExportResult failure, Duration delay) {
    tell(listener -> listener.onRetry(leg, batch, failure, delay));
  }

  @Override
  public void onFallback(String leg, Batch batch, ExportResult failure) {
    tell(listener -> listener.onFallback(leg, batch, failure));
  }

  @Override
  public void onPrimaryState(String leg, String primary, PrimaryState state) {
    tell(listener -> listener.onPrimaryState(leg, primary, state));
  }

  private void tell(Consumer<ExportListener> event) {
    for (ExportListener listener : all) {
      try {
        event.accept(listener);
      } catch (VirtualMachineError e) {
        throw e;
      } catch (Throwable e) {
        boolean first = failures.getAndIncrement() == 0;
        LOGGER.log(
            first ? System.Logger.Level.WARNING : System.Logger.Level.DEBUG,
            "the export listener " + listener.getClass().getName() + " threw",
            e);
      }
    }
  }
}
