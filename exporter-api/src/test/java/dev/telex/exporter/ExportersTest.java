/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.exporter;

import static org.assertj.core.api.Assertions.as;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URL;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Discovery, over real jars in real class loaders. */
class ExportersTest {

  private static final ExporterConfig GOOD = ExporterConfig.of(Map.of("token", "hunter2"));

  private final ClassLoader contextLoader = Thread.currentThread().getContextClassLoader();
  private PluginJars jars;

  @BeforeEach
  void makeJars(@TempDir Path dir) {
    jars = new PluginJars(dir);
  }

  @AfterEach
  void restoreContextLoader() {
    Thread.currentThread().setContextClassLoader(contextLoader);
    jars.close();
  }

  @Test
  void findsThePluginsOfAClassLoader() throws Exception {
    Exporters exporters =
        Exporters.load(
            jars.plugin("Zipkin", "zipkin")
                .plugin("Otlp", "otlp")
                .plugin("Tcp", "tcp")
                .plugin("Jaeger", "jaeger")
                .plugin("Influx", "influx")
                .loader());

    assertThat(exporters.names()).containsExactly("influx", "jaeger", "otlp", "tcp", "zipkin");
    assertThatThrownBy(() -> exporters.names().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(exporters.problems()).isEmpty();
    assertThat(exporters).hasToString("Exporters[influx, jaeger, otlp, tcp, zipkin]");
    assertThat(exporters.settings("otlp"))
        .extracting(Setting::key)
        .containsExactly("token", "count");
    try (Exporter otlp = exporters.create("otlp", GOOD)) {
      assertThat(otlp.name()).isEqualTo("otlp");
    }
  }

  @Test
  void findsNothingWhereNothingIs() {
    Exporters none = Exporters.load(jars.loader());

    assertThat(none.names()).isEmpty();
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> none.create("otlp", GOOD))
        .withMessage(
            "no exporter is named 'otlp': none was found. Add the artifact that brings it; those"
                + " of Telex are named dev.telex:telex-exporter-<name>, here"
                + " dev.telex:telex-exporter-otlp");
  }

