/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.autoconfigure;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import dev.telex.testkit.RecordingExporter;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Makes exporters that a test can look at. */
public final class RecordedProvider implements ExporterProvider {

  static final List<RecordingExporter> MADE = new CopyOnWriteArrayList<>();

  /** For the service loader. */
  public RecordedProvider() {}

  @Override
  public String name() {
    return "recorded";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Exporter create(ExporterConfig config) {
    RecordingExporter exporter = RecordingExporter.named("recorded");
    MADE.add(exporter);
    return exporter;
  }
}
