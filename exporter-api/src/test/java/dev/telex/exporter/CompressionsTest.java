/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompressionsTest {

  /** A provider of somebody else; levels are those of gzip. */
  public static final class Fastest implements CompressionProvider {
    @Override
    public String name() {
      return "fastest";
    }

    @Override
    public Compression create(OptionalInt level) {
      return new Gzip(level.orElse(1));
    }
  }

  /** It takes a name that there is. */
  public static final class OtherGzip implements CompressionProvider {
    @Override
    public String name() {
      return "gzip";
    }

    @Override
    public Compression create(OptionalInt level) {
      return Gzip.fast();
    }
  }

  @TempDir private Path directory;

  @Test
  void gzipIsAlwaysThere() {
    Compressions compressions = Compressions.load(getClass().getClassLoader());
    assertThat(compressions.names()).containsExactly("gzip");
    assertThat(compressions.create("gzip", OptionalInt.empty())).isEqualTo(Gzip.standard());
    assertThat(compressions.create("gzip", OptionalInt.of(9))).isEqualTo(new Gzip(9));
    assertThat(compressions).hasToString("Compressions[gzip]");
    assertThatThrownBy(() -> compressions.create("gzip", OptionalInt.of(10)))
        .isInstanceOf(ConfigurationException.class)
        .hasMessage("gzip level is 10: want 1 (fastest) to 9");
    assertThatThrownBy(() -> compressions.names().remove("gzip"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void findsThoseOfOthers() throws Exception {
    try (URLClassLoader loader = loader(Fastest.class)) {
      Compressions compressions = Compressions.load(loader);
      assertThat(compressions.names()).containsExactly("fastest", "gzip");
      assertThat(compressions.create("fastest", OptionalInt.empty())).isEqualTo(Gzip.fast());
      assertThat(compressions.create("fastest", OptionalInt.of(3))).isEqualTo(new Gzip(3));
      assertThatThrownBy(() -> compressions.create("zip", OptionalInt.empty()))
          .isInstanceOf(ConfigurationException.class)
          .hasMessage("compression is 'zip': want one of fastest, gzip");
    }
  }

  @Test
  void refusesTwoOfOneName() throws Exception {
    try (URLClassLoader loader = loader(OtherGzip.class)) {
      assertThatThrownBy(() -> Compressions.load(loader))
          .isInstanceOf(ConfigurationException.class)
          .hasMessageStartingWith("two compressions are named 'gzip': ")
          .hasMessageContaining(OtherGzip.class.getName());
    }
  }

  @Test
  void aPluginLooksWhereItWasFound() throws Exception {
    ExporterConfig config = ExporterConfig.empty();
    assertThat(config.classLoader()).isSameAs(ExporterConfig.class.getClassLoader());
    try (URLClassLoader loader = loader(Fastest.class)) {
      assertThat(config.with(loader).classLoader()).isSameAs(loader);
    }
  }

  /** One that sees the services of this test, whose classes its parent has. */
  private URLClassLoader loader(Class<?> provider) throws Exception {
    Path services = Files.createDirectories(directory.resolve("META-INF/services"));
    Files.write(services.resolve(CompressionProvider.class.getName()), List.of(provider.getName()));
    return new URLClassLoader(
        new URL[] {directory.toUri().toURL()}, CompressionsTest.class.getClassLoader());
  }
}
