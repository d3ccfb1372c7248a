/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.testkit;

import dev.telex.exporter.ConfigurationException;
import dev.telex.exporter.Exporter;
import dev.telex.exporter.ExporterConfig;
import dev.telex.exporter.ExporterProvider;
import dev.telex.exporter.Setting;
import java.net.URI;
import java.util.List;

/** Makes a {@link TinyExporter}, with a flaw. */
public final class TinyProvider implements ExporterProvider {

  static volatile Flaw flaw = Flaw.NONE;

  private static final Setting<URI> ENDPOINT =
      Setting.uri("endpoint", "of the backend").withDefault(URI.create("http://127.0.0.1:1"));
  private static final Setting<String> TOKEN = Setting.secret("token", "that is sent");

  @Override
  public String name() {
    return "tiny";
  }

  @Override
  public List<Setting<?>> settings() {
    return flaw == Flaw.DECLARES_TWICE ? List.of(ENDPOINT, TOKEN, TOKEN) : List.of(ENDPOINT, TOKEN);
  }

  @Override
  public Exporter create(ExporterConfig config) {
    if (flaw == Flaw.REFUSES_ITS_SETTING && config.find(TOKEN).isPresent()) {
      throw new ConfigurationException("token is not known");
    }
    URI uri =
        flaw == Flaw.IGNORES_ITS_SETTING
            ? ENDPOINT.defaultValue().orElseThrow()
            : config.get(ENDPOINT);
    return new TinyExporter(uri, config.find(TOKEN).orElse("none"), flaw);
  }
}
