/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.pipeline;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.function.Function;

/**
 * The threads of a pipeline.
 *
 * @param timers ends what takes too long; shut down with the pipeline
 * @param runners makes the runner of a worker of that name
 */
record Threads(ScheduledExecutorService timers, Function<String, Runner> runners) {

  static Threads daemons() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "telex-pipeline-timer");
              thread.setDaemon(true);
              return thread;
            });
    timers.setRemoveOnCancelPolicy(true);
    return new Threads(Executors.unconfigurableScheduledExecutorService(timers), WorkerThread::new);
  }
}
