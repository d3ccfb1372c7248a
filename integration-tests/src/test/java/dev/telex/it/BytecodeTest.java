/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import dev.telex.it.Reactor.Module;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Rules over the class files of all modules that are built. */
class BytecodeTest {

  private static final Reactor REACTOR = Reactor.read();
  private static final Map<String, JavaClasses> MAIN = new HashMap<>();
  private static JavaClasses allMain;
  private static JavaClasses mainButBenchmarks;
  private static JavaClasses everything;

  @BeforeAll
  static void importClasses() {
    assertThat(REACTOR.module("exporter-api").classes().resolve("dev/telex/exporter/Batch.class"))
        .as("classes of the other modules: run ./mvnw verify in the root directory first")
        .exists();
    // Names are enough: nothing here looks into libraries.
    ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
    for (Module module : REACTOR.modules()) {
      JavaClasses classes = read(List.of(module), Module::classes);
      if (!classes.isEmpty()) {
        MAIN.put(module.name(), classes);
      }
    }
    allMain = read(REACTOR.modules(), Module::classes);
    mainButBenchmarks =
        read(
            REACTOR.modules().stream().filter(m -> !m.name().equals("benchmarks")).toList(),
            Module::classes);
    everything =
        new ClassFileImporter()
            .importPaths(
                REACTOR.modules().stream()
                    .flatMap(m -> List.of(m.classes(), m.testClasses()).stream())
                    .filter(Files::isDirectory)
                    .toList());
  }

  private static JavaClasses read(List<Module> modules, Function<Module, Path> where) {
    return new ClassFileImporter()
        .importPaths(modules.stream().map(where).filter(Files::isDirectory).toList());
  }

  private static Set<String> packages(JavaClasses classes) {
    return classes.stream().map(JavaClass::getPackageName).collect(toCollection(TreeSet::new));
  }

  private static Predicate<String> isOrIsBelow(String root) {
    return name -> name.equals(root) || name.startsWith(root + ".");
  }

  private static void check(ArchRule rule, JavaClasses classes) {
    rule.allowEmptyShould(false).check(classes);
  }

  @Test
  void nobodyUsesTheInternalsOfALibrary() {
    check(
        noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                "io.opentelemetry..internal..",
                "okhttp3.internal..",
                "okio.internal..",
                "io.github.resilience4j..internal..",
                "com.fasterxml..internal..")
            .because("users bring their own versions of these"),
        mainButBenchmarks);
  }

  @Test
  void weHaveNoInternalPackages() {
    check(
        noClasses()
            .should()
            .resideInAPackage("dev.telex..internal..")
            .because("what is not for users is package-private"),
        allMain);
  }

  @Test
  void noPackageIsInTwoModules() {
    Map<String, Set<String>> modules = new TreeMap<>();
    MAIN.forEach(
        (module, classes) ->
            packages(classes)
                .forEach(name -> modules.computeIfAbsent(name, n -> new TreeSet<>()).add(module)));

    assertThat(modules).allSatisfy((name, in) -> assertThat(in).as(name).hasSize(1));
  }

  @Test
  void packagesOfAPluginCarryItsName() {
    for (Module plugin : REACTOR.plugins()) {
      String name = plugin.name().substring("exporter-".length()).replace("-", "");
      String root = "dev.telex.exporter." + name;
      assertThat(plugin.pom().getProperties().getProperty("telex.module.name"))
          .as("Automatic-Module-Name of %s", plugin)
          .isEqualTo(root);
    }
  }

  @Test
  void packagesOfAModuleCarryItsModuleName() {
    MAIN.forEach(
        (module, classes) -> {
          String root =
              REACTOR.module(module).pom().getProperties().getProperty("telex.module.name");
          assertThat(packages(classes))
              .as("packages of %s, whose Automatic-Module-Name is %s", module, root)
              .allMatch(isOrIsBelow(root));
        });
  }

  @Test
  void packagesHaveNoCycles() {
    check(slices().assignedFrom(new ByPackage()).should().beFreeOfCycles(), allMain);
  }

  @Test
  void nobodySleeps() {
    check(
        noClasses()
            // JMH makes threads that share a state wait for its setup.
            .that()
            .resideOutsideOfPackage("..jmh_generated..")
            .should()
            .accessTargetWhere(
                target(name("sleep"))
                    .and(
                        target(owner(equivalentTo(Thread.class)))
                            .or(target(owner(equivalentTo(TimeUnit.class))))))
            .because("a wait ends when what it waits for happens, or with its limit"),
        everything);
  }

  @Test
  void everyPackageSaysWhatMayBeNull() {
    Set<String> silent =
        mainButBenchmarks.stream()
            .map(JavaClass::getPackage)
            .filter(one -> !one.isAnnotatedWith("org.jspecify.annotations.NullMarked"))
            .map(JavaPackage::getName)
            .collect(toCollection(TreeSet::new));

    assertThat(silent).as("packages whose package-info is missing, or not @NullMarked").isEmpty();
  }

  /** Each package is a slice of its own. */
  private static final class ByPackage implements SliceAssignment {
    @Override
    public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
      return SliceIdentifier.of(javaClass.getPackageName());
    }

    @Override
    public String getDescription() {
      return "packages";
    }
  }
}
