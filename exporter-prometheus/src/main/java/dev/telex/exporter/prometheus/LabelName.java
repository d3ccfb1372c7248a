/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.prometheus;

import io.prometheus.metrics.model.snapshots.PrometheusNaming;

/**
 * The name of a label.
 *
 * @param shown what a scraper gets
 * @param classic the same with classic characters, by which the client library compares names, also
 *     if it writes them as they are
 */
record LabelName(String shown, String classic) {

  static LabelName of(String shown) {
    return new LabelName(shown, PrometheusNaming.prometheusName(shown));
  }

  boolean isEmpty() {
    return shown.isEmpty();
  }

  /** What Prometheus itself does with labels whose names it needs. */
  LabelName exported() {
    return new LabelName("exported_" + shown, "exported_" + classic);
  }
}
