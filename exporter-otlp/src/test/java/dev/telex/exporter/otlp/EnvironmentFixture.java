/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An environment of a test's own, and the exporters that it makes. */
abstract class EnvironmentFixture extends OtlpFixture {

  final Map<String, String> properties = new HashMap<>();
  final Map<String, String> variables = new HashMap<>();
  final List<String> warnings = new ArrayList<>();

  /** Sets {@code OTEL_EXPORTER_OTLP_…}. */
  void set(String option, String value) {
    variables.put("OTEL_EXPORTER_OTLP_" + option, value);
  }

  /** Sets {@code otel.exporter.otlp.…}. */
  void setProperty(String option, String value) {
    properties.put("otel.exporter.otlp." + option, value);
  }

  Exporter make() {
    return make(Map.of());
  }

  /** With settings beside the environment. */
  Exporter make(Map<String, String> settings) {
    OtlpEnvironment environment =
        new OtlpEnvironment(properties::get, variables::get, warnings::add);
    return closedAtTheEnd(
        new OtlpExporterProvider(environment).create(ExporterConfig.of(settings)));
  }
}
