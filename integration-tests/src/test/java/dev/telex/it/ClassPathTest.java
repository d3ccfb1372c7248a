/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import static dev.telex.it.ClassPaths.dependency;
import static org.assertj.core.api.Assertions.assertThat;

import dev.telex.it.Reactor.Module;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.maven.model.Dependency;
import org.apache.maven.model.Model;
import org.eclipse.aether.RepositoryException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever plugins an application picks, in whatever order it declares them, with our BOM and
 * without: there is one OpenTelemetry and one OkHttp on its class path.
 */
class ClassPathTest {

  private static final int SHUFFLES = 5;
  private static final String API = "io.opentelemetry:opentelemetry-api";
  private static final String OLD = "1.40.0";

  private static final Reactor REACTOR = Reactor.read();
  private static final Dependency BOM = dependency("dev.telex", "telex-bom", REACTOR.version());

  @TempDir static Path dir;
  private static Workspace workspace;
  private static ClassPaths classPaths;
  private static Map<String, String> managed;

  @BeforeAll
  static void readBom() throws RepositoryException {
    workspace = new Workspace(REACTOR, dir);
    classPaths = new ClassPaths(workspace);
    managed = classPaths.managedBy("dev.telex", "telex-bom", REACTOR.version());
    // A library that was built with an older OpenTelemetry, and one that uses that library.
    lib("io.opentelemetry", "opentelemetry-common", OLD);
    lib("io.opentelemetry", "opentelemetry-context", OLD, "io.opentelemetry:opentelemetry-common");
    lib("io.opentelemetry", "opentelemetry-api", OLD, "io.opentelemetry:opentelemetry-context");
    lib("com.example", "uses-old-api", OLD, API);
    lib("com.example", "uses-it-indirectly", OLD, "com.example:uses-old-api");
  }

  @AfterAll
  static void close() {
    classPaths.close();
  }

  private static void lib(String groupId, String artifactId, String version, String... needs) {
    Model pom = new Model();
    pom.setGroupId(groupId);
    pom.setArtifactId(artifactId);
    pom.setVersion(version);
    for (String need : needs) {
      String[] parts = need.split(":", -1);
      pom.addDependency(dependency(parts[0], parts[1], version));
    }
    workspace.add(pom);
  }

  private static Dependency telex(Module module) {
    return dependency(Reactor.GROUP, module.artifactId(), REACTOR.version());
  }

  /** Each plugin, each ordered pair, all of them forwards, backwards and shuffled. */
  static Set<List<Module>> choices() {
    List<Module> plugins = REACTOR.plugins();
    Set<List<Module>> choices = new LinkedHashSet<>();
    for (Module one : plugins) {
      choices.add(List.of(one));
      for (Module other : plugins) {
        if (!one.name().equals(other.name())) {
          choices.add(List.of(one, other));
        }
      }
    }
    List<Module> all = new ArrayList<>(plugins);
    choices.add(List.copyOf(all));
    Collections.reverse(all);
    choices.add(List.copyOf(all));
    Random random = new Random(42);
    for (int i = 0; i < SHUFFLES; i++) {
      Collections.shuffle(all, random);
      choices.add(List.copyOf(all));
    }
    // And with all else that an application uses of ours, first and last.
    List<Module> rest =
        REACTOR.modules().stream()
            .filter(module -> module.isPublished() && !module.isPlugin())
            .filter(module -> !module.name().equals("bom"))
            .toList();
    choices.add(Stream.concat(rest.stream(), plugins.stream()).toList());
    choices.add(Stream.concat(plugins.stream(), rest.stream()).toList());
    return choices;
  }

  static List<Module> plugins() {
    return REACTOR.plugins();
  }

