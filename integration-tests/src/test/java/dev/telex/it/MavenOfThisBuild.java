/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import eu.maveniverse.maven.mima.context.ContextOverrides;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Lets Maven's own resolver, inside a test, resolve as this build does. */
public final class MavenOfThisBuild {

  private MavenOfThisBuild() {}

  /** Its mirrors, its repository, its offline switch. */
  public static ContextOverrides settings() {
    ContextOverrides.Builder overrides = ContextOverrides.create().withUserSettings(true);
    // Absent when no Maven runs this test: then the user's own are taken.
    given("telex.maven.userSettings", overrides::withUserSettingsXmlOverride);
    given("telex.maven.globalSettings", overrides::withGlobalSettingsXmlOverride);
    given("telex.maven.localRepository", overrides::withLocalRepositoryOverride);
    if (System.getProperty("telex.maven.network", "").equals("offline=true")) {
      overrides.offline(true);
    }
    return overrides.build();
  }

  private static void given(String property, Consumer<Path> override) {
    String path = System.getProperty(property);
    if (path != null) {
      override.accept(Path.of(path));
    }
  }
}
