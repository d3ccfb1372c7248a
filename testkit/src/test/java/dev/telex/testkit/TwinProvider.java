/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import java.util.List;

/** With that flaw it has the name of {@link TinyProvider}. */
public final class TwinProvider implements ExporterProvider {

  @Override
  public String name() {
    return TinyProvider.flaw == Flaw.IS_LISTED_TWICE ? "tiny" : "twin";
  }

  @Override
  public List<Setting<?>> settings() {
    return List.of();
  }

  @Override
  public Exporter create(ExporterConfig config) {
    return RecordingExporter.named("twin");
  }
}
