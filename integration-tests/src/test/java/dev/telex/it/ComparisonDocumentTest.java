/*
 * Copyright The Telex Authors
 * SPDX-License-Identifier: Apache-2.0
 */
package dev.telex.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/comparison.md says is shown by a test is shown by a test. */
class ComparisonDocumentTest {

  /** Of JUnit and of jqwik. */
  private static final Set<String> TEST_ANNOTATIONS =
      Set.of("Test", "ParameterizedTest", "TestFactory", "RepeatedTest", "Property", "Example");

  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern EVIDENCE = Pattern.compile("\\[([JC]\\d+)]");

  private final Reactor reactor = Reactor.read();

  @Test
  void everyCellOfOursNamesATest() throws IOException {
    List<String> rows = rows();
    assertThat(rows).hasSizeGreaterThan(50);
    for (String row : rows) {
      String[] cells = row.split(" *\\| *", -1);
      assertThat(cells).as(row).hasSize(6);
      assertThat(cells[2]).as(row).matches("(yes|in part|no).*");
      assertThat(cells[2].equals("no") || TEST.matcher(cells[2]).find())
          .as("a test is named by: %s", row)
          .isTrue();
      assertThat(cells[3] + cells[4]).as(row).doesNotContain("Test");
    }
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    Map<String, Set<String>> tests = tests();
    List<MatchResult> named = TEST.matcher(document()).results().toList();
    assertThat(named).hasSizeGreaterThan(60);
    for (MatchResult test : named) {
      assertThat(tests).as("classes with tests").containsKey(test.group(1));
      if (test.group(2) != null) {
        assertThat(tests.get(test.group(1)))
            .as("tests of %s", test.group(1))
            .contains(test.group(2));
      }
    }
  }

  @Test
  void everyPlaceThatIsNamedIsListedAndTheOtherWayRound() throws IOException {
    Set<String> named = new TreeSet<>();
    Set<String> listed = new TreeSet<>();
    for (String line : document().lines().toList()) {
      Set<String> found = line.startsWith("- [") ? listed : named;
      EVIDENCE.matcher(line).results().forEach(place -> found.add(place.group(1)));
    }
    assertThat(listed).isNotEmpty().isEqualTo(named);
  }

  private String document() throws IOException {
    return Files.readString(reactor.root().resolve("docs/comparison.md"));
  }

  /** The rows that compare. */
  private List<String> rows() throws IOException {
    return document()
        .lines()
        .filter(line -> line.startsWith("| ") && line.split("\\|").length > 4)
        .filter(line -> !line.startsWith("| | Telex"))
        .toList();
  }

  /** The tests of each class of tests in all modules, by their simple names. */
  private Map<String, Set<String>> tests() {
    List<Path> places =
        reactor.modules().stream()
            .map(Reactor.Module::testClasses)
            .filter(Files::isDirectory)
            .toList();
    Map<String, Set<String>> tests = new TreeMap<>();
    for (JavaClass type : new ClassFileImporter().importPaths(places)) {
      String name = type.getName().replaceAll(".*\\.|\\$.*", "");
      Set<String> own = tests.computeIfAbsent(name, key -> new TreeSet<>());
      type.getMethods().stream()
          .filter(ComparisonDocumentTest::isTest)
          .forEach(method -> own.add(method.getName()));
      boolean inherits = type.getName().endsWith("ContractTest");
      if (own.isEmpty() && inherits) {
        own.add("all that it inherits");
      }
    }
    tests.values().removeIf(Set::isEmpty);
    return tests;
  }

  private static boolean isTest(JavaMethod method) {
    return method.getAnnotations().stream()
        .anyMatch(annotation -> TEST_ANNOTATIONS.contains(annotation.getRawType().getSimpleName()));
  }
}