  private static void assertOneOfEach(Map<String, String> classPath) {
    String openTelemetry = managed.get(API);
    String okHttp = managed.get("com.squareup.okhttp3:okhttp-jvm");
    String okio = managed.get("com.squareup.okio:okio-jvm");
    String kotlin = managed.get("org.jetbrains.kotlin:kotlin-stdlib");
    assertThat(List.of(openTelemetry, okHttp, okio, kotlin)).doesNotContainNull();

    assertThat(classPath)
        .containsKeys(API, "io.opentelemetry:opentelemetry-sdk-trace")
        // Under Maven these are an empty stub, or the same classes once more.
        .doesNotContainKeys("com.squareup.okhttp3:okhttp", "com.squareup.okio:okio");
    assertThat(classPath)
        .allSatisfy(
            (artifact, version) -> {
              String group = artifact.substring(0, artifact.indexOf(':'));
              String wanted =
                  switch (group) {
                    case "io.opentelemetry" ->
                        version.endsWith("-alpha") ? openTelemetry + "-alpha" : openTelemetry;
                    case "com.squareup.okhttp3" -> okHttp;
                    case "com.squareup.okio" -> okio;
                    default -> artifact.endsWith(":kotlin-stdlib") ? kotlin : version;
                  };
              assertThat(version).as(artifact).isEqualTo(wanted);
            });
  }

  @Test
  void theBomManagesWhatPluginsShare() {
    assertThat(managed)
        .containsKeys(
            API,
            "io.opentelemetry:opentelemetry-sdk",
            "com.squareup.okhttp3:okhttp-jvm",
            "com.squareup.okio:okio-jvm",
            "org.jetbrains.kotlin:kotlin-stdlib",
            "org.slf4j:slf4j-api",
            "com.fasterxml.jackson.core:jackson-core")
        .containsEntry("dev.telex:telex-exporter-api", REACTOR.version());
  }

  @ParameterizedTest
  @MethodSource("choices")
  void thereIsOneOfEachWithTheBom(List<Module> choice) throws Exception {
    List<Dependency> versionless =
        choice.stream().map(module -> dependency("dev.telex", module.artifactId(), null)).toList();

    Map<String, String> classPath = classPaths.of(BOM, versionless);

    assertOneOfEach(classPath);
    assertThat(classPath)
        .allSatisfy(
            (artifact, version) ->
                assertThat(version)
                    .as(artifact)
                    .isEqualTo(managed.getOrDefault(artifact, version)));
  }

  @ParameterizedTest
  @MethodSource("choices")
  void thereIsOneOfEachWithoutTheBom(List<Module> choice) throws Exception {
    assertOneOfEach(classPaths.of(null, choice.stream().map(ClassPathTest::telex).toList()));
  }

  @ParameterizedTest
  @MethodSource("plugins")
  void theBomWinsOverAnOlderOpenTelemetryWhereverThatIs(Module plugin) throws Exception {
    for (String library : List.of("uses-old-api", "uses-it-indirectly")) {
      Dependency old = dependency("com.example", library, OLD);

      assertOneOfEach(classPaths.of(BOM, List.of(old, telex(plugin))));
      assertOneOfEach(classPaths.of(BOM, List.of(telex(plugin), old)));
    }
  }

  /** Without the BOM the nearest wins: a plugin declares the API to be as near as can be. */
  @ParameterizedTest
  @MethodSource("plugins")
  void aPluginWinsOverAnOlderOpenTelemetryThatIsFurtherOffOrLater(Module plugin) throws Exception {
    Dependency indirect = dependency("com.example", "uses-it-indirectly", OLD);
    Dependency direct = dependency("com.example", "uses-old-api", OLD);

    assertOneOfEach(classPaths.of(null, List.of(indirect, telex(plugin))));
    assertOneOfEach(classPaths.of(null, List.of(telex(plugin), indirect)));
    assertOneOfEach(classPaths.of(null, List.of(telex(plugin), direct)));
  }

  /**
   * What no pom of ours can prevent: another library that is as near and stands first. It is why
   * applications should import the BOM; if Maven ever changes this rule, the documentation can too.
   */
  @ParameterizedTest
  @MethodSource("plugins")
  void withoutTheBomAnOlderOpenTelemetryThatIsAsNearAndFirstWins(Module plugin) throws Exception {
    Dependency direct = dependency("com.example", "uses-old-api", OLD);

    Map<String, String> classPath = classPaths.of(null, List.of(direct, telex(plugin)));

    assertThat(classPath)
        .containsEntry(API, OLD)
        .containsEntry("io.opentelemetry:opentelemetry-sdk-trace", managed.get(API));
  }
}
