/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter.otlp;

import java.util.Map;

/**
 * What the environment says of one signal and the configuration does not, but for the endpoint:
 * signals with equal ones can share an exporter.
 *
 * @param settings of the provider, by their keys
 * @param headers by their names in lower case: some have values that no setting can hold
 */
record SignalSettings(Map<String, String> settings, Map<String, String> headers) {

  /** The keys and the names; never a value. */
  @Override
  public String toString() {
    return "SignalSettings[" + settings.keySet() + ", " + headers.keySet() + "]";
  }
}