  @Test
  void anUnknownNameListsTheKnownOnesAndTheArtifact() throws Exception {
    Exporters exporters =
        Exporters.load(jars.plugin("Zipkin", "zipkin").plugin("Otlp", "otlp").loader());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.create("jaeger", GOOD))
        .withMessageContaining("no exporter is named 'jaeger': known are otlp, zipkin.")
        .withMessageEndingWith("here dev.telex:telex-exporter-jaeger");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.settings("jaeger"));
  }

  @Test
  void doesNotAskTheContextClassLoader(@TempDir Path dir) throws Exception {
    PluginJars others = new PluginJars(dir);
    Thread.currentThread().setContextClassLoader(others.plugin("Otlp", "otlp").loader());

    assertThat(Exporters.load(jars.loader()).names()).isEmpty();
    assertThat(Exporters.load(Thread.currentThread().getContextClassLoader()).names())
        .containsExactly("otlp");
    others.close();
  }

  private void assertOthersAreFound(String... problem) {
    Exporters exporters = Exporters.load(jars.loader());

    assertThat(exporters.names()).containsExactly("first", "last");
    assertThat(exporters.problems()).hasSize(1);
    assertThat(exporters.problems().get(0)).contains(problem);
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.create("broken", GOOD))
        .withMessageContaining("known are first, last")
        .withMessageContaining("Could not be loaded: " + exporters.problems().get(0));
  }

  @Test
  void aMissingClassDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first").jar(Map.of(), "com.example.Missing").plugin("Last", "last");

    assertOthersAreFound("com.example.Missing", "not found");
    assertThat(Exporters.load(jars.loader()).problems())
        .as("nothing is behind it, so nothing is said of a cause")
        .first(as(STRING))
        .endsWith("Provider com.example.Missing not found");
  }

  @Test
  void aMalformedServicesFileDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first").jar(Map.of(), "this is no class name").plugin("Last", "last");

    assertOthersAreFound("plugin-1.jar!/META-INF/services");
  }

  @Test
  void aClassThatIsNoProviderDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first")
        .jar(Map.of("Other", "public class Other {}"), "Other")
        .plugin("Last", "last");

    assertOthersAreFound("Other", "not a subtype");
  }

  @Test
  void aConstructorThatThrowsDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first")
        .pluginThatConstructs("Broken", "if (true) throw new IllegalStateException(\"no disk\");")
        .plugin("Last", "last");

    assertOthersAreFound("Broken", "no disk");
  }

  @Test
  void aLibraryThatIsMissingDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first")
        .pluginThatConstructs(
            "Broken", "if (true) throw new NoClassDefFoundError(\"com/example/Library\");")
        .plugin("Last", "last");

    assertOthersAreFound("Broken", "com/example/Library");
  }

  @Test
  void aNameThatThrowsDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first")
        .pluginNamedBy("Broken", "java.util.Optional.<String>empty().orElseThrow()")
        .plugin("Last", "last");

    assertOthersAreFound("Broken.name()", "No value present");
  }

  @Test
  void anErrorInANameDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first")
        .pluginNamedBy(
            "Broken",
            "((java.util.function.Supplier<String>) () -> { throw new AssertionError(\"bug\"); }).get()")
        .plugin("Last", "last");

    assertOthersAreFound("Broken.name()", "bug");
  }

  @Test
  void aMissingNameDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first").pluginNamedBy("Broken", "null").plugin("Last", "last");

    assertOthersAreFound("Broken.name()", "no name");
  }

  @Test
  void aBlankNameDoesNotHideTheOthers() throws Exception {
    jars.plugin("First", "first").pluginNamedBy("Broken", "\" \\t\"").plugin("Last", "last");

    assertOthersAreFound("Broken.name()", "no name");
  }

  @Test
  void looksNoFurtherAfterAHundredFailures() throws Exception {
    ClassLoader broken =
        new ClassLoader(null) {
          private int calls;

          @Override
          public Enumeration<URL> getResources(String name) {
            throw new IllegalStateException("call " + ++calls);
          }
        };
    jars.pluginsWithoutAName("Nameless", 101).plugin("Last", "last");

    assertThat(Exporters.load(broken).problems()).hasSize(100);
    Exporters nameless = Exporters.load(jars.loader());
    assertThat(nameless.problems()).hasSize(100).last(as(STRING)).startsWith("Nameless$P100.");
    assertThat(nameless.names()).isEmpty();
  }

  @Test
  void aClassLoaderThatIsBrokenIsAProblemAndNotALoop() {
    ClassLoader stopped =
        new ClassLoader(null) {
          @Override
          public Enumeration<URL> getResources(String name) {
            throw new IllegalStateException("this application was stopped");
          }
        };
    ClassLoader unreadable =
        new ClassLoader(null) {
          @Override
          public Enumeration<URL> getResources(String name) throws IOException {
            throw new IOException("disk is gone");
          }
        };

    for (ClassLoader loader : new ClassLoader[] {stopped, unreadable}) {
      Exporters exporters = Exporters.load(loader);
      assertThat(exporters.names()).isEmpty();
      assertThat(exporters.problems())
          .isNotEmpty()
          .allMatch(problem -> problem.contains("stopped") || problem.contains("disk is gone"));
      assertThatExceptionOfType(ConfigurationException.class)
          .isThrownBy(() -> exporters.create("otlp", GOOD))
          .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(1000));
    }
  }

  @Test
  void twoProvidersOfOneNameAreNamed() throws Exception {
    jars.plugin("Ours", "otlp").plugin("Theirs", "otlp");

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> Exporters.load(jars.loader()))
        .withMessage(
            "two exporters are named 'otlp': Ours and Theirs. Remove one of their jars from the"
                + " class path");
  }

  @Test
  void oneProviderNamedTwiceIsOne() throws Exception {
    jars.plugin("Ours", "otlp").jar(Map.of(), "Ours\n# again\nOurs\n");

    assertThat(Exporters.load(jars.loader()).names()).containsExactly("otlp");
  }

  @Test
  void aMergedServicesFileNamesSeveral() throws Exception {
    jars.plugin("One", "one").plugin("Two", "two").jar(Map.of(), "One\n\n  Two # second\n");

    assertThat(Exporters.load(jars.loader()).names()).containsExactly("one", "two");
  }

  @Test
  void createChecksTheSettingsAndNamesTheExporter() throws Exception {
    Exporters exporters = Exporters.load(jars.plugin("Otlp", "otlp").loader());

    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.create("otlp", ExporterConfig.empty()))
        .withMessage("exporter 'otlp': setting 'token' (for the server) is missing: want a text");
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.create("otlp", ExporterConfig.of(Map.of("tokn", "hunter2"))))
        .withMessage("exporter 'otlp': unknown setting 'tokn': known are token, count")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(
            () ->
                exporters.create(
                    "otlp", ExporterConfig.of(Map.of("token", "hunter2", "count", "10"))))
        .withMessage("exporter 'otlp': setting 'count' is '10': want a whole number from 1 to 9")
        .satisfies(e -> assertThat(stackTrace(e)).doesNotContain("hunter2"));
    assertThatExceptionOfType(ConfigurationException.class)
        .isThrownBy(() -> exporters.create("otlp", ExporterConfig.of(Map.of("token", "refused"))))
        .withMessage("exporter 'otlp': that token will not do");
  }

  private static String stackTrace(Throwable e) {
    StringWriter text = new StringWriter();
    e.printStackTrace(new PrintWriter(text));
    return text.toString();
  }
}
