/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import static java.util.stream.Collectors.toCollection;
import static java.util.stream.Collectors.toMap;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.it.Reactor.Module;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Which module may depend on which, by the poms of all modules that there are. */
class ArchitectureTest {

  /** What a plugin may be built of: nothing that knows of other plugins. */
  private static final Set<String> PLUGIN_PARTS =
      Set.of("exporter-api", "otlp-encoding", "tls", "http-transport");

  /** All that comes with a module which is no plugin. One that is not listed may use anything. */
  private static final Map<String, Set<String>> PARTS =
      Map.of(
          "exporter-api", Set.of(),
          "otlp-encoding", Set.of("exporter-api"),
          "tls", Set.of("exporter-api"),
          "http-transport", Set.of("exporter-api", "tls"),
          "compression-zstd", Set.of("exporter-api"),
          "testkit", Set.of("exporter-api"),
          "reliability", Set.of("exporter-api"),
          "pipeline", Set.of("exporter-api"),
          "autoconfigure", Set.of("exporter-api", "reliability", "pipeline"));

  /** Third-party groups of the modules that every user has, but OpenTelemetry's and JSpecify. */
  private static final Map<String, Set<String>> LIBRARIES =
      Map.of(
          "exporter-api", Set.of(),
          "otlp-encoding", Set.of("com.fasterxml.jackson.core"),
          "tls", Set.of(),
          "http-transport", Set.of("com.squareup.okhttp3", "com.squareup.okio"),
          "compression-zstd", Set.of("com.github.luben"),
          "reliability", Set.of("io.github.resilience4j"),
          "pipeline", Set.of("org.jctools"));

  private static final Set<String> LIBRARIES_OF_ALL = Set.of("io.opentelemetry", "org.jspecify");

  /** Nobody's main code needs these, but each other's. */
  private static final Set<String> FOR_TESTS_AND_SHOW =
      Set.of("examples", "benchmarks", "integration-tests", "testkit");

  private final Reactor reactor = Reactor.read();

  private Stream<DynamicTest> each(Stream<Module> modules, Consumer<Module> rule) {
    return modules.map(module -> DynamicTest.dynamicTest(module.name(), () -> rule.accept(module)));
  }

  @Test
  void thereAreModulesToJudge() {
    assertThat(reactor.modules()).extracting(Module::name).contains("bom", "exporter-api");
    assertThat(reactor.plugins()).extracting(Module::name).contains("exporter-otlp");
  }

  @TestFactory
  Stream<DynamicTest> aPluginIsBuiltOfNothingThatKnowsOtherPlugins() {
    return each(
        reactor.plugins().stream(),
        plugin ->
            assertThat(reactor.reachable(plugin))
                .as(
                    "what may come with the plugin %s: no other plugin, reliability, pipeline nor"
                        + " autoconfigure",
                    plugin)
                .isSubsetOf(PLUGIN_PARTS));
  }

  @TestFactory
  Stream<DynamicTest> aModuleIsBuiltOfWhatTheDesignNames() {
    return each(
        reactor.modules().stream().filter(module -> PARTS.containsKey(module.name())),
        module ->
            assertThat(reactor.reachable(module))
                .as("what may come with %s", module)
                .isSubsetOf(PARTS.get(module.name())));
  }

  @TestFactory
  Stream<DynamicTest> theCoreUsesFewLibraries() {
    return each(
        reactor.modules().stream().filter(module -> LIBRARIES.containsKey(module.name())),
        module -> {
          Set<String> groups =
              module.mainDependencies().stream()
                  .map(Dependency::getGroupId)
                  .filter(group -> !group.equals(Reactor.GROUP))
                  .filter(group -> !LIBRARIES_OF_ALL.contains(group))
                  .collect(toCollection(TreeSet::new));
          assertThat(groups)
              .as("the libraries of %s", module)
              .isSubsetOf(LIBRARIES.get(module.name()));
        });
  }

  @TestFactory
  Stream<DynamicTest> nobodyShipsTestsAndExamples() {
    return each(
        reactor.modules().stream().filter(module -> !FOR_TESTS_AND_SHOW.contains(module.name())),
        module ->
            assertThat(reactor.reachable(module))
                .as("what comes with %s", module)
                .doesNotContainAnyElementsOf(FOR_TESTS_AND_SHOW));
  }

  @TestFactory
  Stream<DynamicTest> aPluginPinsTheApiOfOpenTelemetry() {
    return each(
        reactor.plugins().stream(),
        plugin ->
            assertThat(plugin.mainDependencies())
                .as(
                    "direct dependencies of %s: without opentelemetry-api among them that of"
                        + " another library is as near; see ClassPathTest",
                    plugin)
                .extracting(Dependency::getManagementKey)
                .contains("io.opentelemetry:opentelemetry-api:jar"));
  }

  @TestFactory
  Stream<DynamicTest> artifactsCarryTheBrandAndTheParentsVersion() {
    return each(
        reactor.modules().stream(),
        module -> {
          Model pom = module.pom();
          assertThat(pom.getArtifactId()).isEqualTo("telex-" + module.name());
          if (module.name().equals("bom")) {
            // It has no parent, so that whoever imports it gets nothing of our build.
            assertThat(pom.getParent()).isNull();
            assertThat(pom.getGroupId()).isEqualTo(Reactor.GROUP);
            assertThat(pom.getVersion()).isEqualTo(reactor.version());
          } else {
            assertThat(pom.getParent().getArtifactId()).isEqualTo(reactor.parent().getArtifactId());
            assertThat(pom.getParent().getVersion()).isEqualTo(reactor.version());
            assertThat(pom.getVersion()).as("the version stands in the parent only").isNull();
          }
        });
  }

  @Test
  void theBomManagesEveryPublishedModuleAndNothingElseOfOurs() {
    Map<String, String> managed =
        reactor.module("bom").pom().getDependencyManagement().getDependencies().stream()
            .filter(dependency -> dependency.getGroupId().equals(Reactor.GROUP))
            .collect(toMap(Dependency::getArtifactId, Dependency::getVersion));
    List<String> published =
        reactor.modules().stream()
            .filter(module -> module.isPublished() && !module.name().equals("bom"))
            .map(Module::artifactId)
            .toList();

    assertThat(managed.keySet()).containsExactlyInAnyOrderElementsOf(published);
    assertThat(managed.values()).containsOnly("${project.version}");
  }

  @Test
  void thisModuleIsTheLast() {
    assertThat(reactor.modules())
        .as("the modules of the root pom: the class files of all others are judged in the last one")
        .last()
        .extracting(Module::name)
        .isEqualTo("integration-tests");
  }
}
